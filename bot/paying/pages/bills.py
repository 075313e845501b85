"""Itemised bills: each visit from what was billed down to what remains, so that every card adds up to the cent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, case, func, select

from bot.store.among import among
from bot.store.ledger import RECEIVABLE
from bot.store.prepared import Prepared
from bot.store.tables import charges, encounters, entries, postings

PAYMENTS = ("payment", "payment_elsewhere", "refund", "refund_failed", "dispute", "dispute_won")
"""Entries that move money of the patient's; everything else changes what they have to pay."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit with something left to pay. None: the practice did not tell us."""

    key: str
    person_id: int
    on: str
    provider: str
    location: str
    services: tuple[str, ...]
    billed_cents: int | None
    insurance_cents: int | None
    adjustment_cents: int | None
    share_cents: int
    paid_cents: int
    remaining_cents: int
    charge_ids: tuple[int, ...]


_ORIGINAL = entries.alias("original")
_KIND = func.coalesce(_ORIGINAL.c.kind, entries.c.kind)
_PAID = func.sum(case((_KIND.in_(PAYMENTS), -postings.c.cents), else_=0))
_C, _E = charges.c, encounters.c
_OPEN = Prepared(
    select(
        postings.c.person_id,
        postings.c.charge_id,
        _C.encounter_id,
        _C.service_on,
        _E.provider,
        _E.location,
        func.coalesce(_C.description, _E.description).label("service"),
        _C.billed_cents,
        _C.insurance_paid_cents,
        func.sum(postings.c.cents).label("left"),
        _PAID.label("paid"),
    )
    .join_from(postings, entries, postings.c.entry_id == entries.c.id)
    .join(_ORIGINAL, entries.c.undoes_id == _ORIGINAL.c.id, isouter=True)
    .join(charges, postings.c.charge_id == charges.c.id, isouter=True)
    .join(encounters, _C.encounter_id == encounters.c.id, isouter=True)
    .where(among(postings.c.person_id, "ids"), postings.c.account == RECEIVABLE)
    .group_by(
        postings.c.person_id, postings.c.charge_id, _C.encounter_id, _C.service_on, _E.provider, _E.location,
        _C.description, _E.description, _C.billed_cents, _C.insurance_paid_cents,
    )
    .having(func.sum(postings.c.cents) != 0)
    .order_by(_C.service_on, postings.c.charge_id)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Line:
    person_id: int
    charge_id: int | None
    encounter_id: int | None
    service_on: date | None
    provider: str | None
    location: str | None
    service: str | None
    billed: int | None
    insurance: int | None
    left: int
    paid: int


def open_visits(conn: Connection, person_ids: Collection[int]) -> dict[int, tuple[Visit, ...]]:
    """The visits of each of these people with something left to pay, oldest first."""
    found: dict[int, list[_Line]] = {person: [] for person in person_ids}
    for row in _OPEN.rows(conn, {"ids": list(person_ids)}) if person_ids else ():
        values: list[Any] = [*row[:9], int(row[9]), int(row[10] or 0)]
        found[row[0]].append(_Line(*values))
    return {person: _visits(lines) for person, lines in found.items()}


def _visits(lines: Sequence[_Line]) -> tuple[Visit, ...]:
    """Charges gathered into visits; credit pays the oldest, as in ledger.visits_of, so that they sum to the balance."""
    gathered: dict[str, list[_Line]] = {}
    credit = 0
    for line in lines:
        if line.left <= 0 or line.service_on is None:
            credit -= line.left
        else:
            key = f"v{line.encounter_id}" if line.encounter_id else f"c{line.charge_id}"
            gathered.setdefault(key, []).append(line)
    stated: list[Visit] = []
    for key, mine in sorted(gathered.items(), key=lambda one: (_day(one[1]), sum(line.left for line in one[1]))):
        left = sum(line.left for line in mine)
        from_credit = max(0, min(credit, left))
        credit -= from_credit
        if left > from_credit:
            stated.append(_visit(key, mine, left - from_credit))
    return tuple(stated)


def _visit(key: str, mine: Sequence[_Line], remaining: int) -> Visit:
    first = mine[0]
    share = sum(line.left + line.paid for line in mine)
    billed, insurance = _sum(line.billed for line in mine), _sum(line.insurance for line in mine)
    return Visit(
        key=key,
        person_id=first.person_id,
        on=_day(mine).isoformat(),
        provider=first.provider or "",
        location=first.location or "",
        services=tuple(dict.fromkeys(line.service for line in mine if line.service)),
        billed_cents=billed,
        insurance_cents=insurance,
        adjustment_cents=None if billed is None else share - billed + (insurance or 0),
        share_cents=share,
        paid_cents=share - remaining,
        remaining_cents=remaining,
        charge_ids=tuple(line.charge_id for line in mine if line.charge_id),
    )


def _day(lines: Sequence[_Line]) -> date:
    return min(line.service_on for line in lines if line.service_on)


def _sum(every: Any) -> int | None:
    known = list(every)
    return sum(known) if all(cents is not None for cents in known) else None


def chosen(visits: Mapping[int, Sequence[Visit]], keys: Collection[str]) -> tuple[Visit, ...] | None:
    """The visits of these names; None when one of them is nobody's, or paid meanwhile."""
    every = {visit.key: visit for theirs in visits.values() for visit in theirs}
    return tuple(every[key] for key in dict.fromkeys(keys)) if keys and all(key in every for key in keys) else None
