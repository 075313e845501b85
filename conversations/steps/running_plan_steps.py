"""What we say and do about a plan that runs; the flow `running_plan` says when."""

from datetime import date, timedelta

from conversations.effects import ChangePlan, OpenTask, Value
from conversations.facts import Plan
from conversations.hearing import parts
from conversations.machine import Step
from conversations.steps.plan_asked import policy, subject
from conversations.steps.plan_steps import plan_of
from conversations.steps.running_days import months_after, movable, move_example, next_due
from conversations.turn import Turn

DAY = timedelta(days=1)


def add_fits(turn: Turn) -> bool:
    """The same amount for some more months, no more of them than the practice gives without staff."""
    plan = running(turn)
    return plan is not None and plan.monthly_cents > 0 and months_after(plan) <= policy(turn).installments


def ask_whose(trigger: str) -> Step:
    """Which of them first, then on with this."""

    def step(turn: Turn) -> None:
        turn.remember("then", ["running_plan", trigger])
        turn.enter("plan", "which")

    return step


def go_to_plans(turn: Turn) -> None:
    """There is none that runs: what there is instead."""
    turn.enter("plan", "asked")


def leave_it(turn: Turn) -> None:
    """Not for us."""
    turn.enter("idle", "not_understood")


def show(turn: Turn) -> None:
    """The next installment, the card, what is left."""
    plan = running(turn)
    if plan and plan.next_on:
        turn.say(
            "running_plan/shown",
            next_cents=plan.next_cents,
            next_on=plan.next_on.isoformat(),
            brand=plan.card_brand or None,
            last4=plan.card_last4,
            left_cents=plan.remaining_cents,
            move_on=move_example(plan.next_on).isoformat(),
        )
    elif plan:
        turn.say("running_plan/shown_undated", left_cents=plan.remaining_cents)


def offer_to_add(turn: Turn) -> None:
    """How the plan would go on."""
    plan = running(turn)
    if plan:
        more = months_after(plan) - plan.left if add_fits(turn) else None
        turn.say("running_plan/add", addable_cents=plan.addable_cents, monthly_cents=plan.monthly_cents, more=more)


def add(turn: Turn) -> None:
    """The same amount a month, for longer."""
    plan = running(turn)
    if plan:
        turn.do(ChangePlan(plan.id, "add", amount_cents=plan.addable_cents))
        total = plan.remaining_cents + plan.addable_cents
        turn.say("running_plan/added", monthly_cents=plan.monthly_cents, left_cents=total, left=months_after(plan))


def ask_staff_to_add(turn: Turn) -> None:
    """Longer than the practice gives by itself."""
    turn.say("running_plan/asked", by_at=_task(turn, "plan_add_asked"))


def pay_new(turn: Turn) -> None:
    """Only what the plan does not cover."""
    plan = running(turn)
    turn.remember("asked_cents", plan.addable_cents if plan else None)
    turn.enter("pay", "asked")


def ask_day(turn: Turn) -> None:
    """Which day, and from when to when."""
    plan = running(turn)
    if plan and plan.next_on:
        first, last = movable(running(turn), turn.today)
        turn.say(
            "running_plan/which_day",
            next_cents=plan.next_cents, next_on=plan.next_on.isoformat(),
            first_on=first.isoformat(), last_on=last.isoformat(),
        )  # fmt: skip


def say_impossible(turn: Turn) -> None:
    """What they named, and what is possible."""
    first, last = movable(running(turn), turn.today)
    named = days_meant(turn)[0].isoformat()
    turn.say("running_plan/day_range", named_on=named, first_on=first.isoformat(), last_on=last.isoformat())


def move(turn: Turn) -> None:
    """To that day; it is said back with its weekday."""
    plan = running(turn)
    if plan:
        day = days_meant(turn)[0]
        turn.do(ChangePlan(plan.id, "move", on=day))
        turn.say("running_plan/moved", next_cents=plan.next_cents, next_on=day.isoformat())


def pause(turn: Turn) -> None:
    """At once: nothing is charged while a person decides how it goes on."""
    plan = running(turn)
    if plan:
        turn.do(ChangePlan(plan.id, "pause"))
        turn.say("running_plan/paused", by_at=_task(turn, "plan_pause_asked"))


def resume(turn: Turn) -> None:
    """From the next due day that leaves time to announce it."""
    plan = running(turn)
    if plan:
        day = next_due(plan, turn.today)
        turn.do(ChangePlan(plan.id, "resume", on=day))
        turn.say("running_plan/resumed", next_cents=plan.next_cents, next_on=day.isoformat())


def ask_whether_to_stop(turn: Turn) -> None:
    """What it would mean."""
    plan = running(turn)
    turn.say("running_plan/stop_question", left_cents=plan.remaining_cents if plan else 0)


def stop(turn: Turn) -> None:
    """No charge any more; what is left is owed as before."""
    plan = running(turn)
    if plan:
        turn.do(ChangePlan(plan.id, "cancel"))
        turn.say("running_plan/stopped", left_cents=plan.remaining_cents)


def running(turn: Turn) -> Plan | None:
    """Theirs, where one runs."""
    person = subject(turn)
    return person.plan if person and person.plan and person.plan.state == "active" else None


def _task(turn: Turn, kind: str) -> Value:
    due = turn.facts.office.end_of_next_day(turn.now)
    turn.do(OpenTask(kind, plan_of(turn), due))
    return due.isoformat()


def days_meant(turn: Turn) -> tuple[date, ...]:
    """A mere "the 20th" or "friday" is the first one after the day it is due, if that is near enough."""
    named = _named(turn, turn.today)
    plan = running(turn)
    due = plan.next_on if plan else None
    if due is None or len(named) != 1 or named[0] >= due:
        return named
    counted = _named(turn, turn.today + DAY) == (named[0] + DAY,)  # "tomorrow", "in three days"
    later = _named(turn, due)
    return named if counted or not later or later[0] > movable(plan, turn.today)[1] else later


def _named(turn: Turn, today: date) -> tuple[date, ...]:
    return parts(turn.wish, today, bare_day=True).days
