"""Money that we took, for the practice's billing system: rows of the same shape that payments.csv takes back."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime, time
from typing import IO
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from bot.store import tables as t
from bot.store.ledger import RECEIVABLE
from bot.store.payments import PAID
from bot.store.practices import Practice


@dataclass(frozen=True, slots=True)
class Line:
    """A part of a payment: what of it went to one charge. Imported again, it is recognised by its reference."""

    payment_id: str
    patient_id: str
    paid_on: date
    amount: str
    method: str
    charge_id: str
    reference: str


_P, _L = t.payments.c, t.postings.c


def payments_since(conn: Connection, practice: Practice, since: date) -> Iterator[Line]:
    """What was paid on that day, where the practice is, and after it; the earliest first."""
    zone = ZoneInfo(practice.file.time_zone)
    asked = (
        select(_P.receipt, _P.settled_at, t.people.c.patient_id, t.charges.c.charge_id, _L.cents)
        .join_from(t.payments, t.postings, _L.entry_id == _P.entry_id)
        .join(t.people, t.people.c.id == _L.person_id)
        .join(t.charges, t.charges.c.id == _L.charge_id, isouter=True)
        .where(_P.practice_id == practice.id, _P.state == PAID, _L.account == RECEIVABLE)
        .where(_P.settled_at >= datetime.combine(since, time(), zone))
        .order_by(_P.settled_at, _P.id, _L.id)
    )
    before, part = "", 0
    for receipt, at, patient_id, charge_id, cents in conn.execute(asked):
        part = part + 1 if receipt == before else 1
        before = receipt
        # Each row of a payments file has an id of its own; the receipt tells that they are one payment.
        name = receipt if part == 1 else f"{receipt}-{part}"
        yield Line(name, patient_id, at.astimezone(zone).date(), _plain(-cents), "card", charge_id or "", receipt)


def write_csv(lines: Sequence[Line], file: IO[str]) -> None:
    """With the header that payments.csv has."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([field.name for field in fields(Line)])
    writer.writerows(astuple(line) for line in lines)


def _plain(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}" if cents >= 0 else f"-{_plain(-cents)}"
