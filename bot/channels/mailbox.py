"""Where mail goes in development: a real SMTP server on this machine that delivers to a page instead of to people."""

import asyncio
import email
import email.policy
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING

from bot.clock import Clock

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

KEPT = 500
LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that came in."""

    id: int
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...] = ()


class Mailbox:
    """What came in, newest first when listed; also the handler of the SMTP server."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._count = 0
        self._mails: deque[Mail] = deque(maxlen=KEPT)

    def mails(self) -> list[Mail]:
        """Newest first."""
        return list(reversed(self._mails))

    def find(self, mail_id: int) -> Mail | None:
        """One of them."""
        return next((mail for mail in self._mails if mail.id == mail_id), None)

    async def handle_DATA(self, server: "SMTP", session: "Session", envelope: "Envelope") -> str:  # noqa: ARG002, N802
        """Takes the mail; aiosmtpd calls this by its name."""
        self._count += 1
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        message: EmailMessage = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
        self._mails.append(
            Mail(
                id=self._count,
                at=self._clock(),
                sender=str(envelope.mail_from or ""),
                recipients=tuple(str(r) for r in envelope.rcpt_tos),
                subject=str(message.get("Subject", "")),
                text=_part(message, "plain"),
                html=_part(message, "html"),
                headers=tuple((name, str(value)) for name, value in message.items()),
            )
        )
        return "250 2.6.0 accepted"


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""


@asynccontextmanager
async def listening(mailbox: Mailbox) -> AsyncIterator[int]:
    """The SMTP server on a free port of this machine; yields the port."""
    loop = asyncio.get_running_loop()
    sessions: list[SMTP] = []

    def session() -> "SMTP":
        # Loaded with the first mail: a start need not wait for it.
        from aiosmtpd.smtp import SMTP

        sessions[:] = [one for one in sessions if one.transport]
        sessions.append(
            SMTP(mailbox, hostname="mailbox.localhost", loop=loop, data_size_limit=LARGEST, enable_SMTPUTF8=True)
        )
        return sessions[-1]

    server = await loop.create_server(session, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
        for one in sessions:
            if one.transport:
                one.transport.close()
        # The loop closes their sockets in its next round.
        await asyncio.sleep(0)
