"""A promise to pay: a day, or two with a part each, said back with the date; reminders rest until then."""

from datetime import date, timedelta
from enum import StrEnum

from conversations.effects import KeepPromise, OpenTask, PauseNotices
from conversations.facts import Promised
from conversations.flows.promise_words import KEYWORDS, SET
from conversations.flows.running_plan_words import about_days
from conversations.hearing import parts, yes_no
from conversations.machine import ANY, END, Answer, Flow, Guard, Row, Step
from conversations.promised import LONGEST, Part, Trouble, due_today, read, said
from conversations.turn import Proof, Turn

OFTEN = 3
"""Broken so many times in a row, a person talks about it."""
EXAMPLE = timedelta(days=7)
UNFIT = (Trouble.PAST, Trouble.TOO_FAR)


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
    return not _open(turn)


def about_something_else(turn: Turn) -> bool:
    """They would change something that is not a day."""
    return not said(turn).days and not about_days(turn.wish)


def only_day(turn: Turn) -> bool:
    """A new day, and no new sums: it is the next part that moves."""
    told = said(turn)
    return len(told.days) == 1 and not told.sums


def moving(turn: Turn) -> bool:
    """We asked for the new day of what they had promised, and they name one that is possible."""
    return turn.recall("moving") is True and only_day(turn) and not trouble(*UNFIT, Trouble.TODAY)(turn)


def trouble(*among: Trouble) -> Guard:
    """Their words are no promise, for one of these reasons."""

    def check(turn: Turn) -> bool:
        found = read(turn)
        return isinstance(found, Trouble) and found in among

    return check


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
    turn.remember("part_cents", _open(turn)[0].amount_cents)
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
    _, *others = _open(turn)
    day, cents = said(turn).days[0], _open(turn)[0].amount_cents
    rest = [(p.on, p.amount_cents) for p in others if p.on != day]
    merged = cents + sum(p.amount_cents for p in others if p.on == day)
    _offer(turn, tuple(sorted([(day, merged), *rest])))


def remember_moved(turn: Turn) -> None:
    """What was promised of the whole still is, on whatever day they name."""
    turn.remember("moving", True)
    turn.remember("part_cents", _open(turn)[0].amount_cents)
    turn.say("promise/new_day", amount_cents=_open(turn)[0].amount_cents, promised_on=_open(turn)[0].on.isoformat())


def keep(turn: Turn) -> None:
    """Until the last of these days nothing else is begun."""
    promised = _offered(turn)
    turn.do(KeepPromise(turn.chosen_ids, promised))
    turn.say("promise/kept", first_on=promised[0][0].isoformat())


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


def _offered(turn: Turn) -> tuple[Part, ...]:
    kept = turn.recall("parts")
    listed = [one for one in kept if isinstance(one, list)] if isinstance(kept, list) else []
    return tuple((date.fromisoformat(str(day)), int(str(cents))) for day, cents in listed)


def _open(turn: Turn) -> tuple[Promised, ...]:
    return next((p.promises for p in turn.chosen if p.promises), ())


# Answers


def agrees(turn: Turn) -> bool:
    """SET, or yes; not to days that have gone by meanwhile."""
    said_so = SET(turn) or (turn.heard is not None and yes_no(turn.heard.words) is True)
    return said_so and bool(_offered(turn)) and _offered(turn)[0][0] > turn.today


def declines(turn: Turn) -> bool:
    """No, never mind."""
    return turn.heard is not None and yes_no(turn.heard.words) is False


def names_day(turn: Turn) -> bool:
    """A day, however it is said."""
    return turn.heard is not None and bool(parts(turn.heard.raw, turn.today, bare_day=True).days)


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
        Row("asked", ANY, Waits.DAY, when=(trouble(Trouble.NO_DAY),), do=(ask_day,)),
        *reading("asked"),
        Row("named", ANY, Waits.OFFERED, when=(moving,), do=(offer_moved,)),
        *reading("named"),
        Row("agreed", Waits.OFFERED, END, when=(in_doubt,), do=(say("pay/in_doubt"),)),
        Row("agreed", Waits.OFFERED, END, do=(keep,)),
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
        Waits.DAY: (Answer("named", names_day), Answer("left", declines)),
        Waits.OFFERED: (Answer("agreed", agrees), Answer("left", declines), Answer("named", names_day)),
    },
)
