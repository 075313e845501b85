"""Nights in which the books were compared with the processor's, and what the books say of a night."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from bot.store.dialects import insert_new
from bot.store.money_tables import reconciliations, refunds
from bot.store.payments import PAID
from bot.store.tables import payments

_C, _P, _R = reconciliations.c, payments.c, refunds.c
_NEW = insert_new(reconciliations, _C.id)


@dataclass(frozen=True, slots=True)
class Night:
    """One comparison."""

    practice_id: int
    processor: str
    since: datetime
    until: datetime
    processor_cents: int
    books_cents: int
    found: int
    """News that had been lost, and are posted now."""
    unexplained: tuple[str, ...]
    at: datetime


def write(conn: Connection, night: Night) -> bool:
    """Keep it; False when another process compared the same night."""
    values: dict[str, Any] = {name: getattr(night, name) for name in Night.__slots__}
    row = values | {"unexplained": list(night.unexplained)}
    return conn.execute(_NEW[conn.dialect.name], row).one_or_none() is not None


def last_until(conn: Connection, practice_id: int, processor: str) -> datetime | None:
    """Up to when the books of this practice were compared."""
    mine = (_C.practice_id == practice_id, _C.processor == processor)
    found: datetime | None = conn.scalar(select(_C.until).where(*mine).order_by(_C.until.desc()).limit(1))
    return found


def first_begun(conn: Connection, practice_id: int, processor: str) -> datetime | None:
    """When somebody first began to pay there."""
    mine = (_P.practice_id == practice_id, _P.processor == processor)
    found: datetime | None = conn.scalar(select(_P.made_at).where(*mine).order_by(_P.id).limit(1))
    return found


def paid_between(
    conn: Connection, practice_id: int, processor: str, since: datetime, until: datetime
) -> dict[str, int]:
    """What our books say was taken there in that time, by the processor's ids."""
    mine = (_P.practice_id == practice_id, _P.processor == processor, _P.state == PAID, _P.amount_cents > 0)
    asked = select(_P.processor_id, _P.amount_cents).where(*mine, _P.settled_at >= since, _P.settled_at < until)
    return {str(row[0]): int(row[1]) for row in conn.execute(asked)}


def refunded_between(conn: Connection, practice_id: int, processor: str, since: datetime, until: datetime) -> int:
    """What was given back in that time."""
    mine = (_R.practice_id == practice_id, _P.processor == processor, _R.state == "done")
    asked = select(func.sum(_R.amount_cents)).join_from(refunds, payments, _R.payment_id == _P.id)
    return int(conn.scalar(asked.where(*mine, _R.ended_at >= since, _R.ended_at < until)) or 0)
