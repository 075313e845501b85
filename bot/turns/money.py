"""What the effects about money come to, once their turn is decided: rows that are worked off beside the road."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from bot.store import plan_changes, plans, promises, reviews, tasks
from bot.store.outbox import NewMessage
from bot.store.plans import NewPlan
from bot.store.practices import Practice
from bot.store.tasks import NewTask
from bot.turns import card_orders
from conversations import effects as e
from conversations.facts import Facts

PATIENT = "patient"
"""Who does it, in the story of a plan."""

MoneyEffect = e.ChargeSavedCard | e.ProposePlan | e.ChangePlan | e.KeepPromise | e.OpenReview


@dataclass(frozen=True, slots=True)
class MoneyWork:
    """One such effect, and the turn it comes from."""

    effect: MoneyEffect
    practice: Practice
    conversation_id: int
    inbox_id: int
    facts: Facts
    now: datetime
    answer: NewMessage
    """A message without its words, for what can be told only now."""


def carry_out(conn: Connection, work: Sequence[MoneyWork]) -> list[NewMessage]:
    """Write the rows, in the transaction of the turn; what there is to say about it besides."""
    return [said for one in work if (said := _do(conn, one))]


def _do(conn: Connection, work: MoneyWork) -> NewMessage | None:
    match work.effect:
        case e.ChargeSavedCard():
            refused = card_orders.order(conn, work.effect, work.practice, work.conversation_id, work.now)
            return replace(work.answer, message=refused) if refused else None
        case e.ProposePlan():
            _propose(conn, work, work.effect)
        case e.ChangePlan():
            _change(conn, work, work.effect)
        case e.KeepPromise():
            _promise(conn, work, work.effect)
        case e.OpenReview():
            _review(conn, work, work.effect)
    return None


def _propose(conn: Connection, work: MoneyWork, asked: e.ProposePlan) -> None:
    new = NewPlan(
        practice_id=work.practice.id,
        person_id=asked.person_id,
        conversation_id=work.conversation_id,
        balance_cents=asked.total_cents,
        discount_cents=0,
        total_cents=asked.total_cents,
        monthly_cents=asked.monthly_cents,
        count=asked.count,
        first_on=asked.first_on,
        waits=plans.APPROVAL if asked.needs_approval else plans.SIGNATURE,
        made_by=PATIENT,
        made_at=work.now,
    )
    plans.propose(conn, new)
    if asked.needs_approval:
        people = (asked.person_id,)
        task = NewTask(
            plans.APPROVAL_TASK,
            work.now,
            work.practice.id,
            work.conversation_id,
            work.inbox_id,
            people,
            due_at=asked.due_at,
        )
        tasks.open_tasks(conn, (task,))


def _change(conn: Connection, work: MoneyWork, asked: e.ChangePlan) -> None:
    plan = plans.find(conn, asked.plan_id, practice_id=work.practice.id, lock=True)
    if plan is None:
        return
    match asked.change:
        case "move":
            plan_changes.move(conn, plan, asked.on or plan.first_on, PATIENT, work.now)
        case "add":
            most = work.practice.file.policy.plans.installments
            plan_changes.add(conn, plan, asked.amount_cents, most, PATIENT, work.now)
        case "pause":
            plan_changes.pause(conn, plan, PATIENT, work.now)
        case "resume":
            plan_changes.resume(conn, plan, PATIENT, work.now, asked.on)
        case "cancel":
            plans.end(conn, plan.id, plans.CLOSED, "cancelled", PATIENT, work.now)


def _promise(conn: Connection, work: MoneyWork, asked: e.KeepPromise) -> None:
    promises.make(conn, work.practice.id, work.conversation_id, asked.person_ids, asked.parts, work.now)


def _review(conn: Connection, work: MoneyWork, asked: e.OpenReview) -> None:
    reviews.open_review(
        conn,
        work.practice.id,
        work.conversation_id,
        asked.number,
        asked.person_ids,
        asked.due_at,
        work.inbox_id,
        work.now,
    )
