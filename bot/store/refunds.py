"""Refunds: what was asked for, what the processor made of it, and the guard that keeps their sum below the payment."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, or_, select, update

from bot.store.money_tables import refunds
from bot.store.tables import payments

ASKED, PENDING, DONE, FAILED = "asked", "pending", "done", "failed"
WAITING = (ASKED, PENDING)
"""Those that the processor has not decided yet."""

_R, _P = refunds.c, payments.c


class Refund(NamedTuple):
    """One row."""

    id: int
    practice_id: int
    payment_id: int
    public_id: str
    processor_id: str | None
    amount_cents: int
    reason: str
    still_owed: bool
    state: str
    asked_by: str
    asked_at: datetime
    submitted_at: datetime | None
    look_at: datetime | None
    ended_at: datetime | None
    entry_id: int | None


class Paid(NamedTuple):
    """A payment that may be given back, wholly or in part."""

    id: int
    practice_id: int
    public_id: str
    processor: str
    processor_id: str
    conversation_id: int | None
    person_ids: tuple[int, ...]
    amount_cents: int
    refunded_cents: int
    disputed_cents: int
    receipt: str
    card_brand: str
    card_last4: str
    entry_id: int

    @property
    def left_cents(self) -> int:
        """What may still be given back."""
        return max(0, self.amount_cents - self.refunded_cents - self.disputed_cents)


_REFUND = (
    _R.id, _R.practice_id, _R.payment_id, _R.public_id, _R.processor_id, _R.amount_cents, _R.reason, _R.still_owed,
    _R.state, _R.asked_by, _R.asked_at, _R.submitted_at, _R.look_at, _R.ended_at, _R.entry_id,
)  # fmt: skip
_PAID = (
    _P.id, _P.practice_id, _P.public_id, _P.processor, _P.processor_id, _P.conversation_id, _P.person_ids,
    _P.amount_cents, _P.refunded_cents, _P.disputed_cents, _P.receipt, _P.card_brand, _P.card_last4, _P.entry_id,
)  # fmt: skip


def paid(conn: Connection, practice_id: int, name: str) -> Paid | None:
    """The payment of that public id, or with that receipt number."""
    mine = (_P.practice_id == practice_id, _P.state == "paid", or_(_P.public_id == name, _P.receipt == name))
    return _paid(conn.execute(select(*_PAID).where(*mine)).one_or_none())


def paid_row(conn: Connection, payment_id: int, *, lock: bool = False) -> Paid | None:
    """The payment of that row; locked, whoever is at it is waited for."""
    asked = select(*_PAID).where(_P.id == payment_id, _P.state == "paid")
    return _paid(conn.execute(asked.with_for_update() if lock else asked).one_or_none())


def paid_at_processor(conn: Connection, processor: str, processor_id: str) -> Paid | None:
    """The payment that the processor calls so; whoever is at it is waited for."""
    mine = (_P.processor == processor, _P.processor_id == processor_id, _P.state == "paid")
    return _paid(conn.execute(select(*_PAID).where(*mine).with_for_update()).one_or_none())


def reserve(conn: Connection, payment_id: int, cents: int) -> bool:
    """Set so much of the payment aside, if so much is left: this one statement is the guard."""
    fits = _P.refunded_cents + cents <= _P.amount_cents - _P.disputed_cents
    taken = update(payments).where(_P.id == payment_id, _P.state == "paid", fits)
    return conn.execute(taken.values(refunded_cents=_P.refunded_cents + cents)).rowcount == 1


def give_up(conn: Connection, payment_id: int, cents: int) -> None:
    """That part was not given back after all."""
    mine = update(payments).where(_P.id == payment_id)
    conn.execute(mine.values(refunded_cents=_P.refunded_cents - cents))


def dispute(conn: Connection, payment_id: int, cents: int) -> None:
    """So much more of the payment is in dispute; below zero: so much less."""
    mine = update(payments).where(_P.id == payment_id)
    conn.execute(mine.values(disputed_cents=_P.disputed_cents + cents))


def add(conn: Connection, **values: Any) -> Refund:
    """Write a new one."""
    return Refund._make(conn.execute(insert(refunds).values(values).returning(*_REFUND)).one())


def find(conn: Connection, public_id: str, processor: str = "", processor_id: str = "") -> Refund | None:
    """The refund of either name, held until the commit."""
    theirs = select(_P.id).where(_P.processor == processor, _P.id == _R.payment_id).exists()
    named = or_(_R.public_id == public_id, (_R.processor_id == processor_id) & theirs)
    row = conn.execute(select(*_REFUND).where(named).order_by(_R.id).limit(1).with_for_update()).one_or_none()
    return Refund._make(row) if row else None


def change(conn: Connection, refund_id: int, **values: Any) -> None:
    """Write down what became of it."""
    conn.execute(update(refunds).where(_R.id == refund_id).values(values))


def of_payments(conn: Connection, payment_ids: Collection[int]) -> list[Refund]:
    """Every refund of these payments, oldest first."""
    asked = select(*_REFUND).where(_R.payment_id.in_(payment_ids)).order_by(_R.id)
    return [Refund._make(row) for row in conn.execute(asked)] if payment_ids else []


def due(conn: Connection, processor: str, now: datetime, limit: int = 50) -> list[Refund]:
    """Those that this processor is to be asked about now."""
    asked = select(*_REFUND).join_from(refunds, payments, _R.payment_id == _P.id)
    mine = (_P.processor == processor, _R.look_at <= now, _R.state.in_(WAITING))
    return [Refund._make(row) for row in conn.execute(asked.where(*mine).order_by(_R.look_at, _R.id).limit(limit))]


def claim(conn: Connection, refund: Refund, now: datetime, look_at: datetime) -> bool:
    """This process asks about it now, and nobody else before `look_at`."""
    still = (_R.id == refund.id, _R.state.in_(WAITING), _R.look_at == refund.look_at)
    since = refund.submitted_at or now
    return conn.execute(update(refunds).where(*still).values(submitted_at=since, look_at=look_at)).rowcount == 1


def _paid(row: Any) -> Paid | None:
    if row is None:
        return None
    told = row._asdict()
    told["person_ids"] = tuple(told["person_ids"])
    return Paid(**told | {name: told[name] or "" for name in ("processor_id", "receipt", "card_brand", "card_last4")})
