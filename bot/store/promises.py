"""Payments that patients said they would make: told on their day, kept or broken, replaced by newer ones."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from bot.store.among import among
from bot.store.ledger import RECEIVABLE
from bot.store.money_tables import promises
from bot.store.prepared import Prepared
from bot.store.tables import conversations, entries, postings

OPEN, TOLD, KEPT, BROKEN, DROPPED = "open", "told", "kept", "broken", "dropped"
PAYMENTS = ("payment", "payment_elsewhere")


class Promise(NamedTuple):
    """One row."""

    id: int
    practice_id: int
    conversation_id: int
    person_ids: list[int]
    due_on: date
    amount_cents: int
    state: str
    made_at: datetime
    told_at: datetime | None
    ended_at: datetime | None


_R = promises.c
_COLUMNS = tuple(_R[name] for name in Promise._fields)
_ABOUT = Prepared(
    select(*_COLUMNS)
    .join_from(promises, conversations, _R.conversation_id == conversations.c.id)
    .where(among(conversations.c.address_id, "ids"), _R.state.in_((OPEN, TOLD, KEPT, BROKEN)))
    .order_by(_R.due_on, _R.id)
)


def make(
    conn: Connection,
    practice_id: int,
    conversation_id: int,
    person_ids: Sequence[int],
    parts: Sequence[tuple[date, int]],
    now: datetime,
) -> None:
    """Write these down, instead of those that are open in this conversation."""
    before = (_R.conversation_id == conversation_id, _R.state.in_((OPEN, TOLD)))
    conn.execute(update(promises).where(*before).values(state=DROPPED, ended_at=now))
    shared = {"practice_id": practice_id, "conversation_id": conversation_id, "person_ids": list(person_ids)}
    rows = [shared | {"due_on": on, "amount_cents": cents, "state": OPEN, "made_at": now} for on, cents in parts]
    if rows:
        conn.execute(insert(promises), rows)


def about(conn: Connection, address_ids: Collection[int]) -> list[Promise]:
    """Those made in the conversations of these addresses, soonest first; without those that were replaced."""
    return [Promise(*row) for row in _ABOUT.rows(conn, {"ids": address_ids})] if address_ids else []


def due(conn: Connection, latest: date, limit: int = 100) -> list[Promise]:
    """The open ones whose day has come by then, wherever they were made."""
    asked = select(*_COLUMNS).where(_R.state.in_((OPEN, TOLD)), _R.due_on <= latest)
    return [Promise(*row) for row in conn.execute(asked.order_by(_R.due_on, _R.id).limit(limit))]


def together(conn: Connection, one: Promise) -> list[Promise]:
    """All parts of what was promised with this one, soonest first."""
    same = (_R.conversation_id == one.conversation_id, _R.made_at == one.made_at, _R.state != DROPPED)
    return [Promise(*row) for row in conn.execute(select(*_COLUMNS).where(*same).order_by(_R.due_on, _R.id))]


def paid_since(conn: Connection, person_ids: Collection[int], since: datetime) -> int:
    """What was paid for these people after that moment."""
    p, e = postings.c, entries.c
    asked = select(func.coalesce(func.sum(-p.cents), 0)).join_from(postings, entries, p.entry_id == e.id)
    mine = (p.person_id.in_(person_ids), p.account == RECEIVABLE, e.kind.in_(PAYMENTS), e.at >= since)
    return int(conn.scalar(asked.where(*mine)) or 0)


def uncovered(parts: Sequence[Promise], paid_cents: int) -> list[tuple[Promise, int]]:
    """What still is to be paid of each part: payments cover the soonest first."""
    still: list[tuple[Promise, int]] = []
    for one in parts:
        covered = min(paid_cents, one.amount_cents)
        paid_cents -= covered
        still.append((one, one.amount_cents - covered))
    return still


def move_on(conn: Connection, one: Promise, state: str, now: datetime) -> bool:
    """Told, kept or broken. False: somebody else was faster."""
    values: dict[str, Any] = {"state": state} | ({"told_at": now} if state == TOLD else {"ended_at": now})
    same = (_R.id == one.id, _R.state == one.state)
    return conn.execute(update(promises).where(*same).values(values)).rowcount == 1


def broken_in_a_row(found: Sequence[Promise], person_id: int) -> int:
    """How often this patient's promises were broken since one was kept."""
    ended = [one for one in found if person_id in one.person_ids and one.state in {KEPT, BROKEN} and one.ended_at]
    times = 0
    for one in sorted(ended, key=lambda each: (each.ended_at, each.id), reverse=True):
        if one.state == KEPT:
            break
        times += 1
    return times
