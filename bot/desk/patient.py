"""One patient on one page: how to reach them, what they owe for which visit, and how it came to that."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from bot.facts import threads
from bot.facts.balances import OpenCharge, open_charges
from bot.facts.threads import Talk
from bot.store import ledger, people
from bot.store.people import Reach
from bot.store.tables import entries, postings
from bot.store.tables import people as people_table

LONGEST_HISTORY = 100


@dataclass(frozen=True, slots=True)
class Moved:
    """An entry of the books that changed what they owe."""

    at: datetime
    kind: str
    reason: str
    cents: int
    balance_cents: int
    """What they owed after it."""


@dataclass(frozen=True, slots=True)
class PatientPage:
    """The whole page."""

    id: int
    patient_id: str
    name: str
    birth_date: date | None
    language: str
    died: str | None
    paused_until: datetime | None
    paused_reason: str | None
    reaches: tuple[Reach, ...]
    talks: tuple[Talk, ...]
    pays_for: tuple[tuple[int, str], ...]
    paid_by: tuple[tuple[int, str], ...]
    balance_cents: int
    charges: tuple[OpenCharge, ...]
    history: tuple[Moved, ...]


def patient(conn: Connection, practice_id: int, person_id: int) -> PatientPage | None:
    """The page of one patient of this practice."""
    here = select(people_table.c.patient_id).where(
        people_table.c.id == person_id, people_table.c.practice_id == practice_id
    )
    patient_id = conn.scalar(here)
    if patient_id is None:
        return None
    one = people.by_id(conn, [person_id])[person_id]
    pairs = people.paid_for(conn, [person_id])
    others = people.by_id(conn, {each for pair in pairs for each in pair})
    named = {each.id: f"{each.first_name} {each.last_name}" for each in others.values()}
    balance = ledger.balances(conn, [person_id])[person_id]
    return PatientPage(
        person_id,
        patient_id,
        f"{one.first_name} {one.last_name}",
        one.birth_date,
        one.language,
        one.died,
        one.notices_paused_until,
        one.notices_paused_reason,
        tuple(people.reaches(conn, [person_id]).get(person_id, ())),
        tuple(threads.talks_with(conn, practice_id, [person_id])),
        tuple((p, named[p]) for p, g in pairs if g == person_id and p != person_id),
        tuple((g, named[g]) for p, g in pairs if p == person_id and g != person_id),
        balance,
        tuple(open_charges(conn, person_id)),
        _history(conn, person_id, balance),
    )


def _history(conn: Connection, person_id: int, balance_cents: int) -> tuple[Moved, ...]:
    """Newest first."""
    asked = (
        select(entries.c.at, entries.c.kind, entries.c.reason, func.sum(postings.c.cents).label("cents"))
        .join_from(entries, postings, postings.c.entry_id == entries.c.id)
        .where(postings.c.person_id == person_id, postings.c.account == ledger.RECEIVABLE)
        .group_by(entries.c.id, entries.c.at, entries.c.kind, entries.c.reason)
        .order_by(entries.c.id.desc())
        .limit(LONGEST_HISTORY)
    )
    moved: list[Moved] = []
    for row in conn.execute(asked):
        cents = int(row.cents)
        moved.append(Moved(row.at, row.kind, row.reason or "", cents, balance_cents))
        balance_cents -= cents
    return tuple(moved)
