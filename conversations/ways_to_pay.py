"""What somebody who would pay asks for: a link now, a day to pay on, or parts over time."""

from conversations.hearing import parts, put_off, spread
from conversations.turn import Turn

Way = tuple[str, str]
PAY: Way = ("pay", "asked")
NOW = frozenset("now today hoy ahora ahorita".split())


def how_they_would_pay(turn: Turn) -> Way:
    """Now, on a later day, or in parts over time."""
    if spread(turn.said.words):
        return "plan", "asked"
    return ("promise", "asked") if put_off(turn.said.words) or _later(turn) else PAY


def _later(turn: Turn) -> bool:
    """A day is named that is still to come, and not now as well."""
    days = parts(turn.said.raw, turn.today).days
    return any(day > turn.today for day in days) and NOW.isdisjoint(turn.said.words.split())
