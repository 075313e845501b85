"""What staff and their programs decide about a plan; the patient is told in the same transaction."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from bot.plans.activating import activate as begin
from bot.plans.agreements import days_of, today_of
from bot.plans.reaching import told_in
from bot.plans.terms import Wanted, terms_of
from bot.store import cards, plan_changes, plans, tasks
from bot.store.plans import APPROVAL, APPROVAL_TASK, CLOSED, DORMANT, PENDING, SIGNATURE, Plan
from bot.store.practices import Practice
from bot.turns.arrivals import Arrival, World
from bot.turns.batch import take_batch
from conversations.events import Event, PlanApproved, PlanChanged, PlanRefused

ON_PAPER = "on paper"


class CannotDecideError(ValueError):
    """The plan does not stand so that this could be done."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who decides, and where."""

    world: World
    practice: Practice
    who: str
    now: datetime


def approve(conn: Connection, desk: Desk, plan_id: int, wanted: Wanted | None = None) -> bool:
    """The terms are agreed to, perhaps other ones than were asked for; the patient is asked to sign."""
    plan = _locked(conn, desk, plan_id)
    if plan.state != PENDING or plan.waits != APPROVAL:
        raise CannotDecideError("This plan does not wait for approval.")
    return _agree(conn, desk, plan, wanted)


def refuse(conn: Connection, desk: Desk, plan_id: int) -> bool:
    """The terms are not agreed to."""
    plan = _locked(conn, desk, plan_id)
    if plan.state != PENDING or plan.waits != APPROVAL:
        raise CannotDecideError("This plan does not wait for approval.")
    plans.end(conn, plan.id, CLOSED, "refused", desk.who, desk.now)
    _answered(conn, desk, plan)
    return _tell(conn, desk, plan, PlanRefused(plan.person_id))


def send(conn: Connection, desk: Desk, plan_id: int) -> bool:
    """The agreement is sent to be signed, once more or for the first time."""
    plan = _locked(conn, desk, plan_id)
    if plan.paused or plan.state not in {PENDING, DORMANT}:
        raise CannotDecideError("This plan waits for no signature.")
    return _agree(conn, desk, plan, None)


def activate(conn: Connection, desk: Desk, plan_id: int) -> bool:
    """It goes on after a pause; or it was signed on paper, and begins.

    Signed on paper no card is tied to it: the patient is asked for each payment on its day.
    """
    plan = _locked(conn, desk, plan_id)
    if plan.paused:
        plan_changes.resume(conn, plan, desk.who, desk.now)
        return _tell_change(conn, desk, plan, "resumed")
    if plan.state not in {PENDING, DORMANT}:
        raise CannotDecideError("This plan is active already, or over.")
    card_id = next((one.id for one in _mandated(conn, plan)), None)
    if plan.signed_at is None:
        signed = {"signed_name": ON_PAPER, "signed_at": desk.now}
        plans.change(conn, plan, signed)
    begun = begin(conn, plan, card_id, desk.who, desk.now)
    return _tell(conn, desk, plan, begun) if begun else False


def pause(conn: Connection, desk: Desk, plan_id: int) -> bool:
    """Nothing is charged until it goes on."""
    plan = _locked(conn, desk, plan_id)
    if not plan_changes.pause(conn, plan, desk.who, desk.now):
        raise CannotDecideError("This plan is not active.")
    return _tell_change(conn, desk, plan, "paused")


def cancel(conn: Connection, desk: Desk, plan_id: int) -> bool:
    """It ends; what is owed stays owed."""
    plan = _locked(conn, desk, plan_id)
    if not plans.end(conn, plan.id, CLOSED, "cancelled", desk.who, desk.now):
        raise CannotDecideError("This plan is over.")
    _answered(conn, desk, plan)
    drafted = plan.state == PENDING and plan.conversation_id is None
    return False if drafted else _tell_change(conn, desk, plan, "cancelled")


def _agree(conn: Connection, desk: Desk, plan: Plan, wanted: Wanted | None) -> bool:
    values: dict[str, object] = {"state": PENDING, "waits": SIGNATURE, "waits_since": desk.now}
    if wanted:
        terms = terms_of(wanted, plan.balance_cents, desk.practice, desk.now)
        values |= {"total_cents": terms.total_cents, "monthly_cents": terms.monthly_cents, "count": terms.count}
        values |= {"first_on": wanted.first_on, "discount_cents": wanted.discount_cents}
    plans.change(conn, plan, values)
    plans.note(conn, plan.id, "approved" if plan.waits == APPROVAL else "sent", desk.who, desk.now)
    _answered(conn, desk, plan)
    agreed = plans.find(conn, plan.id) or plan
    last = agreed.total_cents - agreed.monthly_cents * (agreed.count - 1)
    first_on = days_of(agreed, today_of(conn, agreed, desk.now))[0]
    told = PlanApproved(agreed.person_id, agreed.monthly_cents, agreed.count, last, first_on)
    return _tell(conn, desk, agreed, told)


def _mandated(conn: Connection, plan: Plan) -> list[cards.Card]:
    theirs = cards.of(conn, [plan.person_id]).get(plan.person_id, [])
    return [one for one in theirs if cards.mandate_for(conn, one.id, plan_id=plan.id)]


def _answered(conn: Connection, desk: Desk, plan: Plan) -> None:
    tasks.finish_about(conn, desk.practice.id, APPROVAL_TASK, plan.person_id, desk.who, desk.now)


def _tell_change(conn: Connection, desk: Desk, plan: Plan, change: Literal["paused", "resumed", "cancelled"]) -> bool:
    coming = plans.left(conn, plan.id)
    return _tell(conn, desk, plan, PlanChanged(plan.person_id, change, coming.next_on, coming.next_cents))


def _tell(conn: Connection, desk: Desk, plan: Plan, event: Event) -> bool:
    """The turn of it, in this transaction; whether something waits to be sent. Nobody to tell: staff learn of it."""
    talk = told_in(conn, desk.practice, plan, desk.world, desk.now)
    if talk is None:
        tasks.open_task(
            conn,
            kind="plan_unreachable",
            opened_at=desk.now,
            practice_id=desk.practice.id,
            person_ids=(plan.person_id,),
        )
        return False
    arrival = Arrival(
        provider="staff",
        provider_id=f"plan:{plan.id}:{secrets.token_hex(8)}",
        event=event,
        received_at=desk.now,
        conversation_id=talk,
        details={"who": desk.who, "plan_id": plan.id},
    )
    return take_batch(conn, (arrival,), desk.world)[0].woke


def _locked(conn: Connection, desk: Desk, plan_id: int) -> Plan:
    plan = plans.find(conn, plan_id, practice_id=desk.practice.id, lock=True)
    if plan is None:
        raise LookupError("the practice has no such plan")
    return plan
