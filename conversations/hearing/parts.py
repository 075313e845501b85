"""Sums and days in one message: "50 friday and the rest on the 20th"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from conversations.hearing.days import day_words, days
from conversations.hearing.number_words import spelled_amount


class Share(StrEnum):
    """A sum that is named by what it is of the whole."""

    HALF = "half"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Parts:
    """Days and sums (in cents) in the order in which they were named, and how many payments."""

    days: tuple[date, ...] = ()
    sums: tuple[int | Share, ...] = ()
    count: int | None = None
    left: tuple[str, ...] = ()
    """The words that name neither a day nor a number of payments."""


_SHARES: Final = {
    "half": Share.HALF, "mitad": Share.HALF, "rest": Share.REST, "remaining": Share.REST, "remainder": Share.REST,
    "resto": Share.REST, "demas": Share.REST, "restante": Share.REST,
}  # fmt: skip
_NUMBERS: Final = {
    word: value
    for value, words in enumerate(
        "two/dos three/tres four/cuatro five/cinco six/seis seven/siete eight/ocho nine/nueve ten/diez eleven/once"
        " twelve/doce".split(),
        2,
    )
    for word in words.split("/")
}
_PAYMENTS: Final = frozenset(
    "payment payments installments months pago pagos cuotas abonos mensualidades meses parts partes".split()
)
_LIKE: Final = frozenset("monthly equal small mensuales iguales chicos".split())
_COUNTED: Final = frozenset("day days week weeks times hours minutes visits dias semanas veces horas percent x".split())
_SPLITTING: Final = frozenset(
    "split splitting divide break dividir dividirlo dividirla dividen divide divida partir partirlo".split()
)
_INTO: Final = frozenset("in into en".split())
_BETWEEN: Final = frozenset("on by for el".split())
_LONGEST_SUM: Final = 6
_MOST: Final = 99


def parts(raw: str, today: date, *, bare_day: bool = False) -> Parts:
    """What was named. `bare_day`: a day was asked for, and a number alone is one."""
    words = day_words(raw)
    named = days(words, today, bare=bare_day)
    left, at = [], 0
    for day in named:
        left += words[at : day.start]
        at = day.end
    left += words[at:]
    count = _count(left)
    return Parts(tuple(day.on for day in named), _sums(left), count, tuple(left))


def _count(words: list[str]) -> int | None:
    """How many payments; those two words are taken away."""
    if _PAYMENTS.isdisjoint(words):
        return _split_into(words)
    for at, word in enumerate(words[:-1]):
        where = at + 1 if words[at + 1] in _PAYMENTS else at + 2
        number = _NUMBERS.get(word) or (int(word) if word.isdecimal() and len(word) <= 2 else 0)
        if 0 < number <= _MOST and where < len(words) and words[where] in _PAYMENTS:
            if where == at + 2 and words[at + 1] not in _LIKE:
                continue
            del words[at : where + 1]
            return number
    return _split_into(words)


def _split_into(words: list[str]) -> int | None:
    """In "split it in 2" nothing else is divided here than what is owed."""
    if len(words) < 2 or words[-2] not in _INTO or _SPLITTING.isdisjoint(words):
        return None
    number = _NUMBERS.get(words[-1]) or (int(words[-1]) if words[-1].isdecimal() and len(words[-1]) <= 2 else 0)
    if not 1 < number <= _MOST:
        return None
    del words[-2:]
    return number


def _sums(words: Sequence[str]) -> tuple[int | Share, ...]:
    found: list[int | Share] = []
    for at, word in enumerate(words):
        if word in _SHARES:
            found.append(_SHARES[word])
        elif word.isdecimal():
            if len(word) <= _LONGEST_SUM and _COUNTED.isdisjoint(words[at + 1 : at + 2]):
                found.append(int(word) * 100)
        elif word.startswith("usd") and word[3:].isdecimal():
            found.append(int(word[3:]))
    if not any(isinstance(one, int) for one in found):
        spelled = spelled_amount(" ".join([word for word in words if word not in _BETWEEN]))
        found = [spelled, *found] if spelled else found
    return tuple(found)
