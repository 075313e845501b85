"""A plan that runs: shown, moved by a few days, with a new balance added, paused, or stopped."""

from datetime import date, timedelta
from enum import StrEnum

from conversations.asking_again import unclear
from conversations.effects import ChangePlan, OpenTask, Value
from conversations.facts import Plan
from conversations.flows.running_plan_words import (
    KEEP,
    KEYWORDS,
    MERE_OK,
    PAY_NEW,
    RESUME,
    about_days,
    agrees_to_add,
    agrees_to_stop,
    declines,
    names_day,
)
from conversations.hearing import parts
from conversations.machine import ANY, END, Answer, Flow, Row, Step
from conversations.plan_asked import policy, subject
from conversations.plan_steps import plan_of
from conversations.running_days import months_after, movable, move_example, next_due
from conversations.turn import Turn

DAY = timedelta(days=1)


class Waits(StrEnum):
    """What we wait for."""

    ADDING = "adding"  # whether the new balance is added, or paid
    MOVING = "moving"  # the day to which the next installment moves
    PAUSED = "paused"  # whether it goes on
    STOPPING = "stopping"  # whether they mean it


# Guards


def several(turn: Turn) -> bool:
    """It may be one of several people's."""
    return subject(turn) is None


def no_plan(turn: Turn) -> bool:
    """None that runs."""
    return _plan(turn) is None


def paused(turn: Turn) -> bool:
    """Nothing is charged now."""
    plan = _plan(turn)
    return plan is not None and plan.paused


def has_new_balance(turn: Turn) -> bool:
    """Something is owed that the plan does not cover."""
    plan = _plan(turn)
    return plan is not None and plan.addable_cents > 0


def add_fits(turn: Turn) -> bool:
    """The same amount for some more months, no more of them than the practice gives without staff."""
    plan = _plan(turn)
    return plan is not None and plan.monthly_cents > 0 and months_after(plan) <= policy(turn).installments


def nothing_to_move(turn: Turn) -> bool:
    """No installment is waiting."""
    return getattr(_plan(turn), "next_on", None) is None


def about_something_else(turn: Turn) -> bool:
    """They would change something that is not a day."""
    return not _days(turn) and not about_days(turn.wish)


def day_missing(turn: Turn) -> bool:
    """No day, or more than one."""
    return len(_days(turn)) != 1


def day_impossible(turn: Turn) -> bool:
    """Past, today, or too far."""
    first, last = movable(_plan(turn), turn.today)
    return not first <= _days(turn)[0] <= last


# Steps


def say(message: str) -> Step:
    """Words that need nothing."""
    return lambda turn: turn.say(f"running_plan/{message}")


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
    plan = _plan(turn)
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
    plan = _plan(turn)
    if plan:
        more = months_after(plan) - plan.left if add_fits(turn) else None
        turn.say("running_plan/add", addable_cents=plan.addable_cents, monthly_cents=plan.monthly_cents, more=more)


def add(turn: Turn) -> None:
    """The same amount a month, for longer."""
    plan = _plan(turn)
    if plan:
        turn.do(ChangePlan(plan.id, "add", amount_cents=plan.addable_cents))
        total = plan.remaining_cents + plan.addable_cents
        turn.say("running_plan/added", monthly_cents=plan.monthly_cents, left_cents=total, left=months_after(plan))


def ask_staff_to_add(turn: Turn) -> None:
    """Longer than the practice gives by itself."""
    turn.say("running_plan/asked", by_at=_task(turn, "plan_add_asked"))


def pay_new(turn: Turn) -> None:
    """Only what the plan does not cover."""
    plan = _plan(turn)
    turn.remember("asked_cents", plan.addable_cents if plan else None)
    turn.enter("pay", "asked")


def ask_day(turn: Turn) -> None:
    """Which day, and from when to when."""
    plan = _plan(turn)
    if plan and plan.next_on:
        first, last = movable(_plan(turn), turn.today)
        turn.say(
            "running_plan/which_day",
            next_cents=plan.next_cents, next_on=plan.next_on.isoformat(),
            first_on=first.isoformat(), last_on=last.isoformat(),
        )  # fmt: skip


def say_impossible(turn: Turn) -> None:
    """What they named, and what is possible."""
    first, last = movable(_plan(turn), turn.today)
    named = _days(turn)[0].isoformat()
    turn.say("running_plan/day_range", named_on=named, first_on=first.isoformat(), last_on=last.isoformat())


def move(turn: Turn) -> None:
    """To that day; it is said back with its weekday."""
    plan = _plan(turn)
    if plan:
        day = _days(turn)[0]
        turn.do(ChangePlan(plan.id, "move", on=day))
        turn.say("running_plan/moved", next_cents=plan.next_cents, next_on=day.isoformat())


def pause(turn: Turn) -> None:
    """At once: nothing is charged while a person decides how it goes on."""
    plan = _plan(turn)
    if plan:
        turn.do(ChangePlan(plan.id, "pause"))
        turn.say("running_plan/paused", by_at=_task(turn, "plan_pause_asked"))


def resume(turn: Turn) -> None:
    """From the next due day that leaves time to announce it."""
    plan = _plan(turn)
    if plan:
        day = next_due(plan, turn.today)
        turn.do(ChangePlan(plan.id, "resume", on=day))
        turn.say("running_plan/resumed", next_cents=plan.next_cents, next_on=day.isoformat())


def ask_whether_to_stop(turn: Turn) -> None:
    """What it would mean."""
    plan = _plan(turn)
    turn.say("running_plan/stop_question", left_cents=plan.remaining_cents if plan else 0)


def stop(turn: Turn) -> None:
    """No charge any more; what is left is owed as before."""
    plan = _plan(turn)
    if plan:
        turn.do(ChangePlan(plan.id, "cancel"))
        turn.say("running_plan/stopped", left_cents=plan.remaining_cents)


def _plan(turn: Turn) -> Plan | None:
    person = subject(turn)
    return person.plan if person and person.plan and person.plan.state == "active" else None


def _task(turn: Turn, kind: str) -> Value:
    due = turn.facts.office.end_of_next_day(turn.now)
    turn.do(OpenTask(kind, plan_of(turn), due))
    return due.isoformat()


def _days(turn: Turn) -> tuple[date, ...]:
    """A mere "the 20th" or "friday" is the first one after the day it is due, if that is near enough."""
    named = _named(turn, turn.today)
    plan = _plan(turn)
    due = plan.next_on if plan else None
    if due is None or len(named) != 1 or named[0] >= due:
        return named
    counted = _named(turn, turn.today + DAY) == (named[0] + DAY,)  # "tomorrow", "in three days"
    later = _named(turn, due)
    return named if counted or not later or later[0] > movable(plan, turn.today)[1] else later


def _named(turn: Turn, today: date) -> tuple[date, ...]:
    return parts(turn.wish, today, bare_day=True).days


ASKS_AGAIN = Answer("unclear", unclear, otherwise=True)

flow = Flow(
    name="running_plan",
    states=Waits,
    keywords=KEYWORDS,
    rows=(
        Row("asked", ANY, Waits.PAUSED, when=(paused,), do=(say("paused_already"),)),
        Row("asked", ANY, Waits.ADDING, when=(has_new_balance,), do=(offer_to_add,)),
        Row("asked", ANY, END, when=(no_plan,), do=(go_to_plans,)),
        Row("asked", ANY, END, do=(show,)),
        Row("add", Waits.ADDING, END, when=(add_fits,), do=(add,)),
        Row("add", Waits.ADDING, END, do=(ask_staff_to_add,)),
        Row("pay_new", Waits.ADDING, END, do=(pay_new,)),
        Row("left", ANY, END, do=(show,)),
        Row("move", ANY, END, when=(several,), do=(ask_whose("move"),)),
        Row("move", ANY, END, when=(no_plan,), do=(go_to_plans,)),
        Row("move", ANY, END, when=(about_something_else,), do=(leave_it,)),
        Row("move", ANY, Waits.PAUSED, when=(paused,), do=(say("paused_already"),)),
        Row("move", ANY, END, when=(nothing_to_move,), do=(show,)),
        Row("move", ANY, Waits.MOVING, when=(day_missing,), do=(ask_day,)),
        Row("move", ANY, Waits.MOVING, when=(day_impossible,), do=(say_impossible,)),
        Row("move", ANY, END, do=(move,)),
        Row("pause", ANY, END, when=(several,), do=(ask_whose("pause"),)),
        Row("pause", ANY, END, when=(no_plan,), do=(go_to_plans,)),
        Row("pause", ANY, Waits.PAUSED, when=(paused,), do=(say("paused_already"),)),
        Row("pause", ANY, END, do=(pause,)),
        Row("resume", ANY, END, when=(several,), do=(ask_whose("resume"),)),
        Row("resume", ANY, END, when=(no_plan,), do=(go_to_plans,)),
        Row("resume", ANY, END, when=(paused,), do=(resume,)),
        Row("resume", ANY, END, do=(show,)),
        Row("stop", ANY, END, when=(several,), do=(ask_whose("stop"),)),
        Row("stop", ANY, END, when=(no_plan,), do=(go_to_plans,)),
        Row("stop", ANY, Waits.STOPPING, do=(ask_whether_to_stop,)),
        Row("off", Waits.STOPPING, END, do=(stop,)),
        Row("keep", Waits.STOPPING, END, do=(show,)),
        Row("unclear", Waits.ADDING, END, do=(go_to_plans,)),
        Row("unclear", Waits.MOVING, Waits.MOVING, do=(ask_day,)),
        Row("unclear", Waits.STOPPING, Waits.STOPPING, do=(ask_whether_to_stop,)),
    ),
    answers={
        Waits.ADDING: (Answer("add", agrees_to_add), Answer("pay_new", PAY_NEW), Answer("left", declines), ASKS_AGAIN),
        Waits.MOVING: (Answer("move", names_day), Answer("left", declines), ASKS_AGAIN),
        Waits.PAUSED: (Answer("resume", RESUME),),
        Waits.STOPPING: (
            Answer("keep", KEEP),
            Answer("off", agrees_to_stop),
            Answer("keep", declines),
            Answer("unclear", MERE_OK),
            ASKS_AGAIN,
        ),
    },
)
