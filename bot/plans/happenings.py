"""What the calendar does to plans, as arrivals: rows change and the patient is told in one transaction, once."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.plans.activating import activate
from bot.plans.reaching import told_in, way_to
from bot.store import cards, installments, ledger, people, plan_changes, plans, tasks
from bot.store.installments import FAILED, Installment, charge_at
from bot.store.plans import ACTIVE, DEFAULTED, DORMANT, PENDING, SIGNATURE, Plan
from bot.store.practices import Practice
from bot.turns.arrivals import Arrival, World
from conversations.events import Event, InstallmentComing, InstallmentDue, PlanChanged, PlanUnsigned

WHO = "system"
Found = tuple[int | None, Event | None]
NOTHING: Found = (None, None)
Doing = Callable[[Connection, Plan, Practice], Found]


def coming(one: Installment, world: World, now: datetime) -> Arrival:
    """It is announced; one that was announced where nothing got through is announced elsewhere."""

    def prepare(conn: Connection, plan: Plan, practice: Practice) -> Found:
        if plan.state != ACTIVE or _died(conn, plan):
            return NOTHING
        talk = way_to(conn, practice, plan, now, simulated=world.simulated, without=one.announced_in)
        if talk is None:
            if installments.put_off(conn, one, None):
                _ask_staff(conn, plan, "plan_unannounced", now)
            return NOTHING
        zone = plans.zone_of(conn, plan.person_id)
        soonest = now.astimezone(ZoneInfo(zone)).date() + one.notice
        at = charge_at(max(one.due_on, soonest), zone)
        if not installments.announced(conn, one, talk, now, at):
            return NOTHING
        plans.note(conn, plan.id, "announced", WHO, now, number=one.number, amount_cents=one.amount_cents)
        brand, last4 = _card(conn, plan)
        on = at.astimezone(ZoneInfo(zone)).date()
        return talk, InstallmentComing(plan.person_id, one.amount_cents, on, brand, last4)

    return _arrival(f"coming:{one.id}:{now.isoformat()}", one.plan_id, prepare, world, now)


def unsigned(plan_id: int, world: World, now: datetime) -> Arrival:
    """Seven days without a signature: it falls asleep, with one reminder."""

    def prepare(conn: Connection, plan: Plan, practice: Practice) -> Found:
        if plan.state != PENDING or plan.waits != SIGNATURE:
            return NOTHING
        asleep = [one for one in plans.open_of(conn, [plan.person_id])[plan.person_id] if one.state != PENDING]
        if asleep:  # another plan runs or sleeps, and there is only one of those
            plans.end(conn, plan.id, plans.CLOSED, "unsigned", WHO, now)
            return NOTHING
        if not plans.change(conn, plan, {"state": DORMANT, "reminded_at": now}):
            return NOTHING
        plans.note(conn, plan.id, "unsigned", WHO, now)
        return told_in(conn, practice, plan, world, now), PlanUnsigned(plan.person_id)

    return _arrival(f"unsigned:{plan_id}:{now.date().isoformat()}", plan_id, prepare, world, now)


def signed(plan_id: int, world: World, now: datetime) -> Arrival:
    """It was signed with a new card, which is saved now: it begins."""

    def prepare(conn: Connection, plan: Plan, practice: Practice) -> Found:
        tied = cards.tied_to(conn, plan.id)
        if tied is None or plan.signed_at is None:
            return NOTHING
        begun = activate(conn, plan, tied.card_id, "patient", now, tied.payment_id)
        return told_in(conn, practice, plan, world, now), begun

    return _arrival(f"signed:{plan_id}", plan_id, prepare, world, now)


def refused_for_good(plan_id: int, world: World, now: datetime) -> Arrival:
    """The bank refused as often as may be tried: staff take it from here."""

    def prepare(conn: Connection, plan: Plan, practice: Practice) -> Found:
        if plan.state != ACTIVE or not plans.end(conn, plan.id, DEFAULTED, "defaulted", WHO, now):
            return NOTHING
        _ask_staff(conn, plan, "plan_defaulted", now)
        return told_in(conn, practice, plan, world, now), PlanChanged(plan.person_id, "defaulted")

    return _arrival(f"defaulted:{plan_id}", plan_id, prepare, world, now)


def larger_than_owed(plan_id: int, mark: int, world: World, now: datetime) -> Arrival:
    """They paid beside it, or owe less now: it takes no more than what is left."""

    def prepare(conn: Connection, plan: Plan, practice: Practice) -> Found:
        if not (plan.state == ACTIVE or plan.paused):
            return NOTHING
        owed = ledger.balances(conn, [plan.person_id])[plan.person_id]
        if not plan_changes.shrink(conn, plan, owed, now):
            return NOTHING
        return told_in(conn, practice, plan, world, now), PlanChanged(plan.person_id, "paid_off")

    return _arrival(f"shrunk:{plan_id}:{mark}", plan_id, prepare, world, now)


def by_hand(one: Installment, world: World, now: datetime, why: str) -> Arrival:
    """There is no card to charge: the patient is asked to pay on the page, and staff know."""

    def prepare(conn: Connection, plan: Plan, practice: Practice) -> Found:
        if plan.state != ACTIVE or not installments.change(conn, one, {"state": FAILED, "try_at": None}):
            return NOTHING
        _ask_staff(conn, plan, why, now)
        plans.note(conn, plan.id, "asked_by_hand", WHO, now, number=one.number)
        return told_in(conn, practice, plan, world, now), InstallmentDue(plan.person_id, one.amount_cents)

    moment = one.try_at.isoformat() if one.try_at else ""
    return _arrival(f"by_hand:{one.id}:{moment}", one.plan_id, prepare, world, now)


def _arrival(once: str, plan_id: int, doing: Doing, world: World, now: datetime) -> Arrival:
    def prepare(conn: Connection) -> Found:
        plan = plans.find(conn, plan_id, lock=True)
        practice = world.practices.by_id(conn, plan.practice_id) if plan else None
        return doing(conn, plan, practice) if plan and practice else NOTHING

    return Arrival(
        provider="plan", provider_id=once, event=None, received_at=now, details={"plan_id": plan_id}, prepare=prepare
    )


def _ask_staff(conn: Connection, plan: Plan, kind: str, now: datetime) -> None:
    tasks.open_task(
        conn,
        kind=kind,
        opened_at=now,
        practice_id=plan.practice_id,
        conversation_id=plan.conversation_id,
        person_ids=(plan.person_id,),
    )


def _died(conn: Connection, plan: Plan) -> bool:
    return people.by_id(conn, [plan.person_id])[plan.person_id].died is not None


def _card(conn: Connection, plan: Plan) -> tuple[str, str]:
    return cards.named(conn, [plan.card_id]).get(plan.card_id, ("", "")) if plan.card_id else ("", "")
