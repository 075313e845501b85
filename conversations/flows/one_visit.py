"""Pay the april one: which visit that is, its sum, and the page where it is chosen. Visits take proof of the person."""

from conversations.machine import ANY, END, Flow, Row
from conversations.steps.plain import say
from conversations.steps.proving import own_link
from conversations.steps.visits_meant import visits_meant
from conversations.turn import Turn

# Guards


def in_doubt(turn: Turn) -> bool:
    """A payment is under way: a second one could be taken twice."""
    return turn.facts.payment_in_doubt


def nothing_owed(turn: Turn) -> bool:
    """Zero, or a credit."""
    return turn.owed_cents <= 0


def whole_only(turn: Turn) -> bool:
    """One of several visits is a part, and this office takes the whole only."""
    return not turn.facts.policy.partial_payments


def found(turn: Turn) -> bool:
    """There is exactly one such."""
    return len(visits_meant(turn)) == 1


# Steps


def say_whole_only(turn: Turn) -> None:
    """With the sum."""
    turn.say("pay/whole_only_owed", owed_cents=turn.owed_cents)


def show_it(turn: Turn) -> None:
    """Its day and its sum; the page takes it."""
    visit = visits_meant(turn)[0]
    on, cents = visit.service_on.isoformat(), visit.remaining_cents
    turn.say("one_visit/found", link=own_link(turn), visit_on=on, visit_cents=cents, minutes=_minutes(turn))


def show_all(turn: Turn) -> None:
    """None, or more than one: they choose."""
    turn.say("one_visit/choose", link=own_link(turn), minutes=_minutes(turn))


def _minutes(turn: Turn) -> int:
    return turn.facts.policy.link_minutes


flow = Flow(
    name="one_visit",
    states=None,
    rows=(
        Row("asked", ANY, END, when=(in_doubt,), do=(say("pay/in_doubt"),)),
        Row("asked", ANY, END, when=(nothing_owed,), do=(say("pay/nothing"),)),
        Row("asked", ANY, END, when=(whole_only,), do=(say_whole_only,)),
        Row("asked", ANY, END, when=(found,), do=(show_it,)),
        Row("asked", ANY, END, do=(show_all,)),
    ),
)
