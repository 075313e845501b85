"""The payment that a task is about, and giving it back in one step when it came twice."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.desk.finishing import finish
from bot.paying.books import refunds
from bot.paying.books.refunds import TooMuchError, Wanted
from bot.store.payments import PAID
from bot.store.tables import payments, tasks

TAKEN_TWICE = frozenset({"double_payment", "refund_second_payment"})
"""Kinds of tasks that end when the payment is given back."""
_P, _T = payments.c, tasks.c


@dataclass(frozen=True, slots=True)
class About:
    """That payment. `left_cents` is what of it may still be given back."""

    payment_id: str
    reference: str
    amount_cents: int
    left_cents: int
    card: str
    at: datetime


def payments_of(conn: Connection, ids: Collection[int | None]) -> dict[int, About]:
    """By the number of its row."""
    asked = select(
        _P.id, _P.public_id, _P.receipt, _P.amount_cents, _P.refunded_cents, _P.disputed_cents, _P.card_brand,
        _P.card_last4, _P.settled_at, _P.made_at, _P.state,
    ).where(_P.id.in_([one for one in ids if one is not None]))  # fmt: skip
    return {
        row.id: About(
            row.public_id,
            row.receipt or "",
            row.amount_cents,
            row.amount_cents - row.refunded_cents - row.disputed_cents if row.state == PAID else 0,
            f"{row.card_brand} {row.card_last4}" if row.card_last4 else "",
            row.settled_at or row.made_at,
        )
        for row in conn.execute(asked)
    }


def give_back(conn: Connection, practice_id: int, task_id: int, who: str, now: datetime) -> About | None:
    """All that is left of the payment, and the task is done. None: there is nothing to give back by this task.

    What it had paid is owed again. Money that came twice paid nothing, or lies there as credit: then nobody owes more.
    """
    wanted = (_T.id == task_id, _T.practice_id == practice_id, _T.done_at.is_(None), _T.kind.in_(TAKEN_TWICE))
    row_id = conn.scalar(select(_T.payment_id).where(*wanted).with_for_update(key_share=True))
    about = payments_of(conn, [row_id]).get(row_id or 0)
    if about is None:
        return None
    asked = Wanted(practice_id, about.payment_id, about.left_cents, "taken twice", still_owed=True, who=who)
    try:
        refunds.ask(conn, asked, now)
    except TooMuchError:
        return None
    finish(conn, practice_id, task_id, who, now)
    return about
