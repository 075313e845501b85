"""A promise to pay: a day, or two with a part each, said back with the date; reminders rest until then."""

from enum import StrEnum

from conversations.flows.promise_words import KEYWORDS, SET
from conversations.flows.running_plan_words import about_days, names_day
from conversations.hearing import yes_no
from conversations.machine import ANY, END, STAY, Answer, Flow, Row
from conversations.steps.asking_again import asks_why, unclear
from conversations.steps.plain import say
from conversations.steps.promise_steps import (
    ask,
    ask_day,
    keep,
    leave_it,
    move_plan,
    offer,
    offer_again,
    offer_first_moved,
    offer_moved,
    pass_to_staff,
    pay_now,
    pay_promised,
    remember_moved,
    say_impossible,
    say_it_stays,
    say_none_set,
    say_promised,
    say_too_little,
    say_too_much,
    say_unclear,
    say_whole_only,
    say_why,
    show_plan,
)
from conversations.steps.promised import (
    UNFIT,
    Trouble,
    first_moves,
    moving,
    names_other_sum,
    names_sum,
    offered_parts,
    only_day,
    only_promised_day,
    open_promises,
    promised_already,
    said,
    trouble,
)
from conversations.turn import Proof, Turn

OFTEN = 3
"""Broken so many times in a row, a person talks about it."""


class Waits(StrEnum):
    """What we wait for."""

    DAY = "day"  # a day, perhaps with a sum
    OFFERED = "offered"  # SET, or another day


# Guards


def in_doubt(turn: Turn) -> bool:
    """A payment is under way."""
    return turn.facts.payment_in_doubt


def plan_runs(turn: Turn) -> bool:
    """Their plan says when what is paid."""
    return any(p.plan and p.plan.state == "active" for p in turn.chosen)


def nothing_owed(turn: Turn) -> bool:
    """Nothing to promise."""
    return turn.owed_cents <= 0


def broken_often(turn: Turn) -> bool:
    """A person talks with them."""
    return any(p.promises_broken >= OFTEN for p in turn.chosen)


def nothing_promised(turn: Turn) -> bool:
    """There is no day to move."""
    return not open_promises(turn)


def about_something_else(turn: Turn) -> bool:
    """They would change something that is not a day."""
    return not said(turn).days and not about_days(turn.wish)


# Answers


def agrees(turn: Turn) -> bool:
    """SET, or yes; not to days that have gone by meanwhile."""
    said_so = SET(turn) or (turn.heard is not None and yes_no(turn.heard.words) is True)
    offered = offered_parts(turn)
    return said_so and bool(offered) and offered[0][0] > turn.today


def unsure(turn: Turn) -> bool:
    """A thumb, or thanks: they may think that it is done."""
    heard = turn.heard
    return bool(heard and (heard.reaction or heard.emoji_only or heard.thanks)) and bool(offered_parts(turn))


def declines(turn: Turn) -> bool:
    """No, never mind."""
    return turn.heard is not None and yes_no(turn.heard.words) is False


def unclear_here(turn: Turn) -> bool:
    """The offer is said again, lest a later yes be about something else; not one whose day has gone by."""
    offered = offered_parts(turn)
    return unclear(turn) and bool(offered) and offered[0][0] > turn.today


def reading(trigger: str) -> tuple[Row, ...]:
    """What comes of the days and sums that they name."""
    return (
        Row(trigger, ANY, END, when=(trouble(Trouble.TODAY),), do=(pay_now,)),
        Row(trigger, ANY, Waits.DAY, when=(trouble(Trouble.UNCLEAR),), do=(say_unclear,)),
        Row(trigger, ANY, Waits.DAY, when=(trouble(*UNFIT),), do=(say_impossible,)),
        Row(trigger, ANY, Waits.DAY, when=(trouble(Trouble.PART_REFUSED),), do=(say_whole_only,)),
        Row(trigger, ANY, Waits.DAY, when=(trouble(Trouble.TOO_MUCH),), do=(say_too_much,)),
        Row(trigger, ANY, Waits.DAY, when=(trouble(Trouble.TOO_LITTLE),), do=(say_too_little,)),
        Row(trigger, ANY, Waits.OFFERED, do=(offer,)),
    )


ASKS_AGAIN = Answer("unclear", unclear, otherwise=True)

flow = Flow(
    name="promise",
    states=Waits,
    needs=Proof.PHONE,
    keywords=KEYWORDS,
    rows=(
        Row("asked", ANY, END, when=(in_doubt,), do=(say("pay/in_doubt"),)),
        Row("asked", ANY, END, when=(plan_runs,), do=(show_plan,)),
        Row("asked", ANY, END, when=(nothing_owed,), do=(say("pay/nothing"),)),
        Row("asked", ANY, END, when=(broken_often,), do=(pass_to_staff,)),
        Row("asked", ANY, Waits.DAY, when=(promised_already, trouble(Trouble.NO_DAY)), do=(remember_moved,)),
        Row("asked", ANY, Waits.DAY, when=(trouble(Trouble.NO_DAY),), do=(ask_day,)),
        *reading("asked"),
        Row("when_asked", ANY, END, when=(in_doubt,), do=(say("pay/in_doubt"),)),
        Row("when_asked", ANY, END, when=(plan_runs,), do=(show_plan,)),
        Row("when_asked", ANY, END, when=(nothing_owed,), do=(say("pay/nothing"),)),
        Row("when_asked", ANY, END, when=(promised_already,), do=(say_promised,)),
        Row("when_asked", ANY, Waits.DAY, do=(say_none_set,)),
        Row("named", Waits.DAY, STAY, when=(trouble(Trouble.NO_DAY),), do=(ask_day,)),
        Row("named", ANY, Waits.OFFERED, when=(moving,), do=(offer_moved,)),
        Row("named", Waits.OFFERED, Waits.OFFERED, when=(first_moves,), do=(offer_first_moved,)),
        *reading("named"),
        Row("agreed", Waits.OFFERED, END, when=(in_doubt,), do=(say("pay/in_doubt"),)),
        Row("agreed", Waits.OFFERED, END, do=(keep,)),
        Row("why", ANY, STAY, do=(say_why,)),
        Row("unclear", Waits.DAY, END, do=(ask,)),
        Row("unclear", Waits.OFFERED, Waits.OFFERED, do=(offer_again,)),
        Row("unsure", Waits.OFFERED, Waits.OFFERED, do=(offer_again,)),
        Row("left", ANY, END, when=(promised_already,), do=(say_it_stays,)),
        Row("left", ANY, END, do=(say("promise/left"),)),
        Row("change", ANY, END, when=(plan_runs,), do=(move_plan,)),
        Row("change", ANY, END, when=(about_something_else,), do=(leave_it,)),
        Row("change", ANY, END, when=(nothing_promised,), do=(ask,)),
        Row("change", ANY, Waits.DAY, when=(trouble(*UNFIT),), do=(say_impossible,)),
        Row("change", ANY, END, when=(trouble(Trouble.TODAY),), do=(pay_promised,)),
        Row("change", ANY, Waits.DAY, when=(only_promised_day,), do=(remember_moved,)),
        Row("change", ANY, Waits.OFFERED, when=(only_day,), do=(offer_moved,)),
        Row("change", ANY, Waits.DAY, when=(trouble(Trouble.NO_DAY),), do=(remember_moved,)),
        Row("change", ANY, END, do=(ask,)),
    ),
    answers={
        Waits.DAY: (
            Answer("named", names_day),
            Answer("named", names_sum),
            Answer("left", declines),
            Answer("why", asks_why),
            ASKS_AGAIN,
        ),
        Waits.OFFERED: (
            Answer("agreed", agrees),
            Answer("left", declines),
            Answer("named", names_day),
            Answer("named", names_other_sum),
            Answer("why", asks_why),
            Answer("unsure", unsure, to_pictures=True),
            Answer("unclear", unclear_here, otherwise=True),
        ),
    },
)
