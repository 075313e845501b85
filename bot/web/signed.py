"""Twilio's signature, checked on the address Twilio called, before anything that it says is believed."""

from collections.abc import Sequence
from hmac import compare_digest
from urllib.parse import parse_qs, urlsplit

from multidict import MultiDict, MultiDictProxy
from twilio.request_validator import (
    SIGNATURE_HEADER,
    SIGNATURE_SETTINGS_HEADER,
    RequestValidator,
    get_signature_algorithm,
)

Form = MultiDictProxy[str]
SIGNATURE, SIGNATURE_SETTINGS = SIGNATURE_HEADER, SIGNATURE_SETTINGS_HEADER
EMPTY: Form = MultiDictProxy(MultiDict())
LONGEST_SIGNATURE = 100


class Signatures:
    """Knows the tokens (two while one is rotated) and the public address; `Host` and proxies are not asked."""

    def __init__(self, tokens: Sequence[str], public_url: str) -> None:
        self._validators = tuple(RequestValidator(token) for token in tokens if token)  # type: ignore[no-untyped-call]
        self._base = public_url.rstrip("/")

    def good(self, raw_path: str, body: Form | str, signature: str, settings: str = "") -> bool:
        """Did somebody who holds a token sign this form (or JSON text) for this address?"""
        if not 0 < len(signature) <= LONGEST_SIGNATURE:
            return False
        if isinstance(body, str) and not parse_qs(urlsplit(raw_path).query).get("bodySHA256"):
            return False
        url, algorithm = self._base + raw_path, get_signature_algorithm(settings)  # type: ignore[no-untyped-call]
        try:
            return any(self._says(v, url, body, signature, algorithm) for v in self._validators)
        except ValueError:  # an algorithm nobody knows, or bytes in the path that are no text
            return False

    def sign(self, raw_path: str, form: Form) -> str:
        """What the newest token signs: for the local Twilio."""
        url = self._base + raw_path
        signature: str = self._validators[0].compute_signature(url, form)  # type: ignore[no-untyped-call]
        return signature

    @staticmethod
    def _says(validator: RequestValidator, url: str, body: Form | str, signature: str, algorithm: str) -> bool:
        # The SDK tries the address with and without its port, each time with a parse and a hash of its own. The address
        # that we are set to is the one Twilio calls, so it is nearly always the first guess: 15 us a text less.
        if not isinstance(body, str):
            first = validator.compute_signature(url, body, algorithm)  # type: ignore[no-untyped-call]
            if compare_digest(first.encode(), signature.encode()):
                return True
        return bool(validator.validate(url, body, signature, algorithm))  # type: ignore[no-untyped-call]
