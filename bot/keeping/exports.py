"""Money that we took and gave back, for the practice's billing system: rows that payments.csv recognises as ours."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime, time
from typing import IO
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from bot.store import tables as t
from bot.store.ledger import HELD, PROCESSOR, RECEIVABLE
from bot.store.payments import PAID
from bot.store.practices import Practice


@dataclass(frozen=True, slots=True)
class Line:
    """A part of a payment: what of it went to one charge, or came back from it below zero.

    Imported again, it is recognised by its reference.
    """

    payment_id: str
    patient_id: str
    paid_on: date
    amount: str
    method: str
    charge_id: str
    reference: str


@dataclass(frozen=True, slots=True)
class _Moved:
    """Money of one payment that moved."""

    at: datetime
    entry_id: int
    kind: str
    receipt: str
    patient_id: str
    charge_id: str
    cents: int


_P, _L, _E = t.payments.c, t.postings.c, t.entries.c
_FIRST = t.entries.alias("first")
WHERE_TO = (RECEIVABLE, HELD)
"""What a payment paid; or, where it came twice, what waits to be given back."""
MARKS = {"refund": "R", "refund_failed": "F", "dispute": "D", "dispute_won": "W"}
"""What follows the receipt's number in the id of a row that is not the payment itself."""


def payments_since(conn: Connection, practice: Practice, since: date) -> Iterator[Line]:
    """What was paid and given back on that day, where the practice is, and after it; the earliest first."""
    zone = ZoneInfo(practice.file.time_zone)
    begin = datetime.combine(since, time(), zone)
    every = sorted([*_taken(conn, practice.id, begin), *_given_back(conn, practice.id, begin)], key=lambda m: m.at)
    before, part = 0, 0
    for moved in every:
        part = part + 1 if moved.entry_id == before else 1
        before = moved.entry_id
        # Each row of a payments file has an id of its own; the receipt tells that they belong to one payment.
        mark = f"-{MARKS[moved.kind]}{moved.entry_id}" if moved.kind in MARKS else ""
        name = f"{moved.receipt}{mark}" if part == 1 else f"{moved.receipt}{mark}-{part}"
        day = moved.at.astimezone(zone).date()
        yield Line(name, moved.patient_id, day, _plain(moved.cents), "card", moved.charge_id, moved.receipt)


def _taken(conn: Connection, practice_id: int, since: datetime) -> Iterator[_Moved]:
    asked = (
        select(_P.settled_at, _P.entry_id, _P.receipt, t.people.c.patient_id, t.charges.c.charge_id, _L.cents)
        .join_from(t.payments, t.postings, _L.entry_id == _P.entry_id)
        .join(t.people, t.people.c.id == _L.person_id)
        .join(t.charges, t.charges.c.id == _L.charge_id, isouter=True)
        .where(_P.practice_id == practice_id, _P.state == PAID, _L.account.in_(WHERE_TO), _P.settled_at >= since)
        .order_by(_P.settled_at, _P.id, _L.id)
    )
    for at, entry_id, receipt, patient_id, charge_id, cents in conn.execute(asked):
        yield _Moved(at, entry_id, "payment", receipt, patient_id, charge_id or "", -cents)


def _given_back(conn: Connection, practice_id: int, since: datetime) -> Iterator[_Moved]:
    """Refunds and disputes, and what came back of those: each undoes the payment, or what undid it."""
    paid = func.coalesce(_FIRST.c.undoes_id, _E.undoes_id)
    asked = (
        select(_E.at, _E.id, _E.kind, _P.receipt, t.people.c.patient_id, t.charges.c.charge_id, _L.cents)
        .join_from(t.entries, _FIRST, _FIRST.c.id == _E.undoes_id)
        .join(t.payments, _P.entry_id == paid)
        .join(t.postings, (_L.entry_id == _E.id) & (_L.account == PROCESSOR))
        .join(t.people, t.people.c.id == _L.person_id)
        .join(t.charges, t.charges.c.id == _L.charge_id, isouter=True)
        .where(_E.practice_id == practice_id, _E.kind.in_(MARKS), _E.at >= since)
        .order_by(_E.at, _E.id, _L.id)
    )
    for row in conn.execute(asked):
        yield _Moved(*row[:5], row.charge_id or "", int(row.cents))


def write_csv(lines: Sequence[Line], file: IO[str]) -> None:
    """With the header that payments.csv has."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([field.name for field in fields(Line)])
    writer.writerows(astuple(line) for line in lines)


def _plain(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}" if cents >= 0 else f"-{_plain(-cents)}"
