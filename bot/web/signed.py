"""Twilio's signature, checked on the address Twilio called, before anything that it says is believed."""

import hmac
from base64 import b64encode
from collections.abc import Sequence
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
ALGORITHMS = frozenset({"HMAC_SHA1", "HMAC_SHA256"})


class Signatures:
    """Knows the tokens (two while one is rotated) and the public address; `Host` and proxies are not asked."""

    def __init__(self, tokens: Sequence[str], public_url: str) -> None:
        held = [token for token in tokens if token]
        self._validators = tuple(RequestValidator(token) for token in held)  # type: ignore[no-untyped-call]
        self._keys = tuple(hmac.new(token.encode(), digestmod="sha1") for token in held)
        self._base = public_url.rstrip("/")

    def good(self, raw_path: str, body: Form | str, signature: str, settings: str = "") -> bool:
        """Did somebody who holds a token sign this form (or JSON text) for this address?"""
        if not 0 < len(signature) <= LONGEST_SIGNATURE:
            return False
        if isinstance(body, str) and not parse_qs(urlsplit(raw_path).query).get("bodySHA256"):
            return False
        url = self._base + raw_path
        try:
            return (not settings and self._is_plain(url, body, signature)) or self._is_valid(
                url, body, signature, settings
            )
        except ValueError:  # an algorithm nobody knows, or bytes in the path that are no text
            return False

    def sign(self, raw_path: str, form: Form) -> str:
        """What the newest token signs: for the local Twilio."""
        url = self._base + raw_path
        signature: str = self._validators[0].compute_signature(url, form)  # type: ignore[no-untyped-call]
        return signature

    def _is_plain(self, url: str, body: Form | str, signature: str) -> bool:
        """A form signed for exactly this address, as nearly all are: found with one hash, where the SDK takes two."""
        if isinstance(body, str):
            return False
        told = (url + "".join([name + value for name, value in sorted(body.items())])).encode()
        given = signature.encode()
        for key in self._keys:
            signed = key.copy()
            signed.update(told)
            if hmac.compare_digest(b64encode(signed.digest()), given):
                return True
        return False

    def _is_valid(self, url: str, body: Form | str, signature: str, settings: str) -> bool:
        algorithm = get_signature_algorithm(settings)  # type: ignore[no-untyped-call]
        if algorithm.upper() not in ALGORITHMS:
            return False  # the SDK would write the stranger's word for it into the log
        return any(
            validator.validate(url, body, signature, algorithm)  # type: ignore[no-untyped-call]
            for validator in self._validators
        )
