"""The installments of plans: each waits, is charged once, and ends paid or dropped; its state guards every step."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from bot.store.among import among
from bot.store.money_tables import installments
from bot.store.prepared import Prepared

WAITING, CHARGING, PAID, FAILED, DROPPED = "waiting", "charging", "paid", "failed", "dropped"
LEFT = (WAITING, CHARGING, FAILED)
"""Still to be paid."""
CHARGED_FROM = time(9)
NOTICE = timedelta(days=3)
NOTICE_OF_CHANGE = timedelta(days=10)
"""12 CFR 1005.10(d): who is charged more than was agreed hears of it ten days before."""


class Installment(NamedTuple):
    """One row."""

    id: int
    plan_id: int
    number: int
    due_on: date
    amount_cents: int
    state: str
    changed: bool
    announced_at: datetime | None
    announced_in: int | None
    tries: int
    try_at: datetime | None
    paid_at: datetime | None

    @property
    def notice(self) -> timedelta:
        """How long before it is charged the patient hears of it."""
        return NOTICE_OF_CHANGE if self.changed else NOTICE


class NewInstallment(NamedTuple):
    """What a row begins with."""

    number: int
    due_on: date
    amount_cents: int
    try_at: datetime | None
    state: str = WAITING
    changed: bool = False
    announced_at: datetime | None = None
    paid_at: datetime | None = None


_I = installments.c
_COLUMNS = tuple(_I[name] for name in Installment._fields)
_OF = Prepared(select(*_COLUMNS).where(among(_I.plan_id, "ids")).order_by(_I.plan_id, _I.due_on, _I.number))


def charge_at(day: date, zone: str) -> datetime:
    """Nine in the morning of that day, where the patient is."""
    return datetime.combine(day, CHARGED_FROM, ZoneInfo(zone)).astimezone(UTC)


def of(conn: Connection, plan_ids: Collection[int]) -> dict[int, list[Installment]]:
    """The installments of each of these plans, in the order in which they fall due."""
    found: dict[int, list[Installment]] = {}
    for row in _OF.rows(conn, {"ids": plan_ids}) if plan_ids else ():
        one = Installment(*row)
        found.setdefault(one.plan_id, []).append(one)
    return found


def find(conn: Connection, installment_id: int, *, lock: bool = False) -> Installment | None:
    """That one."""
    asked = select(*_COLUMNS).where(_I.id == installment_id)
    row = conn.execute(asked.with_for_update() if lock else asked).one_or_none()
    return Installment(*row) if row else None


def left(every: Sequence[Installment]) -> list[Installment]:
    """Those still to be paid."""
    return [one for one in every if one.state in LEFT]


def write(conn: Connection, plan_id: int, new: Sequence[NewInstallment]) -> None:
    """The installments of a plan that was signed, or that grew."""
    if new:
        conn.execute(insert(installments), [{"plan_id": plan_id} | one._asdict() for one in new])


def change(conn: Connection, one: Installment, values: Mapping[str, Any]) -> bool:
    """Only if it still is as it was read. False: somebody else was faster."""
    same = (_I.id == one.id, _I.state == one.state, _I.amount_cents == one.amount_cents, _I.due_on == one.due_on)
    return conn.execute(update(installments).where(*same).values(values)).rowcount == 1


def announced(conn: Connection, one: Installment, conversation_id: int, now: datetime, try_at: datetime) -> bool:
    """The patient is told of it now. False: they were already, or it is not to be charged any more."""
    same = (_I.id == one.id, _I.state == WAITING, _I.due_on == one.due_on, _I.amount_cents == one.amount_cents)
    before = _I.announced_at.is_(None) if one.announced_at is None else _I.announced_at == one.announced_at
    told = {"announced_at": now, "announced_in": conversation_id, "try_at": try_at}
    return conn.execute(update(installments).where(*same, before).values(told)).rowcount == 1


def take(conn: Connection, one: Installment) -> bool:
    """It is charged now. False: somebody else charges it, or it changed meanwhile."""
    same = (_I.id == one.id, _I.state == WAITING, _I.amount_cents == one.amount_cents, _I.try_at == one.try_at)
    return conn.execute(update(installments).where(*same).values(state=CHARGING, try_at=None)).rowcount == 1


def put_off(conn: Connection, one: Installment, try_at: datetime | None) -> bool:
    """Not now; None: not by itself."""
    same = (_I.id == one.id, _I.state == WAITING, _I.try_at == one.try_at)
    return conn.execute(update(installments).where(*same).values(try_at=try_at)).rowcount == 1


def give_back(conn: Connection, one: Installment, try_at: datetime) -> None:
    """It could not be charged now after all."""
    mine = (_I.id == one.id, _I.state == CHARGING)
    conn.execute(update(installments).where(*mine).values(state=WAITING, try_at=try_at))


def drop(conn: Connection, plan_id: int) -> None:
    """Whatever is left of a plan that is over; what is being charged at this moment is not."""
    mine = (_I.plan_id == plan_id, _I.state.in_((WAITING, FAILED)))
    conn.execute(update(installments).where(*mine).values(state=DROPPED, try_at=None))
