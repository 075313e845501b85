"""What a payment pays: the visits they chose, then the oldest, then credit; and nothing when it came twice."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from bot.store import ledger, payments
from bot.store.among import among
from bot.store.ledger import HELD, PROCESSOR, RECEIVABLE, Entry, Owed, Posting
from bot.store.payments import Attempt
from bot.store.prepared import Prepared
from bot.store.tables import people

_WAIT = Prepared(select(people.c.id).where(among(people.c.id, "ids")).order_by(people.c.id).with_for_update())


def entry_of(conn: Connection, attempt: Attempt, at: datetime) -> Entry:
    """The entry that pays what was owed."""
    left = ledger.owed(conn, tuple(attempt.shares))
    chosen = frozenset(attempt.charge_ids or ())
    sides = [
        side
        for person, cents in attempt.shares.items()
        for side in postings_of(person, cents, left.get(person, ()), chosen)
    ]
    return Entry(attempt.practice_id, "payment", f"payment:{attempt.public_id}", at, tuple(sides))


def postings_of(
    person_id: int, cents: int, left: Sequence[Owed], chosen: Collection[int] = frozenset()
) -> list[Posting]:
    """What one person's share pays: visits they chose, then oldest visit first; what is over stays as credit."""
    sides: list[Posting] = []
    rest = cents
    for one in sorted(left, key=lambda each: each.charge_id not in chosen):
        part = min(rest, max(0, one.cents)) if one.charge_id is not None else 0
        if part:
            sides.append(Posting(RECEIVABLE, person_id, -part, one.charge_id))
            rest -= part
    if rest:
        sides.append(Posting(RECEIVABLE, person_id, -rest))
    return [*sides, Posting(PROCESSOR, person_id, cents)]


def held_entry(attempt: Attempt, cents: int, at: datetime) -> Entry:
    """The entry for money that nobody owed: it pays nothing, and can only be given back."""
    person = next(iter(attempt.shares), attempt.person_ids[0])
    sides = (Posting(HELD, person, -cents), Posting(PROCESSOR, person, cents))
    return Entry(attempt.practice_id, "payment_held", f"payment:{attempt.public_id}", at, sides)


def came_twice(conn: Connection, attempt: Attempt) -> bool:
    """Is it paid already, by another attempt? What is still owed is taken, however late the money comes."""
    # Two attempts of the same people may be told at one moment, by two processes: the second waits for the first.
    _WAIT.rows(conn, {"ids": attempt.shares})
    balances = ledger.balances(conn, tuple(attempt.shares))
    too_much = any(cents > max(0, balances[person]) for person, cents in attempt.shares.items())
    return too_much and payments.paid_since(conn, attempt)
