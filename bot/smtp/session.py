"""One SMTP connection: aiosmtpd, with what it leaves open closed."""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from aiosmtpd import smtp
from aiosmtpd.smtp import SMTP, Envelope

from bot.incoming_mail.arriving import Letter
from bot.incoming_mail.recipients import Door, Recipient

if TYPE_CHECKING:
    from bot.smtp import MailDoor

log = logging.getLogger(__name__)

END_OF_MAIL = b"\r\n.\r\n"
CRLF = b"\r\n"
TRY_AGAIN = "451 4.3.0 temporary failure, please try again"
BUSY = "452 4.3.1 too much mail at this moment, please try again"
TOO_MUCH = "552 5.3.4 the mail is too large"
LONG_LINE = "500 5.6.0 a line of the mail is too long"
UNKNOWN = "550 5.1.1 no such address here"
SLOW_DOWN = "450 4.7.0 too many mails, please try again later"
MANY_RECIPIENTS = "452 4.5.3 too many recipients"
NOT_NOW = b"421 4.7.0 too many connections, please try again later\r\n"
NO_GUESSING = "421 4.7.0 too many unknown addresses"


class _Handler:
    """What aiosmtpd asks, answered for one connection; it calls these by their names."""

    def __init__(self, session: "Session") -> None:
        self._session = session

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, state: Any, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        # Under TLS aiosmtpd offers AUTH even when it knows no way to do it.
        state.host_name = hostname
        return [line for line in responses if not line[4:].startswith("AUTH")]

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _state: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        return self._session.sender(envelope, address, options)

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _state: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        return await self._session.recipient(envelope, address)

    async def handle_DATA(self, _server: SMTP, _state: Any, envelope: Envelope) -> str:  # noqa: N802
        return await self._session.mail(envelope)

    async def handle_exception(self, error: Exception) -> str:
        # What went wrong is our business, not the sender's: they try again.
        log.warning("a mail was put off: %s", type(error).__name__)
        return TRY_AGAIN


class _HangUpError(Exception):
    """Enough has come that will not be taken."""


class Session(SMTP):
    """The protocol object of one connection."""

    line_length_limit = 65_536

    def __init__(self, door: "MailDoor") -> None:
        limits = door.limits
        self.line_length_limit = limits.line_bytes
        super().__init__(
            _Handler(self),
            hostname=door.hostname,
            ident="mail",
            loop=asyncio.get_running_loop(),
            data_size_limit=limits.mail_bytes,
            enable_SMTPUTF8=True,
            tls_context=door.tls,
            timeout=limits.idle_seconds,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            command_call_limit={"*": limits.commands, "RCPT": limits.commands * limits.recipients},
        )
        self._door, self._limits, self._house = door, limits, door.house
        self._found: list[Recipient] = []
        self._unknown = 0
        self._held = 0
        self._ip = ""
        self._inside = False

    # Coming and going

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Enough are inside: then it is turned away before it may say anything."""
        if not self._inside:
            peer = transport.get_extra_info("peername")
            self._ip = str(peer[0]) if peer else ""
            self._inside = True
            if not self._house.enter(self._ip, relay=self._is_relay):
                transport.write(NOT_NOW)  # type: ignore[attr-defined]
                super().connection_made(transport)
                transport.close()
                return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Make room."""
        if self._inside:
            self._inside = False
            self._house.leave(self._ip)
            self._door.gone(self)
        super().connection_lost(error)

    def hang_up(self) -> None:
        """The server closes."""
        if self.transport is not None:
            self.transport.abort()  # type: ignore[attr-defined]

    @property
    def _is_relay(self) -> bool:
        return self._door.trust.covers(self._ip)

    def _set_post_data_state(self) -> None:
        """A new envelope: after a mail, RSET, EHLO and STARTTLS."""
        super()._set_post_data_state()  # type: ignore[no-untyped-call]
        self._found = []

    # What is said

    def sender(self, envelope: Envelope, address: str, options: list[str]) -> str:
        """Anybody may send, though not all the time."""
        if not self._is_relay and self._house.mails.full(self._ip, self.loop.time()):
            return SLOW_DOWN
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def recipient(self, envelope: Envelope, address: str) -> str:
        """250 for an address of ours, 550 for any other, before a byte of the mail."""
        if len(envelope.rcpt_tos) >= self._limits.recipients:
            return MANY_RECIPIENTS
        found = await self._door.find(address)
        if found is None:
            self._unknown += 1
            if self._unknown > self._limits.unknown_recipients and not self._is_relay:
                self._close_soon()
                return NO_GUESSING
            return UNKNOWN
        now = self.loop.time()
        if found.door is not Door.BOUNCE and self._house.answers.full(found.key, now) and not self._is_relay:
            return SLOW_DOWN
        self._found.append(found)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def mail(self, envelope: Envelope) -> str:
        """250 only once it is committed (RFC 5321, 6.1)."""
        content = envelope.content
        letter = Letter(
            raw=content if isinstance(content, bytes) else b"",
            envelope_from=(envelope.mail_from or "").strip("<>").encode("utf-8", "replace").decode(),
            received_at=self._door.clock(),
            ip=self._ip,
            helo=(self.session.host_name if self.session else None) or "",
        )
        await self._door.accept(letter, self._found)
        return "250 2.6.0 accepted"

    @smtp.syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        """Reads in large pieces, and nothing beyond what we hold for it.

        aiosmtpd takes a mail line by line without a pause, and keeps a line that never ends: millions of short lines
        would stop the loop for seconds, one long line would fill the memory.
        """
        refusal, envelope = self._no_mail_now(arg), self.envelope
        if refusal is not None or envelope is None:
            await self.push(refusal or TRY_AGAIN)
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        try:
            async with asyncio.timeout(self._limits.mail_seconds):
                raw, refused = await self._read_mail()
            envelope.content = envelope.original_content = raw
            status = refused or await self._call_handler_hook("DATA")
        except (TimeoutError, _HangUpError):
            # What still comes of this mail must not be taken for commands.
            self.hang_up()
            return
        finally:
            self._let_go()
            self._set_post_data_state()
        await self.push(status)

    def _no_mail_now(self, arg: str | None) -> str | None:
        if self.session is None or not self.session.host_name:
            return "503 5.5.1 Error: send HELO first"
        if not self._found:
            return "503 5.5.1 Error: need RCPT command"
        if arg:
            return "501 5.5.4 Syntax: DATA"
        return BUSY if self._house.held >= self._limits.held_bytes else None

    async def _read_mail(self) -> tuple[bytes, str]:
        """The mail as it was before dots were doubled; or why it is refused, once all of it has gone by."""
        # The line end of DATA itself begins the search, so that a mail of nothing but a dot ends as well.
        self._reader._buffer[:0] = CRLF  # type: ignore[attr-defined]  # noqa: SLF001 - aiosmtpd clears it for STARTTLS
        kept: list[bytes] = []
        seen, line, refused, ended = 0, 0, "", False
        while not ended:
            self._reset_timeout()
            piece, ended = await _piece(self._reader)
            seen += len(piece)
            line = longest_open_line(piece, line, self._limits.line_bytes)
            refused = refused or self._too_much(seen, line, len(piece))
            if refused:
                kept.clear()
                self._let_go()
                if seen > 2 * self._limits.mail_bytes + self._limits.line_bytes:
                    raise _HangUpError
            else:
                kept.append(piece)
                self._hold(len(piece))
        whole = b"".join(kept)
        return whole[: -len(b".\r\n")].replace(b"\r\n.", b"\r\n")[len(CRLF) :], refused

    def _too_much(self, seen: int, line: int, piece: int) -> str:
        if line > self._limits.line_bytes:
            return LONG_LINE
        if seen > self._limits.mail_bytes + len(CRLF) + len(END_OF_MAIL):
            return TOO_MUCH
        return BUSY if self._house.held + piece > self._limits.held_bytes else ""

    def _hold(self, count: int) -> None:
        self._held += count
        self._house.held += count

    def _let_go(self) -> None:
        self._house.held -= self._held
        self._held = 0

    def _close_soon(self) -> None:
        def close() -> None:
            if self.transport is not None:
                self.transport.close()

        self.loop.call_later(0.05, close)


async def _piece(reader: asyncio.StreamReader) -> tuple[bytes, bool]:
    """The next piece of a mail, and whether it ends there. Only CRLF dot CRLF ends a mail (RFC 5321, 4.1.1.4)."""
    try:
        return await reader.readuntil(END_OF_MAIL), True
    except asyncio.LimitOverrunError as error:
        piece = await reader.readexactly(error.consumed)
        # Others have their turn, however much is there to be read.
        await asyncio.sleep(0)
        return piece, False


def longest_open_line(piece: bytes, begun: int, limit: int) -> int:
    """The length of the line that is still open after this piece; more than `limit` when any line was too long."""
    at = 0
    while True:
        last = piece.rfind(b"\n", at, at + limit + len(CRLF) - begun)
        if last < 0:
            return begun + len(piece) - at
        at, begun = last + 1, 0
