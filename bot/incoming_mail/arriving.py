"""What a mail means for the road: which conversation, which event, and what is noted beside it."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.channels.email import ABOUT_THE_MESSAGE
from bot.channels.refusals import REPORTED
from bot.incoming_mail.authenticity import Trusted, Untrusted, Verdict
from bot.incoming_mail.recipients import Door, Recipient
from bot.incoming_mail.values import Bounce, Fate, IncomingMail, Trouble
from bot.sending.deliveries import record_status
from bot.store import conversations
from bot.store.conversations import Place
from bot.store.reply_addresses import ReplyAddress
from bot.store.tables import addresses, outbox, person_addresses, tasks
from bot.store.tables import conversations as talks
from bot.store.tasks import open_task
from bot.turns.arrivals import Arrival, Prepare
from conversations.events import MailTrouble, MessageReceived
from conversations.hearing.codes import without_codes
from conversations.hearing.lone_numbers import without_lone_numbers

NOTHING_TO_TELL = (None, None)
STATES = {Fate.HARD: "undelivered", Fate.SOFT: "delayed", Fate.ARRIVED: "delivered"}
DOUBTFUL = "doubtful"
UNPROVEN_MAIL = "unproven_mail"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail as it was handed in."""

    raw: bytes = field(repr=False)
    envelope_from: str
    received_at: datetime
    ip: str = ""
    helo: str = ""


def arrival(letter: Letter, recipient: Recipient, mail: IncomingMail, verdict: Verdict) -> Arrival:
    """One recipient's share of a mail."""
    match recipient.door:
        case Door.REPLY:
            return _answer(letter, recipient, mail, verdict)
        case Door.BOUNCE:
            return _report(letter, recipient, mail, verdict)
        case Door.PRACTICE:
            return _unasked(letter, recipient, mail, verdict)
        case Door.POSTMASTER:
            prepare = None if mail.machine else _tell_staff("postmaster_mail", letter.received_at, None)
            return _arrival(letter, recipient, mail, verdict, None, prepare or _only_kept)


def _answer(letter: Letter, recipient: Recipient, mail: IncomingMail, verdict: Verdict) -> Arrival:
    """Identity is token and aligned sender together."""
    of = _needed(recipient)
    proven = isinstance(verdict, Trusted) and verdict.address == of.address
    prepare = _note_gone(of, letter.received_at, _event(mail, proven=proven)) if mail.left else None
    return _arrival(letter, recipient, mail, verdict, _event(mail, proven=proven), prepare)


def _unasked(letter: Letter, recipient: Recipient, mail: IncomingMail, verdict: Verdict) -> Arrival:
    """To the practice's own address, without a token: from somebody certain it is heard as far as that goes."""
    if mail.machine:
        return _arrival(letter, recipient, mail, verdict, None, _only_kept)
    if isinstance(verdict, Untrusted):
        # An answer to who did not write it would be one more unwanted mail (RFC 3834).
        return _arrival(letter, recipient, mail, verdict, None, _tell_once(recipient, letter.received_at))
    place = Place(recipient.practice_id or 0, "email", verdict.address)
    event = _event(mail, proven=False)

    def prepare(conn: Connection) -> tuple[int, MessageReceived]:
        return conversations.begun(conn, {place})[place][0], event

    return _arrival(letter, recipient, mail, verdict, event, prepare, address=verdict.address)


def _report(letter: Letter, recipient: Recipient, mail: IncomingMail, verdict: Verdict) -> Arrival:
    """To the envelope's address: servers report there, and nothing that comes there is a patient's word."""
    of = _needed(recipient)
    prepare: Prepare = _only_kept
    if mail.bounce:
        prepare = _note_bounce(of, mail.bounce, letter.received_at)
    elif mail.left:
        prepare = _note_gone(of, letter.received_at, None)
    elif not mail.machine:
        prepare = _tell_staff("mail_to_bounce_address", letter.received_at, of)
    return _arrival(letter, recipient, mail, verdict, None, prepare)


def _arrival(
    letter: Letter,
    recipient: Recipient,
    mail: IncomingMail,
    verdict: Verdict,
    event: MessageReceived | None,
    prepare: Prepare | None,
    address: str = "",
) -> Arrival:
    return Arrival(
        provider="mail",
        provider_id=_provider_id(letter, recipient, mail),
        event=event,
        received_at=letter.received_at,
        channel="email",
        address=address,
        conversation_id=recipient.of.conversation_id if recipient.of else None,
        practice_id=recipient.practice_id,
        text=without_codes(mail.words),
        details=_details(recipient, mail, verdict),
        prepare=prepare,
    )


def _provider_id(letter: Letter, recipient: Recipient, mail: IncomingMail) -> str:
    """The same mail handed in again is the same, also where its sender gave it no id."""
    what = mail.message_id or hashlib.sha256(letter.raw).hexdigest()
    return hashlib.sha256(f"{what}|{recipient.key}".encode("utf-8", "replace")).hexdigest()


def _event(mail: IncomingMail, *, proven: bool) -> MessageReceived:
    return MessageReceived(
        text=mail.words,
        cards_removed=mail.cards,
        digits_removed=mail.digits,
        media=mail.pictures,
        from_machine=bool(mail.machine),
        mail_trouble=_trouble(mail, proven=proven),
        silence_asked=mail.silence_asked,
    )


def _trouble(mail: IncomingMail, *, proven: bool) -> MailTrouble | None:
    if mail.trouble is Trouble.UNREADABLE:
        return MailTrouble.UNREADABLE
    if not proven:
        return MailTrouble.UNPROVEN
    # A photo without a word is no empty mail.
    if mail.trouble is Trouble.EMPTY and mail.pictures:
        return None
    return MailTrouble(mail.trouble.value) if mail.trouble else None


def _details(recipient: Recipient, mail: IncomingMail, verdict: Verdict) -> dict[str, Any]:
    found: dict[str, Any] = {
        "door": recipient.door.value,
        "message_id": mail.message_id,
        "references": list(mail.references),
        "subject": without_lone_numbers(mail.subject),
        "machine": mail.machine,
        "trouble": mail.trouble.value if mail.trouble else "",
        "why": mail.why,
        "unproven": verdict.why if isinstance(verdict, Untrusted) else "",
        "from": mail.from_ if recipient.of is None or mail.from_ != recipient.of.address else "",
        "notes": list(mail.notes),
        "pictures": mail.pictures,
    }
    if mail.bounce:
        found |= {"bounce": mail.bounce.fate.value, "status": mail.bounce.status}
    return {name: value for name, value in found.items() if value}


# What is noted in the same transaction


def _only_kept(conn: Connection) -> tuple[None, None]:  # noqa: ARG001 - the shape of Prepare
    return NOTHING_TO_TELL


def _note_bounce(of: ReplyAddress, bounce: Bounce, now: datetime) -> Prepare:
    """Only the token says which mail of ours it was about."""

    def prepare(conn: Connection) -> tuple[None, None]:
        row = conn.execute(select(outbox.c.provider_id).where(outbox.c.id == of.outbox_id)).one_or_none()
        state = STATES.get(bounce.fate)
        if row is not None and state:
            said_by = row.provider_id or f"bounce:{of.outbox_id}"
            about = ABOUT_THE_MESSAGE if REPORTED.fullmatch(bounce.status) else ""
            record_status(conn, said_by, of.outbox_id, state, about + bounce.status or None, now)
        return NOTHING_TO_TELL

    return prepare


def _note_gone(of: ReplyAddress, now: datetime, event: MessageReceived | None) -> Prepare:
    """Nobody reads there any more, an answer says: nothing more is begun at this address until staff have looked."""

    def prepare(conn: Connection) -> tuple[int | None, MessageReceived | None]:
        address_id = conn.scalar(select(talks.c.address_id).where(talks.c.id == of.conversation_id))
        at = addresses.c
        marked = conn.execute(
            update(addresses).where(at.id == address_id, at.problem.is_(None)).values(problem=DOUBTFUL)
        )
        if marked.rowcount:
            people = conn.scalars(
                select(person_addresses.c.person_id).where(person_addresses.c.address_id == address_id)
            )
            _open(conn, "email_doubtful", now, of, tuple(people))
        return (of.conversation_id, event) if event else NOTHING_TO_TELL

    return prepare


def _tell_staff(kind: str, now: datetime, of: ReplyAddress | None) -> Prepare:
    def prepare(conn: Connection) -> tuple[None, None]:
        _open(conn, kind, now, of, ())
        return NOTHING_TO_TELL

    return prepare


def _tell_once(recipient: Recipient, now: datetime) -> Prepare:
    """Most of what nobody vouches for is spam: one open task says that some has come, not one for each."""

    def prepare(conn: Connection) -> tuple[None, None]:
        t = tasks.c
        same = (t.kind == UNPROVEN_MAIL, t.practice_id == recipient.practice_id, t.done_at.is_(None))
        if conn.scalar(select(t.id).where(*same).limit(1)) is None:
            open_task(conn, kind=UNPROVEN_MAIL, opened_at=now, practice_id=recipient.practice_id)
        return NOTHING_TO_TELL

    return prepare


def _open(conn: Connection, kind: str, now: datetime, of: ReplyAddress | None, people: tuple[int, ...]) -> None:
    open_task(
        conn,
        kind=kind,
        opened_at=now,
        practice_id=of.practice_id if of else None,
        conversation_id=of.conversation_id if of else None,
        person_ids=people,
    )


def _needed(recipient: Recipient) -> ReplyAddress:
    if recipient.of is None:
        raise LookupError("an address with a token belongs to a conversation")
    return recipient.of
