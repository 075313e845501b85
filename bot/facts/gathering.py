"""What a turn may know, gathered for a whole batch with a few questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import Connection

from bot.facts import code_verdicts, notice_rules
from bot.facts import people as people_facts
from bot.facts.people import Circle
from bot.facts.zones import patient_zones
from bot.keys import Keys
from bot.store import codes, outbox
from bot.store.codes import Asker, Code, WrongTry
from bot.store.conversations import Thread
from bot.store.outbox import Past
from bot.store.practices import Practice
from conversations.events import CodeAskedOnPage, Event, MessageReceived, NoticeDue, PaymentRequested
from conversations.facts import Facts, Person, Verdict
from conversations.hearing.codes import code
from conversations.values import value

Consent = Literal["none", "granted", "revoked", "held"]
Known = tuple[tuple[Person, ...], tuple[Person, ...]]
"""The people on an address, and their family that is not on it."""
NOTHING_PAST = Past()
BEGUN = (NoticeDue, PaymentRequested)
"""What the practice begins about one patient: the rules of notices hold."""


@value(frozen=True, slots=True)
class Asked:
    """One event of a batch, and the conversation it belongs to."""

    practice: Practice
    thread: Thread
    event: Event
    now: datetime
    inbox_id: int = 0


@value(frozen=True, slots=True)
class Given:
    """The facts of one turn, and what its effects will need to find again."""

    facts: Facts
    circle: Circle
    code_id: int | None
    """The code that the six digits in this message were compared with."""


@dataclass(frozen=True, slots=True)
class _Batch:
    circle: Circle
    past: Mapping[int, Past]
    codes: Mapping[int, list[Code]]
    """By conversation: what it asked for itself, newest first, then what links asked for."""
    codes_about: Mapping[int, list[Code]]
    """By person."""
    wrong: Sequence[WrongTry]
    before: notice_rules.Before


def gather(conn: Connection, asked: Sequence[Asked], keys: Keys, *, simulated: bool) -> list[Given]:
    """The facts of each of these turns. Their conversations are locked, and none is there twice."""
    now = max(one.now for one in asked)
    address_ids = {one.thread.address_id for one in asked}
    past = outbox.ask_past(conn, address_ids, now)
    met = people_facts.meet(conn, address_ids)
    lately = codes.ask_lately(conn, met.addresses, now)
    tries = codes.ask_tries(conn, [codes.side_of(one.thread.id) for one in asked], now)
    circle, ordered = people_facts.complete(conn, met, now), lately()
    batch = _Batch(
        circle,
        past(),
        *_codes(ordered),
        tries() if ordered else (),
        notice_rules.gather(conn, {one.event.person_id for one in asked if isinstance(one.event, BEGUN)}, now),
    )
    # First the people of all of them, then the rest: one step for many costs less than many steps for one.
    known = [_people(one, batch, simulated=simulated) for one in asked]
    return [_given(one, who, batch, keys, simulated=simulated) for one, who in zip(asked, known, strict=True)]


def _people(asked: Asked, batch: _Batch, *, simulated: bool) -> Known:
    address_id, zone = asked.thread.address_id, asked.practice.file.time_zone
    noticed_at = batch.past.get(address_id, NOTHING_PAST).noticed_at
    return people_facts.persons(batch.circle, address_id, zone, noticed_at, asked.now, simulated=simulated)


def _given(asked: Asked, who: Known, batch: _Batch, keys: Keys, *, simulated: bool) -> Given:
    practice, thread, now = asked.practice, asked.thread, asked.now
    file, circle = practice.file, batch.circle
    past = batch.past.get(thread.address_id, NOTHING_PAST)
    zone = file.time_zone
    here, family = who
    everybody = {person.id for person in (*here, *family)} if circle.in_doubt or batch.codes_about else set()
    typed = _typed(asked.event)
    mine = batch.codes.get(thread.id, ())
    about = [one for person_id in everybody for one in batch.codes_about.get(person_id, ())]
    theirs = list({one.id: one for one in (*mine, *about)}.values()) if about else mine
    side = codes.side_of(thread.id) if batch.wrong else ""
    wrong = [one for one in batch.wrong if one.side == side] if side else ()
    verdict, compared = code_verdicts.judge(mine, typed if mine else None, keys, now)
    if verdict is None and typed:
        verdict = Verdict.NONE_OPEN
    facts = Facts(  # in the order of the fields, for the same reason as `Person`
        now,
        file.text_name,
        file.phone_display,
        file.office,
        thread.channel,
        file.policy,
        file.languages,
        _zone(circle, thread, zone),
        here,
        family,
        cast("Consent", thread.consent),
        thread.blocked,
        code_verdicts.facts_of(mine, theirs, wrong, verdict, compared, now, by=_asker(asked.event)),
        past.answers_lately,
        past.answers_this_hour,
        past.answers_today,
        bool(circle.in_doubt) and not everybody.isdisjoint(circle.in_doubt),
        asked.inbox_id,
        _refusal(asked, batch, simulated=simulated),
    )
    return Given(facts, circle, compared.id if compared else None)


def _codes(ordered: Sequence[Code]) -> tuple[dict[int, list[Code]], dict[int, list[Code]]]:
    """By conversation and by person."""
    here: dict[int, list[Code]] = {}
    about: dict[int, list[Code]] = {}
    for one in sorted(ordered, key=lambda one: one.link_id is not None):
        here.setdefault(one.conversation_id, []).append(one)
        for person_id in one.person_ids:
            about.setdefault(person_id, []).append(one)
    return here, about


def _typed(event: Event) -> str | None:
    return code(event.text) if isinstance(event, MessageReceived) else None


def _asker(event: Event) -> Asker:
    """On our pages somebody asks who may be anybody: it uses up nothing of what the patient may ask for by text."""
    return codes.asker(event.ask_id, event.link_id) if isinstance(event, CodeAskedOnPage) else "thread"


def _zone(circle: Circle, thread: Thread, practice_zone: str) -> str:
    """Where the patient is, for dates in words; for hours every possible zone counts."""
    for patient in circle.here.get(thread.address_id, ()):
        return patient_zones(patient.time_zone, patient.zip_zone, thread.zones, practice_zone)[0]
    return practice_zone


def _refusal(asked: Asked, batch: _Batch, *, simulated: bool) -> str:
    if not isinstance(asked.event, BEGUN):
        return ""
    return notice_rules.refusal(
        asked.practice, asked.thread, batch.circle, batch.before, asked.event.person_id, asked.now, simulated=simulated
    )
