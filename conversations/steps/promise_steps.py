"""What we say and do about a promise to pay; the flow `promise` says when."""

from datetime import timedelta

from conversations.effects import KeepPromise, OpenTask, PauseNotices
from conversations.money import typed
from conversations.steps.promised import (
    LONGEST,
    Part,
    Trouble,
    due_today,
    offered_parts,
    open_promises,
    part_named,
    read,
    said,
    with_first_on,
)
from conversations.turn import Turn

EXAMPLE = timedelta(days=7)


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
    """A day, or a sum and a day; of the sum that they named, only the day."""
    if part := part_named(turn):
        turn.remember("part_cents", part)
        return turn.say("promise/which_day_part", part_cents=part, part=typed(part), example_on=_example(turn))
    return turn.say("promise/which_day", example_on=_example(turn))


def say_none_set(turn: Turn) -> None:
    """They asked when, and nothing is agreed."""
    turn.say("promise/none_set", example_on=_example(turn))


def say_promised(turn: Turn) -> None:
    """What they chose."""
    first = open_promises(turn)[0]
    turn.say("promise/shown", amount_cents=first.amount_cents, promised_on=first.on.isoformat())


def say_why(turn: Turn) -> None:
    """What a day is good for."""
    turn.say("promise/why", offered=bool(offered_parts(turn)))


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


def _example(turn: Turn) -> str:
    return (turn.today + EXAMPLE).isoformat()


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
