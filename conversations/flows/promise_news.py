"""The day of a promise has come, or has gone by: asked gently, then a plan is offered, then a person looks at it."""

from conversations.effects import Kind, OpenPayLink, OpenTask
from conversations.events import PromiseBroken, PromiseDue
from conversations.machine import ANY, END, Flow, Row
from conversations.steps.plain import skip
from conversations.turn import Owner, Turn

OFTEN = 3
TWICE = 2


# Guards


def gone(turn: Turn) -> bool:
    """Nobody on this address any more, or the patient has died."""
    return not _people(turn) or turn.facts.all_deceased


def settled(turn: Turn) -> bool:
    """They owe nothing any more."""
    return _owed(turn) <= 0


def under_review(turn: Turn) -> bool:
    """Billing is looking at it: nobody is reminded."""
    return any(person.review for person in map(turn.facts.person, _people(turn)) if person)


def staff_talk(turn: Turn) -> bool:
    """A person from the practice talks with them now."""
    return turn.kept.owner is Owner.STAFF


def shared(turn: Turn) -> bool:
    """Several people read this: no sum."""
    return turn.facts.shared


def often(turn: Turn) -> bool:
    """Reminding does not help them."""
    return isinstance(turn.event, PromiseBroken) and turn.event.times >= OFTEN


def twice(turn: Turn) -> bool:
    """Smaller payments may be easier."""
    return isinstance(turn.event, PromiseBroken) and turn.event.times == TWICE


# Steps


def ask_for_it(turn: Turn) -> None:
    """As they asked, today."""
    if isinstance(turn.event, PromiseDue):
        cents = min(turn.event.amount_cents, _owed(turn))
        turn.say("promise_news/due", kind=Kind.NOTICE, link=OpenPayLink(_people(turn), cents), amount_cents=cents)


def say_neutrally(turn: Turn) -> None:
    """As they asked, without a sum; the page asks for a code."""
    turn.say("promise_news/neutral", kind=Kind.NOTICE, link=OpenPayLink(_people(turn), asks_code=True))


def say_gently(turn: Turn) -> None:
    """Another day is fine."""
    turn.say("promise_news/missed", kind=Kind.NOTICE, link=OpenPayLink(_people(turn)))


def offer_plan(turn: Turn) -> None:
    """Smaller payments."""
    turn.say("promise_news/missed_again", kind=Kind.NOTICE)


def tell_staff(turn: Turn) -> None:
    """A person looks at it; we say nothing."""
    turn.do(OpenTask("promise_broken", _people(turn), turn.facts.office.end_of_next_day(turn.now)))
    turn.skip("promise_broken_often")


def _people(turn: Turn) -> tuple[int, ...]:
    ids = turn.event.person_ids if isinstance(turn.event, PromiseDue | PromiseBroken) else ()
    return tuple(one for one in ids if turn.facts.person(one))


def _owed(turn: Turn) -> int:
    return sum(person.balance_cents for person in map(turn.facts.person, _people(turn)) if person)


flow = Flow(
    name="promise_news",
    states=None,
    public=True,
    events={PromiseDue: "due", PromiseBroken: "broken"},
    rows=(
        Row("due", ANY, END, when=(gone,), do=(skip("nobody_to_tell"),)),
        Row("due", ANY, END, when=(settled,), do=(skip("nothing_owed"),)),
        Row("due", ANY, END, when=(under_review,), do=(skip("under_review"),)),
        Row("due", ANY, END, when=(staff_talk,), do=(skip("staff_owns_thread"),)),
        Row("due", ANY, END, when=(shared,), do=(say_neutrally,)),
        Row("due", ANY, END, do=(ask_for_it,)),
        Row("broken", ANY, END, when=(gone,), do=(skip("nobody_to_tell"),)),
        Row("broken", ANY, END, when=(settled,), do=(skip("nothing_owed"),)),
        Row("broken", ANY, END, when=(under_review,), do=(skip("under_review"),)),
        Row("broken", ANY, END, when=(often,), do=(tell_staff,)),
        Row("broken", ANY, END, when=(staff_talk,), do=(skip("staff_owns_thread"),)),
        Row("broken", ANY, END, when=(twice,), do=(offer_plan,)),
        Row("broken", ANY, END, when=(shared,), do=(say_neutrally,)),
        Row("broken", ANY, END, do=(say_gently,)),
    ),
)
