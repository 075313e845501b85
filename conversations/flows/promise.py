"""A promise to pay: a day, or two with a part each, said back with the date; reminders rest until then."""

from datetime import timedelta
from enum import StrEnum

from conversations.asking_again import unclear
from conversations.effects import KeepPromise, OpenTask, PauseNotices
from conversations.flows.promise_words import KEYWORDS, SET
from conversations.flows.running_plan_words import about_days, names_day
from conversations.hearing import yes_no
from conversations.machine import ANY, END, Answer, Flow, Row, Step
from conversations.promised import (
    LONGEST,
    UNFIT,
    Part,
    Trouble,
    due_today,
    first_moves,
    moving,
    names_other_sum,
    offered_parts,
    only_day,
    open_promises,
    promised_already,
    read,
    said,
    trouble,
    with_first_on,
)
from conversations.turn import Proof, Turn

OFTEN = 3
"""Broken so many times in a row, a person talks about it."""
EXAMPLE = timedelta(days=7)


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


# Steps


def say(message: str) -> Step:
    """Words that need nothing."""
    return lambda turn: turn.say(message)


def show_plan(turn: Turn) -> None:
    """When what is paid."""
    turn.enter("running_plan", "asked")


def move_plan(turn: Turn) -> None:
    """It is an installment that they would move."""
    turn.enter("running_plan", "move")


def ask(turn: Turn) -> None:
    """As if they had not promised anything."""
    turn.enter("promise", "asked")


def leave_it(turn: Turn) -> None:
    """Not for us."""
    turn.enter("idle", "not_understood")


def pay_now(turn: Turn) -> None:
    """Today is now."""
    turn.forget("asked_cents")
    if part := due_today(turn):
        turn.remember("asked_cents", part)
    turn.enter("pay", "asked")


def pay_promised(turn: Turn) -> None:
    """The part that they would pay later, now."""
    turn.remember("part_cents", open_promises(turn)[0].amount_cents)
    pay_now(turn)


def pass_to_staff(turn: Turn) -> None:
    """A person writes about it, by a date."""
    due = turn.facts.office.end_of_next_day(turn.now)
    turn.do(OpenTask("promise", turn.chosen_ids, due))
    turn.do(PauseNotices(turn.chosen_ids, due, "promise"))
    turn.say("promise/by_staff", by_at=due.isoformat())


def ask_day(turn: Turn) -> None:
    """A day, or a sum and a day."""
    sums = [one for one in said(turn).sums if isinstance(one, int)]
    if len(sums) == 1 and 0 < sums[0] < turn.owed_cents:
        turn.remember("part_cents", sums[0])
    turn.say("promise/which_day", example_on=(turn.today + EXAMPLE).isoformat())


def say_unclear(turn: Turn) -> None:
    """How to say it."""
    first = turn.today + EXAMPLE
    turn.say("promise/unclear", first_on=first.isoformat(), then_on=(first + EXAMPLE).isoformat())


def say_impossible(turn: Turn) -> None:
    """The day they named, and the last one possible."""
    days = said(turn).days
    named = min(days) if min(days) < turn.today else max(days)
    turn.say("promise/day_range", named_on=named.isoformat(), last_on=(turn.today + LONGEST).isoformat())


def say_too_much(turn: Turn) -> None:
    """What is owed."""
    turn.say("promise/too_much", owed_cents=turn.owed_cents)


def say_too_little(turn: Turn) -> None:
    """The smallest part."""
    minimum = turn.facts.policy.minimum_payment_cents
    turn.say("promise/too_little", minimum_cents=minimum, minimum=str(-(-minimum // 100)))


def say_whole_only(turn: Turn) -> None:
    """No parts here."""
    turn.say("promise/whole_only", owed_cents=turn.owed_cents)


def offer(turn: Turn) -> None:
    """Said back with weekday and date; nothing is set before they agree."""
    found = read(turn)
    if not isinstance(found, Trouble):
        _offer(turn, found)


def offer_moved(turn: Turn) -> None:
    """The next part on the new day, the other as it was."""
    kept = tuple((one.on, one.amount_cents) for one in open_promises(turn))
    _offer(turn, with_first_on(kept, said(turn).days[0]))


def offer_first_moved(turn: Turn) -> None:
    """What was offered, its first part on the day they named instead."""
    _offer(turn, with_first_on(offered_parts(turn), said(turn).days[0]))


def offer_again(turn: Turn) -> None:
    """A thumb or thanks agree to nothing."""
    _offer(turn, offered_parts(turn))


def say_it_stays(turn: Turn) -> None:
    """What they had promised before."""
    first = open_promises(turn)[0]
    turn.say("promise/stays", amount_cents=first.amount_cents, promised_on=first.on.isoformat())


def remember_moved(turn: Turn) -> None:
    """What was promised of the whole still is, on whatever day they name."""
    turn.remember("moving", True)
    first = open_promises(turn)[0]
    turn.remember("part_cents", first.amount_cents)
    turn.say("promise/new_day", amount_cents=first.amount_cents, promised_on=first.on.isoformat())


def keep(turn: Turn) -> None:
    """Until the last of these days nothing else is begun."""
    promised = offered_parts(turn)
    turn.do(KeepPromise(turn.chosen_ids, promised))
    turn.say("promise/kept", first_cents=promised[0][1], first_on=promised[0][0].isoformat())


def _offer(turn: Turn, promised: tuple[Part, ...]) -> None:
    turn.remember("parts", [[day.isoformat(), cents] for day, cents in promised])
    first, *rest = promised
    turn.say(
        "promise/offered",
        first_cents=first[1],
        first_on=first[0].isoformat(),
        then_cents=rest[0][1] if rest else None,
        then_on=rest[0][0].isoformat() if rest else None,
    )


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
        Row("named", ANY, Waits.OFFERED, when=(moving,), do=(offer_moved,)),
        Row("named", Waits.OFFERED, Waits.OFFERED, when=(first_moves,), do=(offer_first_moved,)),
        *reading("named"),
        Row("agreed", Waits.OFFERED, END, when=(in_doubt,), do=(say("pay/in_doubt"),)),
        Row("agreed", Waits.OFFERED, END, do=(keep,)),
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
        Row("change", ANY, Waits.OFFERED, when=(only_day,), do=(offer_moved,)),
        Row("change", ANY, Waits.DAY, when=(trouble(Trouble.NO_DAY),), do=(remember_moved,)),
        Row("change", ANY, END, do=(ask,)),
    ),
    answers={
        Waits.DAY: (Answer("named", names_day), Answer("left", declines), ASKS_AGAIN),
        Waits.OFFERED: (
            Answer("agreed", agrees),
            Answer("left", declines),
            Answer("named", names_day),
            Answer("named", names_other_sum),
            Answer("unsure", unsure, to_pictures=True),
            Answer("unclear", unclear_here, otherwise=True),
        ),
    },
)
