"""A patient lets a plan charge another card: agreed to word for word, and what had failed is announced again."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, update

from bot.facts.people import answered_for
from bot.plans.agreements import VERSION, agreement, today_of
from bot.plans.reaching import told_in
from bot.store import cards, installments, plan_changes, plans, tasks
from bot.store.cards import NewMandate
from bot.store.installments import FAILED, NOTICE, WAITING, charge_at
from bot.store.money_tables import mandates
from bot.store.plans import ACTIVE, MOST_TRIES, Plan
from bot.turns.arrivals import Arrival, World
from conversations.events import Event, PlanChanged

SETTLED = ("plan_card", "plan_payment", "plan_stopped")
"""What staff were asked to do, and the patient has done by choosing a card."""


@dataclass(frozen=True, slots=True)
class NewCard:
    """A saved card of theirs, and the box that was ticked. `go_on`: a paused plan goes on with it."""

    plan_id: int
    card_id: int
    network: str
    language: str
    go_on: bool = False


def runs(plan: Plan) -> bool:
    """Signed and not over: it may charge a card, now or when it goes on."""
    return plan.state == ACTIVE or plan.paused


def may_pay_for(conn: Connection, plan: Plan, card_person: int, now: datetime) -> bool:
    """Is the card the patient's own, or of who answers for them?"""
    payers = [payer for patient, payer in answered_for(conn, [plan.person_id], now) if patient == plan.person_id]
    return card_person in {plan.person_id, *payers}


def use(wanted: NewCard, world: World, now: datetime) -> Arrival:
    """The arrival that changes the card. It changes nothing where the plan does not run, or the card is not theirs."""

    def prepare(conn: Connection) -> tuple[int | None, Event | None]:
        plan = plans.find(conn, wanted.plan_id, lock=True)
        practice = world.practices.by_id(conn, plan.practice_id) if plan else None
        card = cards.find(conn, wanted.card_id)
        if plan is None or practice is None or card is None or card.practice_id != plan.practice_id:
            return None, None
        if not runs(plan) or plan.ended_at is not None or not may_pay_for(conn, plan, card.person_id, now):
            return None, None
        mandate = agreement(conn, practice, plan, now, wanted.language).mandate
        new = NewMandate(
            practice_id=plan.practice_id,
            person_id=card.person_id,
            card_id=card.id,
            payment_id=None,
            plan_id=plan.id,
            by_text=False,
            version=VERSION,
            wording=mandate,
            language=wanted.language,
            at=now,
            network=wanted.network[:60],
        )
        _only(conn, plan, cards.agree(conn, new), now)
        plans.change(conn, plan, {"card_id": card.id})
        plans.note(conn, plan.id, "card_changed", "patient", now)
        return told_in(conn, practice, plan, world, now), _go_on(conn, plan, wanted, now)

    return Arrival(
        provider="page",
        provider_id=f"plan_card:{wanted.plan_id}:{secrets.token_hex(8)}",
        event=None,
        received_at=now,
        details={"plan_id": wanted.plan_id},
        prepare=prepare,
    )


def _only(conn: Connection, plan: Plan, mandate_id: int, now: datetime) -> None:
    """What was agreed about other cards for this plan ends."""
    others = (mandates.c.plan_id == plan.id, mandates.c.id != mandate_id, mandates.c.ended_at.is_(None))
    conn.execute(update(mandates).where(*others).values(ended_at=now))


def _go_on(conn: Connection, plan: Plan, wanted: NewCard, now: datetime) -> Event | None:
    for kind in SETTLED if plan.state == ACTIVE or wanted.go_on else ():
        tasks.finish_about(conn, plan.practice_id, kind, plan.person_id, "patient", now)
    resumed = plan.paused and wanted.go_on and plan_changes.resume(conn, plan, "patient", now)
    tried_again = _try_again(conn, plan, now)
    if tried_again or not (plan.state == ACTIVE or resumed):
        return None  # an announcement with its own day follows, or nothing is charged yet
    coming = plans.left(conn, plan.id)
    return PlanChanged(plan.person_id, "card", coming.next_on, coming.next_cents) if coming.next_on else None


def _try_again(conn: Connection, plan: Plan, now: datetime) -> bool:
    """What no card paid is announced like any other, and charged to this one."""
    at = charge_at(today_of(conn, plan, now) + NOTICE, plans.zone_of(conn, plan.person_id))
    again = {"state": WAITING, "try_at": at, "announced_at": None, "announced_in": None}
    every = installments.of(conn, [plan.id]).get(plan.id, ())
    failed = [one for one in every if one.state == FAILED and one.tries < MOST_TRIES]
    done = [installments.change(conn, one, again) for one in failed]
    return any(done)
