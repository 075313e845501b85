"""A plan that runs: shown, moved by a few days, with a new balance added, paused, or stopped."""

from enum import StrEnum

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
from conversations.machine import ANY, END, Answer, Flow, Row
from conversations.steps.asking_again import unclear
from conversations.steps.plain import say
from conversations.steps.plan_asked import subject
from conversations.steps.running_days import movable
from conversations.steps.running_plan_steps import (
    add,
    add_fits,
    ask_day,
    ask_staff_to_add,
    ask_whether_to_stop,
    ask_whose,
    days_meant,
    go_to_plans,
    leave_it,
    move,
    offer_to_add,
    pause,
    pay_new,
    resume,
    running,
    say_impossible,
    show,
    stop,
)
from conversations.turn import Turn


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
    return running(turn) is None


def paused(turn: Turn) -> bool:
    """Nothing is charged now."""
    plan = running(turn)
    return plan is not None and plan.paused


def has_new_balance(turn: Turn) -> bool:
    """Something is owed that the plan does not cover."""
    plan = running(turn)
    return plan is not None and plan.addable_cents > 0


def nothing_to_move(turn: Turn) -> bool:
    """No installment is waiting."""
    return getattr(running(turn), "next_on", None) is None


def about_something_else(turn: Turn) -> bool:
    """They would change something that is not a day."""
    return not days_meant(turn) and not about_days(turn.wish)


def day_missing(turn: Turn) -> bool:
    """No day, or more than one."""
    return len(days_meant(turn)) != 1


def day_impossible(turn: Turn) -> bool:
    """Past, today, or too far."""
    first, last = movable(running(turn), turn.today)
    return not first <= days_meant(turn)[0] <= last


ASKS_AGAIN = Answer("unclear", unclear, otherwise=True)

flow = Flow(
    name="running_plan",
    states=Waits,
    keywords=KEYWORDS,
    rows=(
        Row("asked", ANY, Waits.PAUSED, when=(paused,), do=(say("running_plan/paused_already"),)),
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
        Row("move", ANY, Waits.PAUSED, when=(paused,), do=(say("running_plan/paused_already"),)),
        Row("move", ANY, END, when=(nothing_to_move,), do=(show,)),
        Row("move", ANY, Waits.MOVING, when=(day_missing,), do=(ask_day,)),
        Row("move", ANY, Waits.MOVING, when=(day_impossible,), do=(say_impossible,)),
        Row("move", ANY, END, do=(move,)),
        Row("pause", ANY, END, when=(several,), do=(ask_whose("pause"),)),
        Row("pause", ANY, END, when=(no_plan,), do=(go_to_plans,)),
        Row("pause", ANY, Waits.PAUSED, when=(paused,), do=(say("running_plan/paused_already"),)),
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
