"""Makes what is handed to a channel: the words, a code, a link. Code and token exist in memory only, from here on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.channels.email import MailOut
from bot.channels.text import TextOut
from bot.facts.sending import Known
from bot.keys import Keys
from bot.rendering import Renderer, segments
from bot.store import links, page_codes, reply_addresses
from bot.store.practices import Practices
from bot.store.reply_addresses import Kind as Purpose
from conversations.effects import Kind

ANSWERS = frozenset(kind for kind in Kind if kind is not Kind.NOTICE)
PLACES = {"link": "{link}", "code": "{code}"}


@dataclass(frozen=True, slots=True)
class Desk:
    """What it takes to turn rows into messages."""

    practices: Practices
    keys: Keys
    renderer: Renderer
    public_url: str
    mail_domain: str = "localhost"
    takes_mail: bool = False
    """Our own door is open for answers and bounces (PAYBOT_MAIL_LISTEN)."""
    acts_as: Callable[[str], bool] = lambda _: True
    """May we text by that account of a practice's own? Its token may be missing."""

    @property
    def host(self) -> str:
        """The public host as texts name it."""
        return self.public_url.partition("://")[2]


@dataclass(frozen=True, slots=True)
class Made:
    """A message ready to be handed over, and what its row may keep of it."""

    out: TextOut | MailOut
    text: str
    segments: int


def make(conn: Connection, desk: Desk, known: Known, sender: str, validity: timedelta, now: datetime) -> Made:
    """Everything that this message needs, made now: its code's ten minutes and its link's hour start here."""
    secrets: dict[str, str] = {}
    if known.row.link is not None:
        secrets["link"] = f"{desk.public_url}/p/{_link(conn, desk, known, now)}"
    if known.row.code_id is not None:
        secrets["code"] = page_codes.made(conn, desk.keys, known.row.code_id, now)
    return (
        _text(desk, known, sender, validity, secrets)
        if known.row.channel == "text"
        else _mail(conn, desk, known, secrets, now)
    )


def _link(conn: Connection, desk: Desk, known: Known, now: datetime) -> str:
    row, wanted = known.row, known.row.link
    token = links.new_token()
    new = links.NewLink(
        practice_id=row.practice_id,
        person_ids=tuple(wanted["person_ids"]),
        asks_code=wanted["asks_code"],
        made_by="conversation",
        made_at=now,
        open_until=now + timedelta(minutes=known.practice.file.policy.link_minutes),
        conversation_id=row.conversation_id,
        amount_cents=wanted["amount_cents"],
        owed_cents=known.owed_cents,
        page=wanted.get("page", "balance"),
    )
    links.insert_link(conn, desk.keys, token, new)
    return token


def _text(desk: Desk, known: Known, sender: str, validity: timedelta, secrets: dict[str, str]) -> Made:
    row, file = known.row, known.practice.file
    where = {"host": desk.host, "site": desk.public_url}
    kept = desk.renderer.text(row.message, row.language, row.values, file, **where)
    words = desk.renderer.text(row.message, row.language, row.values, file, **where, **secrets) if secrets else kept
    out = TextOut(
        outbox_id=row.id,
        to=known.address,
        sender=sender,
        body=words,
        status_callback=f"{desk.public_url}/webhooks/twilio/status?m={row.id}",
        validity_seconds=int(validity.total_seconds()),
        account=file.twilio_account_sid,
    )
    return Made(out, kept, segments(words))


def _mail(conn: Connection, desk: Desk, known: Known, secrets: dict[str, str], now: datetime) -> Made:
    row, file = known.row, known.practice.file
    tokens = _tokens(conn, desk, known, now)
    where = {"host": desk.host, "site": desk.public_url}
    kept = desk.renderer.mail(row.message, row.language, row.values, file, **where)
    words = desk.renderer.mail(row.message, row.language, row.values, file, **where, **secrets) if secrets else kept
    details: dict[str, Any] = dict(known.ground.details) if known.ground else {}
    out = MailOut(
        outbox_id=row.id,
        message_id=f"{desk.keys.digest('message-id', str(row.id))[:32]}@{desk.mail_domain}",
        from_name=file.name,
        from_address=f"{file.slug}@{desk.mail_domain}",
        to=known.address,
        subject=words.subject,
        text=words.text,
        html=words.html,
        sent_at=now,
        answers=Kind(row.kind) in ANSWERS,
        in_reply_to=str(details.get("message_id", "")),
        references=tuple(str(one) for one in details.get("references", ())),
        reply_to=_ours(desk, tokens, Purpose.REPLY) or file.email,
        envelope_from=_ours(desk, tokens, Purpose.BOUNCE),
        unsubscribe_url=f"{desk.public_url}/unsubscribe/{tokens[Purpose.UNSUBSCRIBE]}"
        if Purpose.UNSUBSCRIBE in tokens
        else "",
        tried=row.attempts,
    )
    return Made(out, f"{kept.subject}\n\n{kept.text}", 0)


def _tokens(conn: Connection, desk: Desk, known: Known, now: datetime) -> dict[Purpose, str]:
    """What this mail may be answered at, bounced to and unsubscribed with; each mail has its own."""
    wanted = [Purpose.REPLY, Purpose.BOUNCE] if desk.takes_mail else []
    if known.row.kind == Kind.NOTICE.value:
        wanted.append(Purpose.UNSUBSCRIBE)
    if not wanted:
        return {}
    return reply_addresses.make(conn, desk.keys, wanted, known.row.conversation_id, known.row.id, now)


def _ours(desk: Desk, tokens: dict[Purpose, str], purpose: Purpose) -> str:
    return f"{purpose.value}+{tokens[purpose]}@{desk.mail_domain}" if purpose in tokens else ""
