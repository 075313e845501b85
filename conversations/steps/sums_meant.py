"""A sum without the word "pay": what they would do with it. A bare number may be anything: it is asked back."""

import re
from typing import Final

from conversations.hearing import Amount, Share, normalise, offered, put_off, spread
from conversations.hearing.amounts import amount
from conversations.hearing.corrections import corrected
from conversations.hearing.lone_numbers import lone_number
from conversations.money import typed
from conversations.steps.visits_meant import visit_meant, visit_sum_meant
from conversations.steps.ways_to_pay import (
    BESIDE,
    MOVE,
    ONE_VISIT,
    PAY,
    Way,
    another_day,
    how_they_would_pay,
    parts_and_days,
)
from conversations.turn import Owner, Proof, Turn

_CLAUSES: Final = re.compile(r"[,;!?\n]\s+|\.\s+|\b(?:but|pero|so|entonces)\b", re.IGNORECASE)
_DIGIT: Final = re.compile(r"\d")
LEAST_CENTS = 500
"""Less than that, a bare number is hardly money."""
SUM_DIGITS = 4
"""A lone number that is longer is no sum."""
BESIDE_HALF = frozenset("put my mi card tarjeta porfa bill cuenta balance saldo con en hold at least like".split())
SHORT = 5
"""Words in which a visit alone is one that they would pay: "just the april visit"."""
ASKED_BACK = "idle.meant"
LINK_GIVEN = "pay/"
"""How the names of answers begin that told a sum to pay."""


def sum_meant(turn: Turn) -> Way | None:
    """Where a sum that was named leads; None where there is none, or too little of one."""
    words, named = turn.said.words, turn.said.amount
    if spread(words) or put_off(words):
        return how_they_would_pay(turn)
    if parts_and_days(turn):
        return "promise", "asked"
    if another_day(turn):
        return MOVE
    if part := _part_meant(turn):
        return part
    if piece_of_number(turn):
        return "card", "piece_sent"
    meant = _offered(turn) if isinstance(named, Amount) else None
    if meant is None or not isinstance(named, Amount):
        return _asked_back(turn, _other_sum(turn))
    if named.cents < LEAST_CENTS:
        return None
    return PAY if meant else _asked_back(turn, named)


def _other_sum(turn: Turn) -> Amount | None:
    """Another one than they have just been given a link for: "no wait, make it 60"."""
    if not turn.kept.last_answer.startswith(LINK_GIVEN):
        return None
    stands = corrected(turn.said.words)
    named = amount(stands) if stands != turn.said.words and offered(stands, stands) is not None else None
    return named if isinstance(named, Amount) and named.cents >= LEAST_CENTS else None


def _asked_back(turn: Turn, named: Amount | None) -> Way | None:
    """Whether they mean to pay it."""
    if named is None or turn.kept.owner is not Owner.BOT:
        return None
    verb = "PAGAR" if turn.kept.language == "es" else "PAY"
    turn.remember("meant", [*PAY, f"{verb} {typed(named.cents)}"])
    return "idle", "half_understood"


def _part_meant(turn: Turn) -> Way | None:
    """Half of it, or one visit."""
    if _half(turn):
        return PAY
    short = len(turn.said.words.split()) <= SHORT
    return ONE_VISIT if visit_sum_meant(turn) or (short and visit_meant(turn)) else None


def _half(turn: Turn) -> bool:
    """Half, and hardly a word beside it: "put half on my card"."""
    told = turn.parts
    return told.sums == (Share.HALF,) and not told.days and set(told.left) <= BESIDE | BESIDE_HALF


def _offered(turn: Turn) -> bool | None:
    """In one breath, or after a reason: "i dont have all of it, can i give you 60?"."""
    whole = offered(turn.said.words, turn.said.raw)
    if whole is not None:
        return whole
    clauses = [clause for clause in _CLAUSES.split(turn.said.raw) if _DIGIT.search(clause)]
    return True if len(clauses) == 1 and offered(normalise(clauses[0]), clauses[0]) else None


def piece_of_number(turn: Turn) -> bool:
    """Nothing but four to seven digits that no question asked for: said back, a card would lie in our answers.

    Who was told what they owe may mean a sum of four digits up to that; a second one is none.
    """
    digits, named = lone_number(turn.said.raw), turn.said.amount
    if not digits or len(digits) > SUM_DIGITS or turn.kept.state == ASKED_BACK or not turn.proved(Proof.PHONE):
        return bool(digits)
    return not isinstance(named, Amount) or named.cents > turn.owed_cents
