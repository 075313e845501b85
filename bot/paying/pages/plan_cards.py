"""Where a payment plan stands, as the patient's page tells it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, select

from bot.store.among import among
from bot.store.money_tables import cards, installments, plan_events, plans
from bot.store.prepared import Prepared

SHOWN = ("pending", "active", "dormant", "defaulted")
LEFT = ("waiting", "charging", "failed")


class Trouble(StrEnum):
    """Why a plan that runs needs another card."""

    NONE = ""
    GONE = "gone"
    EXPIRED = "expired"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PlanCard:
    """One plan that is not over."""

    id: int
    person_id: int
    state: str
    waits: str
    total_cents: int
    monthly_cents: int
    count: int
    left_cents: int
    next_on: str
    next_cents: int
    paused: bool
    brand: str
    last4: str
    runs: bool
    """Signed and not over, paused or not."""
    trouble: Trouble


_P, _I, _E = plans.c, installments.c, plan_events.c
DRAFT = and_(_P.state == "pending", _P.waits == "approval", _P.made_by != "patient")
"""Staff have not sent it: the patient has not heard of it."""
_PLANS = Prepared(
    select(
        _P.id, _P.person_id, _P.state, _P.waits, _P.total_cents, _P.monthly_cents, _P.count, _P.paused_at,
        cards.c.brand, cards.c.last4, cards.c.removed_at, cards.c.expires_on,
    )
    .join_from(plans, cards, _P.card_id == cards.c.id, isouter=True)
    .where(among(_P.person_id, "ids"), _P.state.in_(SHOWN), ~DRAFT)
    .order_by(_P.id)
)  # fmt: skip
_WAITING = Prepared(
    select(_I.plan_id, _I.number, _I.due_on, _I.amount_cents, _I.state, _I.tries).where(
        among(_I.plan_id, "plans"), _I.state.in_(LEFT)
    )
)


def plan_cards(conn: Connection, person_ids: Collection[int], today: date) -> tuple[PlanCard, ...]:
    """The plans of these people that are not over, the oldest first."""
    found = _PLANS.rows(conn, {"ids": list(person_ids)}) if person_ids else ()
    waiting: dict[int, list[tuple[int, str, int]]] = {}
    tried: set[int] = set()
    rows = _WAITING.rows(conn, {"plans": [row[0] for row in found]}) if found else ()
    for plan_id, number, due_on, cents, state, tries in rows:
        waiting.setdefault(plan_id, []).append((number, due_on.isoformat(), cents))
        if tries and state != "charging":
            tried.add(plan_id)
    refused = _refused(conn, tried)
    return tuple(_told(row, sorted(waiting.get(row[0], ())), row[0] in refused, today) for row in found)


def _told(row: Sequence[Any], left: list[tuple[int, str, int]], refused: bool, today: date) -> PlanCard:
    _, next_on, next_cents = left[0] if left else (0, "", 0)
    to_come = row[4] if row[2] == "pending" else sum(cents for _, _, cents in left)
    paused, brand, last4, removed_at, expires_on = row[7] is not None, *row[8:12]
    runs, gone = row[2] == "active" or (row[2] == "dormant" and paused), last4 is None or removed_at is not None
    trouble = Trouble.NONE
    if runs and refused:
        trouble = Trouble.REFUSED
    elif runs and gone:
        trouble = Trouble.GONE
    elif runs and expires_on is not None and expires_on < today:
        trouble = Trouble.EXPIRED
    named = ["", ""] if gone else [brand, last4]
    values = [*row[:7], to_come, next_on, next_cents, paused, *named, runs, trouble]
    return PlanCard(*values)


def _refused(conn: Connection, plan_ids: Collection[int]) -> set[int]:
    """Those of which the bank refused something since their card was chosen."""
    told = ("installment_declined", "card_changed")
    happened = select(_E.plan_id, _E.what).where(_E.plan_id.in_(plan_ids), _E.what.in_(told)).order_by(_E.id)
    last = {row.plan_id: row.what for row in conn.execute(happened)} if plan_ids else {}
    return {plan_id for plan_id, what in last.items() if what == "installment_declined"}
