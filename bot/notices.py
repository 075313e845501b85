"""One balance notice now, on the same road as everything else: the turn decides, and says which rule held it back."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Engine, select

from bot.clock import Clock
from bot.facts.people import is_minor, today_at
from bot.store import conversations, people
from bot.store import tables as t
from bot.store.conversations import Place
from bot.store.engine import reader
from bot.store.practices import Practice
from bot.turns.arrivals import Arrival, Ended, Taken, World
from bot.turns.batch import take_now
from conversations.effects import Skip
from conversations.events import Event, NoticeDue, Way

RULES: Mapping[str, str] = {
    "no_consent": "nobody has recorded a consent to be written to there",
    "opted_out": "they opted out",
    "held": "they may have opted out, and have not answered our question yet",
    "wrong_number": "somebody said that this is not the patient's",
    "landline": "the number is a landline",
    "toll_free": "the number is toll-free",
    "unreachable": "messages do not get through to it",
    "unknown": "nobody has that number",
    "bounced": "mail to it comes back",
    "unverified": "the number is possible but not valid, and only the simulator texts such numbers",
    "not_us": "the number is not in the United States or Canada",
    "collector": "a collector's texting cannot be turned on",
    "deceased": "the patient is reported to have died",
    "paused": "notices to this patient are paused",
    "no_balance": "nothing is owed",
    "on_plan": "what they owe is in a payment plan",
    "promised": "they said when they will pay",
    "minor": "the patient is a minor, and no guarantor can be reached this way",
    "day_cap": "the patient had the day's notices already",
    "week_cap": "the patient had the week's notices already",
    "too_soon": "the patient had a notice about the same charges lately",
    "staff_owns_thread": "a person from the practice is talking with them",
    "talk_under_way": "they are talking with us right now",
    "not_on_file": "the address is not on the patient's file any more",
    "no_address": "no address of that kind is on file",
    "no_sender": "the practice has no number to text from",
    "hours": "it is outside the notice hours where the patient is",
}


class UnknownPatientError(LookupError):
    """The practice has no patient of that id."""


class State(StrEnum):
    """What became of the notice."""

    QUEUED = "queued"
    HELD = "held"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Notice:
    """What became of it, by which rule, and until when it is held."""

    state: State
    rule: str = ""
    until: datetime | None = None
    outbox_id: int | None = None

    @property
    def why(self) -> str:
        """The rule in words."""
        return RULES.get(self.rule, self.rule.replace("_", " "))


def send_notice(
    engine: Engine, world: World, practice: Practice, patient_id: str, channel: Way, clock: Clock
) -> Notice:
    """Put one notice in the outbox, or say why not. Raises UnknownPatientError."""
    now = clock()
    with reader(engine).connect() as conn:
        person = find_patient(conn, practice, patient_id)
        place = place_of(conn, practice, person, channel, now)
    if isinstance(place, Notice):
        return place
    arrival = begun(place, NoticeDue(person.id), person, "cli", now)
    taken = take_now(engine, world, arrival)
    with reader(engine).connect() as conn:
        return became(conn, taken, now)


def place_of(
    conn: Connection, practice: Practice, person: people.Patient, channel: Way, now: datetime
) -> Place | Notice:
    """Where what we begin about this patient is said; or the rule by which there is nowhere."""
    if channel == "text" and not practice.file.senders:
        return Notice(State.REFUSED, "collector" if practice.file.role == "collector" else "no_sender")
    address = _address(conn, practice, person, channel, now)
    return Notice(State.REFUSED, "no_address") if address is None else Place(practice.id, channel, address)


def begun(place: Place, event: Event, person: people.Patient, who: str, now: datetime) -> Arrival:
    """The arrival of something that the practice begins there."""

    def prepare(conn: Connection) -> tuple[int | None, Event]:
        return conversations.begun(conn, [place], person.language)[place][0], event

    return Arrival(
        provider=who.partition(":")[0],
        provider_id=f"notice:{secrets.token_hex(12)}",
        event=event,
        received_at=now,
        channel=place.channel,
        details={"who": who},
        prepare=prepare,
    )


def find_patient(conn: Connection, practice: Practice, patient_id: str) -> people.Patient:
    """The patient whom the practice calls so."""
    if "\0" in patient_id:  # no database keeps it, so nobody is called so
        raise UnknownPatientError(f"{practice.file.slug} has no such patient")
    wanted = select(t.people.c.id).where(t.people.c.practice_id == practice.id, t.people.c.patient_id == patient_id)
    person_id = conn.scalar(wanted)
    if person_id is None:
        raise UnknownPatientError(f"{practice.file.slug} has no patient {patient_id}")
    return people.by_id(conn, [person_id])[person_id]


def _address(conn: Connection, practice: Practice, person: people.Patient, channel: Way, now: datetime) -> str | None:
    """Their own; a minor's notices go to whoever pays for them."""
    payers = [guarantor for patient, guarantor in people.paid_for(conn, [person.id]) if patient == person.id]
    to_payer = practice.file.policy.notices_to_minors == "guarantor"
    to_payer = to_payer and is_minor(person, today_at(now, practice.file.time_zone))
    asked = payers if to_payer and payers else [person.id, *payers]
    reaches = people.reaches(conn, asked)
    ready = [reach for one in asked for reach in reaches.get(one, ()) if reach.channel == channel]
    good = [reach for reach in ready if not reach.blocked and not reach.problem]
    return next((reach.address for reach in good or ready), None)


def became(conn: Connection, taken: Taken, now: datetime) -> Notice:
    """What became of it."""
    if not taken.outbox_ids:
        skipped = next((effect.reason for effect in taken.effects if isinstance(effect, Skip)), "")
        failed = taken.reason if taken.outcome is Ended.SHUNTED else ""
        return Notice(State.REFUSED, skipped or failed or "not_us")
    outbox_id = taken.outbox_ids[0]
    row = conn.execute(select(t.outbox.c.due_at, t.outbox.c.held_by).where(t.outbox.c.id == outbox_id)).one()
    if row.due_at > now:
        return Notice(State.HELD, row.held_by or "hours", row.due_at, outbox_id)
    return Notice(State.QUEUED, outbox_id=outbox_id)
