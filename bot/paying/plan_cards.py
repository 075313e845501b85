"""Where a payment plan stands, as the patient's page tells it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.store.among import among
from bot.store.money_tables import cards, installments, plans
from bot.store.prepared import Prepared

SHOWN = ("pending", "active", "dormant", "defaulted")
LEFT = ("waiting", "charging", "failed")


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


_P, _I = plans.c, installments.c
_PLANS = Prepared(
    select(
        _P.id, _P.person_id, _P.state, _P.waits, _P.total_cents, _P.monthly_cents, _P.count, _P.paused_at,
        cards.c.brand, cards.c.last4,
    )
    .join_from(plans, cards, _P.card_id == cards.c.id, isouter=True)
    .where(among(_P.person_id, "ids"), _P.state.in_(SHOWN))
    .order_by(_P.id)
)  # fmt: skip
_WAITING = Prepared(
    select(_I.plan_id, _I.number, _I.due_on, _I.amount_cents).where(among(_I.plan_id, "plans"), _I.state.in_(LEFT))
)


def plan_cards(conn: Connection, person_ids: Collection[int]) -> tuple[PlanCard, ...]:
    """The plans of these people that are not over, the oldest first."""
    found = _PLANS.rows(conn, {"ids": list(person_ids)}) if person_ids else ()
    waiting: dict[int, list[tuple[int, str, int]]] = {}
    for plan_id, number, due_on, cents in _WAITING.rows(conn, {"plans": [row[0] for row in found]}) if found else ():
        waiting.setdefault(plan_id, []).append((number, due_on.isoformat(), cents))
    told = []
    for row in found:
        left = sorted(waiting.get(row[0], ()))
        _, next_on, next_cents = left[0] if left else (0, "", 0)
        to_come = row[4] if row[2] == "pending" else sum(cents for _, _, cents in left)
        values = [*row[:7], to_come, next_on, next_cents, row[7] is not None, row[8] or "", row[9] or ""]
        told.append(PlanCard(*values))
    return tuple(told)
