"""What happened to a balance, newest first: charges, payments here and at the office, corrections, refunds."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from bot.store.among import among
from bot.store.ledger import RECEIVABLE
from bot.store.payments import PAID
from bot.store.prepared import Prepared
from bot.store.tables import entries, payments, postings

SHOWN = 60


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the books, as it is told to a patient. `receipt` is there for payments on our pages."""

    at: str
    kind: str
    cents: int
    receipt: str
    balance_cents: int


_ENTRIES = Prepared(
    select(entries.c.id, entries.c.kind, entries.c.reason, entries.c.at, func.sum(postings.c.cents).label("cents"))
    .join_from(entries, postings, postings.c.entry_id == entries.c.id)
    .where(among(postings.c.person_id, "ids"), postings.c.account == RECEIVABLE)
    .group_by(entries.c.id, entries.c.kind, entries.c.reason, entries.c.at)
    .order_by(entries.c.id.desc())
    .limit(SHOWN)
)
_RECEIPTS = Prepared(
    select(payments.c.entry_id, payments.c.receipt, payments.c.person_ids).where(
        among(payments.c.entry_id, "entries"), payments.c.state == PAID
    )
)


def history(conn: Connection, person_ids: Collection[int], balance_cents: int) -> tuple[Happening, ...]:
    """The newest of them, with the balance as it stood after each."""
    found = _ENTRIES.rows(conn, {"ids": list(person_ids)}) if person_ids else ()
    receipts = _receipts(conn, [row[0] for row in found if row[1] == "payment"], set(person_ids))
    told: list[Happening] = []
    for entry_id, kind, reason, at, cents in found:
        if cents:
            word = "insurance" if reason == "insurance" else kind
            told.append(Happening(at.isoformat(), word, int(cents), receipts.get(entry_id, ""), balance_cents))
            balance_cents -= int(cents)
    return tuple(told)


def _receipts(conn: Connection, entry_ids: Collection[int], mine: set[int]) -> dict[int, str]:
    """Those of payments for these people and nobody else."""
    rows = _RECEIPTS.rows(conn, {"entries": list(entry_ids)}) if entry_ids else ()
    return {entry_id: receipt for entry_id, receipt, people in rows if set(people) <= mine}
