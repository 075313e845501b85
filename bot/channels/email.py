"""Mail out, by SMTP through a relay whose certificate is checked."""

import asyncio
import contextlib
import logging
import re
import ssl
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Literal, Protocol, Self
from urllib.parse import unquote, urlsplit

import aiosmtplib

from bot.channels.flow import Flow
from bot.channels.refusals import Whom, whom
from bot.channels.results import Accepted, MaybeSent, Refused, Sent, TryLater

if TYPE_CHECKING:
    from bot.channels.signing import Signer

log = logging.getLogger(__name__)

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
TIMEOUT_SECONDS = 20
LATER, FINAL = 4, 5
LONGEST_ADDRESS = 254
NOT_AN_ADDRESS = "bad_address"
ABOUT_THE_MESSAGE = "data_"
"""Before the code of a relay that refused this one mail, and said nothing against the address: filters do that."""
ABOUT_US = "relay_"
"""Before the code of a relay that refuses all our mail."""
AT_ONCE, WHILE_OTHERS_MAY_GO, AWAY = timedelta(0), timedelta(minutes=5), timedelta(hours=1)
"""After how long without a mail that was taken staff are told: by what the relay said, and whether to all of us."""
OFTEN = 5
"""So many tries before this one took minutes."""
FOUR_DAYS = 1150
"""So many took that long, at one each five minutes: no mail server tries for ever (RFC 5321, 4.5.4.1)."""
SEVEN_BITS = policy.default.clone(cte_type="7bit")
"""A relay that must write the letters anew would break the signature."""
_PLAIN_ADDRESS = re.compile(r"[^\s@<>(),;:\"\\\x00-\x1f\x7f]+@[^\s@<>(),;:\"\\\x00-\x1f\x7f]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Relay:
    """Where mail is handed in."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"] = "none"
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> Self:
        """`smtp://host`, `smtp+starttls://user:pass@host:587`, `smtps://…`"""
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("mail goes to smtp://…, smtp+starttls://… or smtps://…")
        security: Literal["none", "starttls", "tls"] = "tls" if parts.scheme == "smtps" else "none"
        return cls(
            parts.hostname,
            parts.port or PORTS[parts.scheme],
            "starttls" if parts.scheme == "smtp+starttls" else security,
            unquote(parts.username) if parts.username else None,
            unquote(parts.password) if parts.password else None,
        )


@dataclass(frozen=True, slots=True, repr=False)
class MailOut:
    """One mail, with real code and link in it: it lives in memory only."""

    outbox_id: int
    message_id: str  # ours, without brackets: the same on every try
    from_name: str
    from_address: str
    to: str
    subject: str
    text: str
    html: str
    sent_at: datetime
    answers: bool = False  # an answer to something they did, or begun by us (RFC 3834)
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_to: str = ""
    envelope_from: str = ""
    unsubscribe_url: str = ""  # of notices: mail programs show a button for it (RFC 8058)
    tried: int = 0  # how often before

    def __repr__(self) -> str:
        return f"MailOut({self.outbox_id})"


class MailChannel(Protocol):
    """Whatever carries mail."""

    async def send(self, mail: MailOut) -> Sent: ...


class SmtpMail:
    """One relay. Each mail has its own connection: a client object is not for two tasks, and old ones go stale."""

    def __init__(
        self,
        relay: Relay,
        tls: ssl.SSLContext | None = None,
        timeout: float = TIMEOUT_SECONDS,
        signer: "Signer | None" = None,
    ) -> None:
        self._relay = relay
        self._signer = signer
        self._tls = tls
        self._timeout = timeout
        self._flow = Flow()

    async def send(self, mail: MailOut) -> Sent:
        """Hand one mail over, once."""
        try:
            message = await asyncio.to_thread(self._build, mail)
        except ValueError:
            return Refused(NOT_AN_ADDRESS)
        client = self._client()
        try:
            await client.connect()
        except aiosmtplib.SMTPResponseException as error:
            return self._unwelcome(error, mail)
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            log.warning("mail relay not reached: %s", type(error).__name__)
            return self._later(mail)
        try:
            return await self._hand_over(client, message, mail)
        finally:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
            client.close()

    def _build(self, mail: MailOut) -> EmailMessage:
        message = build(mail)
        if self._signer:
            self._signer.sign(message)
        return message

    async def _hand_over(self, client: aiosmtplib.SMTP, message: EmailMessage, mail: MailOut) -> Sent:
        try:
            # Only send_message checks what it writes into commands (GHSA-v3q9-hj7j-63hq).
            await client.send_message(message, sender=mail.envelope_from or mail.from_address, recipients=[mail.to])
        except aiosmtplib.SMTPRecipientsRefused as error:
            return self._at_recipient(error.recipients[0], mail)
        except (aiosmtplib.SMTPHeloError, aiosmtplib.SMTPSenderRefused) as error:
            return self._unwelcome(error, mail)
        except aiosmtplib.SMTPDataError as error:
            return self._after_data(error, mail)
        except (aiosmtplib.SMTPException, OSError) as error:
            log.warning("mail may be sent: %s", type(error).__name__)
            return MaybeSent()
        return Accepted(mail.message_id, "sent", again=self._flow.taken(mail.sent_at))

    def _unwelcome(self, error: aiosmtplib.SMTPResponseException, mail: MailOut) -> TryLater:
        """Greeting, sign-in and sender are between the relay and us: no word of it is about the patient's address."""
        if _is_final(error.code):
            return self._refuses_us(error, mail, AT_ONCE)
        log.warning("mail relay has us wait: %s %d", type(error).__name__, error.code)
        return self._later(mail)

    def _at_recipient(self, error: aiosmtplib.SMTPResponseException, mail: MailOut) -> Sent:
        about = whom(error.code, error.message)
        if not _is_final(error.code):
            return self._not_now(error, mail, about)
        return Refused(str(error.code)) if about is Whom.RECIPIENT else self._not_the_recipient(error, mail)

    def _after_data(self, error: aiosmtplib.SMTPDataError, mail: MailOut) -> Sent:
        about = whom(error.code, error.message)
        if _is_final(error.code):
            if about is Whom.US:
                return self._not_the_recipient(error, mail)
            return Refused(f"{ABOUT_THE_MESSAGE}{error.code}")
        return self._not_now(error, mail, about) if error.code // 100 == LATER else MaybeSent()

    def _not_now(self, error: aiosmtplib.SMTPResponseException, mail: MailOut, about: Whom) -> Sent:
        """A full mailbox, say; or all mail has to wait, and then for as long as it takes."""
        if mail.tried >= FOUR_DAYS and (about is Whom.RECIPIENT or self._flow.flows(mail.sent_at)):
            return Refused(f"{ABOUT_THE_MESSAGE}{error.code}")
        return TryLater() if about is Whom.RECIPIENT else self._later(mail)

    def _not_the_recipient(self, error: aiosmtplib.SMTPResponseException, mail: MailOut) -> Sent:
        """Of us, or so it seems: unless it keeps refusing this one mail while it takes others."""
        if mail.tried >= OFTEN and self._flow.flows(mail.sent_at):
            return Refused(f"{ABOUT_THE_MESSAGE}{error.code}")
        return self._refuses_us(error, mail, WHILE_OTHERS_MAY_GO)

    def _refuses_us(self, error: aiosmtplib.SMTPResponseException, mail: MailOut, patience: timedelta) -> TryLater:
        log.warning("mail relay refuses us: %s %d; paybot check may tell more", type(error).__name__, error.code)
        told = self._flow.not_taken(mail.sent_at, patience)
        return TryLater(refused_us=str(error.code), trouble="mail_refused" if told else "")

    def _later(self, mail: MailOut) -> TryLater:
        return TryLater(trouble="mail_waits" if self._flow.not_taken(mail.sent_at, AWAY) else "")

    def _client(self) -> aiosmtplib.SMTP:
        relay = self._relay
        return aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            use_tls=relay.security == "tls",
            start_tls=relay.security == "starttls",
            username=relay.username,
            password=relay.password,
            # aiosmtplib verifies by default; an explicit context can only be as strict or name a private authority.
            tls_context=self._tls,
            timeout=self._timeout,
        )


def build(mail: MailOut) -> EmailMessage:
    """The message as it goes out. Slow (1.3 ms), so not for the event loop. ValueError: an address is not one."""
    for address in (mail.to, mail.from_address, mail.reply_to, mail.envelope_from):
        if address and not is_address(address):
            raise ValueError("not a mail address")
    message = EmailMessage(SEVEN_BITS)
    message["From"] = _address(mail.from_name, mail.from_address)
    message["To"] = _address("", mail.to)
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = format_datetime(mail.sent_at)
    message["Message-ID"] = f"<{_one_line(mail.message_id)}>"
    message["Auto-Submitted"] = "auto-replied" if mail.answers else "auto-generated"
    if mail.reply_to:
        message["Reply-To"] = _address(mail.from_name, mail.reply_to)
    if mail.in_reply_to:
        message["In-Reply-To"] = _one_line(mail.in_reply_to)
        message["References"] = _one_line(" ".join((*mail.references, mail.in_reply_to)))
    if mail.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{_one_line(mail.unsubscribe_url)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def is_address(address: str) -> bool:
    """One plain address, with nothing in it that could become a second header or command."""
    return len(address) <= LONGEST_ADDRESS and _PLAIN_ADDRESS.fullmatch(address) is not None


def _address(name: str, address: str) -> Address:
    return Address(_one_line(name), addr_spec=address)


def _one_line(words: str) -> str:
    return _CONTROL.sub(" ", words)


def _is_final(code: int) -> bool:
    return code // 100 == FINAL
