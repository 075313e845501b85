"""The books: entries whose postings sum to zero, added once for each reference, never changed. A balance is a sum."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from bot.store.among import among
from bot.store.dialects import insert_new
from bot.store.many import adding
from bot.store.prepared import Found, Prepared
from bot.store.tables import charges, entries, postings
from conversations.facts import Visit

RECEIVABLE = "receivable"
"""What patients owe. A patient's postings here sum to their balance; below zero it is a credit."""
REVENUE = "revenue"
"""What the practice charged patients."""
INSURANCE = "insurance"
"""What an insurer was thought to pay, until it was moved to the patient."""
PROCESSOR = "processor"
"""What a card processor has taken for us, less what it has given back."""
ELSEWHERE = "elsewhere"
"""Cash, checks and what else the practice took itself."""
ADJUSTED = "adjusted"
"""What the practice gave up: write-offs, credits, charges that are not owed after a refund."""
HELD = "held"
"""Money that nobody owed us: paid twice, or another sum than we asked for. It waits to be given back."""
LOST = "lost"
"""What a dispute took beyond what we had kept of the payment."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry. Positive receivable cents are owed, negative ones are paid."""

    account: str
    person_id: int
    cents: int
    charge_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that moved money. `reference` makes it happen once."""

    practice_id: int
    kind: str
    reference: str
    at: datetime
    postings: tuple[Posting, ...]
    reason: str = ""
    undoes_id: int | None = None
    import_id: int | None = None


class UnevenEntryError(ValueError):
    """The postings of an entry do not sum to zero."""


class Owed(NamedTuple):
    """What is left of one charge; `charge_id` None: money that belongs to no charge."""

    person_id: int
    charge_id: int | None
    encounter_id: int | None
    service_on: date | None
    cents: int
    posted_at: datetime | None = None


_P = postings.c
_CHARGES = (
    select(_P.person_id, _P.charge_id, charges.c.encounter_id, charges.c.service_on, func.sum(_P.cents))
    .join_from(postings, charges, _P.charge_id == charges.c.id, isouter=True)
    .where(among(_P.person_id, "ids"), _P.account == RECEIVABLE)
    .group_by(_P.person_id, _P.charge_id, charges.c.encounter_id, charges.c.service_on)
    .order_by(charges.c.service_on, _P.charge_id)
)
_OWED = Prepared(_CHARGES)
_OWED_SINCE = Prepared(_CHARGES.add_columns(func.min(entries.c.at)).join(entries, entries.c.id == _P.entry_id))
_BALANCES = Prepared(
    select(_P.person_id, func.sum(_P.cents))
    .where(among(_P.person_id, "ids"), _P.account == RECEIVABLE)
    .group_by(_P.person_id)
)
_ENTRY = insert_new(entries, entries.c.id)
_POSTINGS = adding(postings, ("entry_id", "account", "person_id", "charge_id", "cents"))


def post(conn: Connection, entry: Entry) -> int | None:
    """Write an entry; its id, or None when that reference is in the books already."""
    total = sum(posting.cents for posting in entry.postings)
    if total or not entry.postings:
        raise UnevenEntryError("the postings of an entry sum to zero")
    names = ("practice_id", "kind", "reference", "at", "reason", "undoes_id", "import_id")
    row = conn.execute(_ENTRY[conn.dialect.name], {name: getattr(entry, name) for name in names}).one_or_none()
    if row is None:
        return None
    entry_id: int = row[0]
    _POSTINGS.each(conn, [_posting(entry_id, posting) for posting in entry.postings])
    return entry_id


def balances(conn: Connection, person_ids: Collection[int]) -> dict[int, int]:
    """What each of these people owes; zero for who has no postings."""
    sums = {row[0]: int(row[1]) for row in _BALANCES.rows(conn, {"ids": person_ids})} if person_ids else {}
    return {person: sums.get(person, 0) for person in person_ids}


def owed(conn: Connection, person_ids: Collection[int]) -> dict[int, list[Owed]]:
    """What is left of each charge, oldest visit first."""
    return ask_owed(conn, person_ids)()


def ask_owed(conn: Connection, person_ids: Collection[int]) -> Callable[[], dict[int, list[Owed]]]:
    """The same, when it is asked for."""
    return partial(_by_person, _OWED.ask(conn, {"ids": person_ids}))


def owed_since(conn: Connection, person_ids: Collection[int]) -> dict[int, list[Owed]]:
    """The same, with the moment when each charge came into the books."""
    return _by_person(_OWED_SINCE.ask(conn, {"ids": person_ids}))


def visits(conn: Connection, person_ids: Collection[int]) -> dict[int, tuple[Visit, ...]]:
    """The visits of each of these people with something left to pay, oldest first."""
    found = owed(conn, person_ids)
    return {person: visits_of(found.get(person, ())) for person in person_ids}


def visits_of(left: Sequence[Owed]) -> tuple[Visit, ...]:
    """Charges gathered into visits. Credit pays the oldest visit first, so that the parts sum to the balance."""
    sums: dict[object, tuple[date, int]] = {}
    credit = 0
    for _, charge, encounter, on, left_cents, _ in left:
        if left_cents <= 0 or on is None:
            credit -= left_cents
            continue
        key = ("visit", encounter) if encounter else ("charge", charge)
        before = sums.get(key)
        sums[key] = (min(before[0], on), before[1] + left_cents) if before else (on, left_cents)
    every = sorted(sums.values()) if len(sums) > 1 else sums.values()
    if credit <= 0:
        return tuple([Visit(day, cents) for day, cents in every])
    remaining: list[Visit] = []
    for day, cents in every:
        paid = min(credit, cents)
        credit -= paid
        if cents > paid:
            remaining.append(Visit(day, cents - paid))
    return tuple(remaining)


def _by_person(rows: Found) -> dict[int, list[Owed]]:
    found: dict[int, list[Owed]] = {}
    for row in rows():
        found.setdefault(row[0], []).append(Owed(row[0], row[1], row[2], row[3], int(row[4]), *row[5:]))
    return found


def _posting(entry_id: int, posting: Posting) -> dict[str, Any]:
    return {
        "entry_id": entry_id,
        "account": posting.account,
        "person_id": posting.person_id,
        "charge_id": posting.charge_id,
        "cents": posting.cents,
    }
