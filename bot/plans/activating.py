"""A signed plan begins: its installments are written, the discount is given, and what it replaces ends."""

from datetime import datetime

from sqlalchemy import Connection, select

from bot.paying.outcomes.posting import postings_of
from bot.plans.agreements import amounts_of, days_of, today_of
from bot.store import cards, installments, ledger, plan_changes, plans, tasks
from bot.store.installments import NOTICE, PAID, WAITING, NewInstallment, charge_at
from bot.store.plans import ACTIVE, APPROVAL_TASK, CLOSED, Plan
from bot.store.tables import payments
from conversations.events import PlanActivated


def activate(
    conn: Connection, plan: Plan, card_id: int | None, who: str, now: datetime, payment_id: int | None = None
) -> PlanActivated | None:
    """Begin it, once. None: somebody else did, or it is over.

    `payment_id`: what was paid while signing; it is the first installment if it is that sum.
    """
    if plan.paused or plan.state not in {plans.PENDING, plans.DORMANT}:
        return None
    for other in plans.open_of(conn, [plan.person_id])[plan.person_id]:
        if other.id != plan.id:
            plans.end(conn, other.id, CLOSED, "replaced", who, now)
    values = {"state": ACTIVE, "waits": "", "card_id": card_id}
    if not plans.change(conn, plan, values):
        return None
    _give_discount(conn, plan, now)
    installments.write(conn, plan.id, _new(conn, plan, now, payment_id))
    tasks.finish_about(conn, plan.practice_id, APPROVAL_TASK, plan.person_id, who, now)
    plans.note(conn, plan.id, "activated", who, now)
    owed = ledger.balances(conn, [plan.person_id])[plan.person_id]
    plan_changes.shrink(conn, plan, owed, now)
    brand, last4 = cards.named(conn, [card_id]).get(card_id, ("", "")) if card_id else ("", "")
    coming = plans.left(conn, plan.id)
    return PlanActivated(plan.person_id, coming.next_cents, coming.next_on or plan.first_on, brand, last4)


def _new(conn: Connection, plan: Plan, now: datetime, payment_id: int | None) -> list[NewInstallment]:
    zone, today = plans.zone_of(conn, plan.person_id), today_of(conn, plan, now)
    amounts = amounts_of(plan)
    prepaid = payment_id is not None and _was_paid(conn, payment_id, amounts[0])
    new = []
    for number, (day, cents) in enumerate(zip(days_of(plan, today), amounts, strict=True), 1):
        told = now if day - today < NOTICE else None  # whoever signs has just read it
        one = NewInstallment(number, day, cents, charge_at(day, zone), WAITING, announced_at=told)
        new.append(one._replace(state=PAID, paid_at=now, try_at=None) if number == 1 and prepaid else one)
    return new


def _was_paid(conn: Connection, payment_id: int, cents: int) -> bool:
    p = payments.c
    mine = (p.id == payment_id, p.state == "paid", p.amount_cents == cents)
    return conn.scalar(select(p.id).where(*mine)) is not None


def _give_discount(conn: Connection, plan: Plan, now: datetime) -> None:
    if plan.discount_cents <= 0:
        return
    owed = ledger.owed(conn, [plan.person_id]).get(plan.person_id, ())
    part = min(plan.discount_cents, max(0, sum(one.cents for one in owed)))
    if part <= 0:
        return
    sides = postings_of(plan.person_id, part, owed)
    given = tuple(side for side in sides if side.account == ledger.RECEIVABLE)
    back = ledger.Posting(ledger.ADJUSTED, plan.person_id, part)
    entry = ledger.Entry(
        plan.practice_id, "plan_discount", f"plan_discount:{plan.id}", now, (*given, back), reason="plan agreement"
    )
    ledger.post(conn, entry)
