"""Keyed hashes, so that a copy of the database alone opens no code and no link (NIST SP 800-63B-4, 3.1.2.2)."""

import hmac
from collections.abc import Sequence


class Keys:
    """The root secrets, newest first; several while one is being rotated."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets or not all(secrets):
            raise ValueError("at least one secret key is needed, and none may be empty")
        self._secrets = tuple(secret.encode() for secret in secrets)

    def __repr__(self) -> str:
        return f"Keys({len(self._secrets)})"

    def digest(self, purpose: str, value: str) -> str:
        """What to store: made with the newest key."""
        return _digest(self._secrets[0], purpose, value)

    def digests(self, purpose: str, value: str) -> tuple[str, ...]:
        """What to look for: one for each key, newest first."""
        return tuple(_digest(secret, purpose, value) for secret in self._secrets)

    def matches(self, purpose: str, value: str, digest: str) -> bool:
        """Was this digest made of this value? Takes as long for a near miss as for a far one."""
        # A list, so that all are compared.
        return any([hmac.compare_digest(found, digest) for found in self.digests(purpose, value)])


def _digest(secret: bytes, purpose: str, value: str) -> str:
    # Headers may hold bytes that are no text: those are digests of nothing we made, not a fault of ours.
    return hmac.digest(secret, f"{purpose}\0{value}".encode(errors="surrogatepass"), "sha256").hex()
