"""Our own DKIM signature, for relays that make none; dkimpy, which ships no types, behind it."""

from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Self

import dkim

SIGNED = (
    b"from", b"to", b"subject", b"date", b"message-id", b"reply-to", b"in-reply-to", b"references", b"auto-submitted",
    b"list-unsubscribe", b"list-unsubscribe-post", b"mime-version", b"content-type",
)  # fmt: skip
"""One-click must be among them (RFC 8058)."""


@dataclass(frozen=True, slots=True)
class Signer:
    """The key of our domain, and the name it is published under."""

    domain: str
    selector: str
    key: bytes = field(repr=False)

    @classmethod
    def load(cls, file: Path, selector: str, domain: str) -> Self:
        """From a PEM file."""
        return cls(domain, selector, file.read_bytes())

    def sign(self, message: EmailMessage) -> None:
        """Add the signature. Slow, so not for the event loop."""
        there = {name.lower().encode() for name in message.keys()}  # noqa: SIM118 - names may repeat
        line: bytes = dkim.sign(
            message.as_bytes(policy=policy.SMTP),
            self.selector.encode(),
            self.domain.encode(),
            self.key,
            # Programs on the way fold headers anew.
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name for name in SIGNED if name in there],
        )
        value = line.decode().partition(":")[2]
        message["DKIM-Signature"] = " ".join(value.split())
