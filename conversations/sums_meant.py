"""A sum without the word "pay": what they would do with it. A bare number may be anything: it is asked back."""

from conversations.hearing import Amount, offered, put_off, spread
from conversations.turn import Owner, Turn
from conversations.ways_to_pay import MOVE, PAY, Way, another_day, how_they_would_pay, parts_and_days

LEAST_CENTS = 500
"""Less than that, a bare number is hardly money."""


def sum_meant(turn: Turn) -> Way | None:
    """Where a sum that was named leads; None where there is none, or too little of one."""
    words, named = turn.said.words, turn.said.amount
    if spread(words) or put_off(words):
        return how_they_would_pay(turn)
    if parts_and_days(turn):
        return "promise", "asked"
    if another_day(turn):
        return MOVE
    meant = offered(words, turn.said.raw) if isinstance(named, Amount) else None
    if meant is None or not isinstance(named, Amount):
        return None
    if named.cents < LEAST_CENTS:
        return None
    if meant:
        return PAY
    if turn.kept.owner is not Owner.BOT:
        return None
    verb = "PAGAR" if turn.kept.language == "es" else "PAY"
    dollars, cents = divmod(named.cents, 100)
    turn.remember("meant", [*PAY, f"{verb} {dollars}.{cents:02}" if cents else f"{verb} {dollars}"])
    return "idle", "half_understood"
