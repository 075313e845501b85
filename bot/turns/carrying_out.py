"""Carries out what the core asked for: effects become rows, gathered for a whole batch and written together."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.facts.gathering import Given
from bot.facts.zones import patient_zones
from bot.store.codes import NewCode, WrongTry, side_of
from bot.store.consents import Consent
from bot.store.conversations import Thread
from bot.store.outbox import NewMessage
from bot.store.practices import Practice
from bot.store.redactions import Redaction
from bot.store.tasks import NewTask
from bot.store.timers import NewTimer
from bot.turns.mails import Copy, of_mandate
from bot.turns.money import MoneyWork
from bot.turns.ordered_codes import OrderedCode, place_of
from bot.turns.receipts import Receipt
from conversations import effects as e
from conversations.conversation import Owner
from conversations.events import (
    Event,
    MessageReceived,
    NoticeDue,
    PaymentRequested,
    StaffReleased,
    StaffReplied,
    StaffTook,
    WaitEnded,
    Way,
)
from conversations.policy import next_open_in_all
from conversations.turn import Outcome, Result
from conversations.values import value

UNASKED = (WaitEnded, StaffReplied, StaffTook, StaffReleased)
"""Nothing the patient did just now: an hour after their last message, what we say about it needs a consent."""
REPLY_LIFE = timedelta(minutes=60)
CODE_WAITS = timedelta(minutes=10)
NOT_RECEIPTS = tuple(kind for kind in e.Kind if kind is not e.Kind.RECEIPT)


@value(frozen=True, slots=True)
class Case:
    """One turn that has been taken, and all that its effects refer to."""

    practice: Practice
    thread: Thread
    event: Event
    given: Given
    outcome: Outcome
    inbox_id: int
    provider: str
    provider_id: str
    now: datetime
    simulated: bool


@dataclass(slots=True)
class Writes:
    """What a batch has to write."""

    messages: list[NewMessage] = field(default_factory=list)
    codes: list[OrderedCode] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    used_codes: list[int] = field(default_factory=list)
    wrong_tries: list[WrongTry] = field(default_factory=list)
    void_codes: list[int] = field(default_factory=list)
    void_links: list[tuple[int, datetime]] = field(default_factory=list)
    drops: list[tuple[int, str, tuple[e.Kind, ...]]] = field(default_factory=list)
    consents: list[Consent] = field(default_factory=list)
    blocks: list[tuple[int, str]] = field(default_factory=list)
    pauses: list[e.PauseNotices] = field(default_factory=list)
    deaths: list[int] = field(default_factory=list)
    languages: list[e.SetLanguage] = field(default_factory=list)
    tasks: list[NewTask] = field(default_factory=list)
    timers: list[NewTimer] = field(default_factory=list)
    redactions: list[Redaction] = field(default_factory=list)
    money: list[MoneyWork] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)


def carry_out(case: Case, writes: Writes) -> None:
    """Everything this turn came to: the conversation as it stands now, and what there is to write besides."""
    thread = case.thread
    thread.kept = case.outcome.conversation
    if _wrote(case.event):
        thread.last_in_at = case.now
    for effect in case.outcome.effects:
        _do(effect, case, writes)
    _mind_answer(case)


def _wrote(event: Event) -> bool:
    """Did a person write? A robot's mail is no contact, and nobody owes it an answer."""
    return isinstance(event, MessageReceived) and not event.from_machine


def _mind_answer(case: Case) -> None:
    """Does somebody from the practice owe this patient an answer?"""
    thread = case.thread
    if thread.kept.owner is Owner.BOT or isinstance(case.event, StaffReplied):
        thread.needs_answer_since = thread.answer_due_at = None
    elif _wrote(case.event) and case.outcome.result is Result.STAFF:
        thread.needs_answer_since = thread.needs_answer_since or case.now


def _do(effect: e.Effect, case: Case, writes: Writes) -> None:  # noqa: C901, PLR0912 - one line an effect
    match effect:
        case e.Say():
            writes.messages.append(_said(effect, case))
        case e.SendCode():
            writes.codes.append(_ordered(effect, case))
        case e.AcceptCode():
            writes.used_codes.append(_compared(case))
        case e.CountWrongTry():
            writes.wrong_tries.append(WrongTry(side_of(case.thread.id), case.given.code_id, case.now))
        case e.VoidCodes():
            writes.void_codes.append(case.thread.id)
        case e.VoidLinks():
            writes.void_links.append((case.thread.id, case.now))
        case e.DropQueued():
            writes.drops.append((case.thread.address_id, effect.rule, _kinds(effect)))
        case e.SetConsent():
            writes.consents += _consents(effect, case)
        case e.BlockNumber():
            writes.blocks.append((case.thread.address_id, effect.reason))
        case e.PauseNotices():
            writes.pauses.append(effect)
        case e.ReportDeath():
            writes.deaths += effect.person_ids
        case e.SetLanguage():
            writes.languages.append(effect)
        case e.OpenTask():
            task = _task(case, effect.kind, effect.person_ids, effect.due_at, urgent=effect.urgent)
            writes.tasks.append(replace(task, payment_id=effect.payment_id))
        case e.HandOff():
            _hand_off(effect, case, writes)
        case e.WakeAt():
            kept = case.outcome.conversation
            writes.timers.append(NewTimer(case.thread.id, kept.state, kept.entered_turn, effect.reason, effect.at))
        case e.RedactAtProvider():
            writes.redactions.append(
                Redaction(case.provider, case.provider_id, case.now, effect.held, inbox_id=case.inbox_id)
            )
        case e.SendReceipt():
            writes.receipts.append(_receipt(effect, case))
        case e.SendMandate():
            writes.copies.append(of_mandate(_message(case, e.Kind.RECEIPT, "charge/mandate"), effect))
        case e.SendMail():
            writes.copies.append(Copy(_message(case, e.Kind.RECEIPT, effect.message), effect.person_ids, effect.values))
        case e.Skip():
            pass
        case _:
            answer = _message(case, e.Kind.REPLY, "")
            work = MoneyWork(effect, case.practice, case.thread.id, case.inbox_id, case.given.facts, case.now, answer)
            writes.money.append(work)


def _said(say: e.Say, case: Case) -> NewMessage:
    message = _message(case, say.kind, say.message)
    message.language = say.language or message.language
    message.values = dict(say.values)
    message.link = _link(say.link)
    message.person_ids = say.link.person_ids if say.link else ()
    case.thread.last_out_at = case.now
    if say.kind is e.Kind.NOTICE:
        message.due_at = next_open_in_all(case.now, _zones(case), case.practice.file.policy.notice_hours)
        message.notice_of = case.event.person_id if isinstance(case.event, NoticeDue | PaymentRequested) else None
    return message


def _link(link: e.OpenPayLink | None) -> dict[str, e.Value] | None:
    if link is None:
        return None
    return {name: getattr(link, name) for name in e.OpenPayLink.__slots__} | {"person_ids": list(link.person_ids)}


def _message(case: Case, kind: e.Kind, name: str) -> NewMessage:
    """A message of this turn to this conversation. What needs a consent learns at the end which row that is."""
    thread, ground = case.thread, _ground(case, kind)
    number_id = thread.number_id if thread.channel == "text" else None
    ground_id = None if ground == "consent" else case.inbox_id
    return NewMessage(
        case.practice.id, thread.id, thread.address_id, thread.channel, number_id, kind, name, thread.kept.language,
        ground, ground_id, case.now, case.now,
    )  # fmt: skip


def _ground(case: Case, kind: e.Kind) -> str:
    """Why we may send this: they did something, they opted out, or they agreed that we begin."""
    if kind is e.Kind.OPT_OUT:
        return "opt_out"
    if kind is e.Kind.NOTICE:
        return "consent"
    last = case.thread.last_in_at
    if not isinstance(case.event, UNASKED) or (last and case.now - last < REPLY_LIFE):
        return "reply"
    # A person's answer to somebody who wrote long ago is still an answer, where nothing better is on file.
    by_staff = not isinstance(case.event, WaitEnded)
    return "reply" if by_staff and case.thread.consent != "granted" else "consent"


def _zones(case: Case) -> tuple[str, ...]:
    """Everywhere the reader may be."""
    thread, practice_zone = case.thread, case.practice.file.time_zone
    here = case.given.circle.here.get(thread.address_id, ())
    zones = [z for p in here for z in patient_zones(p.time_zone, p.zip_zone, thread.zones, practice_zone)]
    return tuple(dict.fromkeys(zones)) or (practice_zone,)


def _ordered(send: e.SendCode, case: Case) -> OrderedCode:
    here: Way = case.thread.channel
    there: Way = "email" if here == "text" else "text"
    form, link = send.ask_id or None, send.link_id or None
    code = NewCode(case.practice.id, case.thread.id, send.way, send.typed, send.person_ids, case.now, form, link)
    place = None
    if send.both or send.way != here:
        place = place_of(send, case.given.circle, case.practice.id, there, simulated=case.simulated)
    if send.way == here:
        twin = (_bringing(send, case, there), place) if place else None
        return OrderedCode(code, _bringing(send, case, here), None, twin)
    if place is None:
        raise LookupError(f"nobody of those a code is for has an address of that way: {send.way}")
    return OrderedCode(code, _bringing(send, case, there), place)


def _bringing(send: e.SendCode, case: Case, way: Way) -> NewMessage:
    message = _message(case, e.Kind.CODE, send.message)
    message.ground, message.ground_id = "reply", case.inbox_id
    message.person_ids, message.expires_at = send.person_ids, case.now + CODE_WAITS
    if way != case.thread.channel:
        message.channel = way
        message.number_id = case.practice.first_number_id if way == "text" else None
    return message


def _compared(case: Case) -> int:
    if case.given.code_id is None:
        raise LookupError("there was no code to accept")
    return case.given.code_id


def _kinds(drop: e.DropQueued) -> tuple[e.Kind, ...]:
    if drop.only_notices:
        return (e.Kind.NOTICE,)
    return NOT_RECEIPTS if drop.keep_receipts else tuple(e.Kind)


def _consents(said: e.SetConsent, case: Case) -> list[Consent]:
    """About this address; said on the other channel, about every address of that channel that these people have."""
    thread = case.thread
    here = case.given.circle.here.get(thread.address_id, ())
    address_ids: Sequence[int] = (thread.address_id,)
    if said.channel != thread.channel:
        reaches = [r for p in here for r in case.given.circle.reaches.get(p.id, ()) if r.channel == said.channel]
        address_ids = tuple(dict.fromkeys(reach.address_id for reach in reaches))
    person_id = here[0].id if len(here) == 1 else None
    return [
        Consent(
            case.practice.id, address_id, said.channel, said.status, said.wording, said.source, case.now, person_id,
            case.inbox_id,
        )
        for address_id in address_ids
    ]  # fmt: skip


def _task(
    case: Case, kind: str, person_ids: tuple[int, ...], due_at: datetime | None, *, urgent: bool = False
) -> NewTask:
    return NewTask(kind, case.now, case.practice.id, case.thread.id, case.inbox_id, person_ids, urgent, due_at)


def _hand_off(handed: e.HandOff, case: Case, writes: Writes) -> None:
    """One task while a person is waited for, however often they are asked for."""
    thread = case.thread
    if thread.needs_answer_since is None:
        person_ids = tuple(person.id for person in case.given.facts.people)
        writes.tasks.append(_task(case, f"hand_off.{handed.reason}", person_ids, handed.due_at))
    thread.needs_answer_since = thread.needs_answer_since or case.now
    thread.answer_due_at = handed.due_at


def _receipt(send: e.SendReceipt, case: Case) -> Receipt:
    return Receipt(_message(case, e.Kind.RECEIPT, "charge/receipt"), send.person_ids, send.reference, case.event)
