"""Which visit somebody would pay: "the april one", "only the march visit", "la de abril", "the visit on 4/2"."""

from datetime import timedelta
from typing import Final

from conversations.facts import Visit
from conversations.hearing import Amount, normalise, parts
from conversations.hearing.days import MONTHS
from conversations.turn import Proof, Turn

TOO_FAR = timedelta(days=60)
"""A day without a year that is further ahead has been: nobody pays on it, nor says on which day of next winter."""
_BEFORE: Final = frozenset("the la el los las del de for from of only just solo solamente my visit visita cita".split())
_AFTER: Final = frozenset("one ones visit visits bill charge appointment appt visita visitas cita cuenta".split())
_VISIT: Final = frozenset("visit visits visita visitas appointment appt cita citas".split())
_THINGS: Final = frozenset("one the visit la el visita".split())
_COUNTED: Final = frozenset("end first middle beginning fin principios mediados finales start month mes".split())
_LONGEST: Final = 12


def visit_meant(turn: Turn) -> bool:
    """Do they speak of one visit, by its month or its day?"""
    words = turn.said.words
    if len(words.split()) > _LONGEST:
        return False
    days = turn.parts.days
    if any(turn.today < day <= turn.today + TOO_FAR for day in days):
        return False  # they would pay on that day
    return bool(_months(words)) or (bool(days) and not _VISIT.isdisjoint(words.split()))


def visit_sum_meant(turn: Turn) -> bool:
    """The sum of one visit, spoken of as a thing: "the 120 one", "la de 64.50", by those who may know of visits."""
    words = set(turn.said.words.split())
    few = len(words) <= _LONGEST and not words.isdisjoint(_THINGS)
    return few and turn.proved(Proof.PERSON) and len(_of_sum(turn)) == 1


def _of_sum(turn: Turn) -> list[Visit]:
    named = turn.said.amount if turn.heard else None
    open_ones = [visit for person in turn.chosen for visit in person.visits]
    return [visit for visit in open_ones if isinstance(named, Amount) and visit.remaining_cents == named.cents]


def visits_meant(turn: Turn) -> list[Visit]:
    """Those of the people this talk is about that fit what they said."""
    open_ones = [visit for person in turn.chosen for visit in person.visits]
    days = {(day.month, day.day) for day in parts(turn.wish, turn.today).days}
    if days:
        return [visit for visit in open_ones if (visit.service_on.month, visit.service_on.day) in days]
    months = _months(normalise(turn.wish))
    if not months:
        return _of_sum(turn)
    return [visit for visit in open_ones if visit.service_on.month in months]


def _months(words: str) -> frozenset[int]:
    """Months that stand for a visit: "the april one", never "in april", "april 20" or "the end of may"."""
    said = ["", *words.split(), ""]
    if not _COUNTED.isdisjoint(said):
        return frozenset()
    return frozenset(
        MONTHS[word]
        for before, word, after in zip(said, said[1:], said[2:], strict=False)
        if word in MONTHS and not after.isdecimal() and (before in _BEFORE or after in _AFTER)
    )
