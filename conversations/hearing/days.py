"""Days that somebody names, as dates: "friday", "the 20th", "el 15 de mayo", "in two weeks". Vague is no day."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from string import digits
from typing import Final

from conversations.hearing.text import fold_digits, normalise


@dataclass(frozen=True, slots=True)
class Day:
    """A day and the words it was named with: `words[start:end]` of what `day_words` makes of the message."""

    on: date
    start: int
    end: int


_WRITTEN: Final = re.compile(r"(?<![\w/.$-])(\d{1,2})[/-](\d{1,2})(?:[/-](20\d\d|\d\d))?(?![\w/-])")
_MONEY: Final = re.compile(
    r"\$ ?(\d[\d,]*)(?:\.(\d\d))?(?!\d)|(?<![\w.,])(\d[\d,]*)\.(\d\d)(?!\d)|(?<![\w.,])(\d{1,3}(?:,\d{3})+)()(?![\d,])"
)
_WEEKDAYS: Final = {
    word: at
    for at, words in enumerate(
        (
            "monday mon lunes", "tuesday tue tues martes", "wednesday wed weds miercoles",
            "thursday thu thur thurs jueves", "friday fri viernes vie", "saturday sat sabado", "sunday sun domingo",
        )
    )
    for word in words.split()
}  # fmt: skip
MONTHS: Final = {
    word: at
    for at, words in enumerate(
        (
            "january jan enero", "february feb febrero", "march mar marzo", "april apr abril", "may mayo",
            "june jun junio", "july jul julio", "august aug agosto", "september sep sept septiembre setiembre",
            "october oct octubre", "november nov noviembre", "december dec diciembre",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
_ORDINALS: Final = {
    "first": 1, "primero": 1, "uno": 1, "fifth": 5, "cinco": 5, "tenth": 10, "diez": 10, "fifteenth": 15, "quince": 15,
    "twentieth": 20, "veinte": 20, "thirtieth": 30, "treinta": 30,
}  # fmt: skip
_COUNTS: Final = {
    "a": 1, "an": 1, "one": 1, "un": 1, "una": 1, "two": 2, "dos": 2, "three": 3, "tres": 3, "four": 4, "cuatro": 4,
    "five": 5, "cinco": 5, "six": 6, "ten": 10, "diez": 10, "fifteen": 15, "quince": 15,
}  # fmt: skip
_UNITS: Final = {"day": 1, "days": 1, "dia": 1, "dias": 1, "week": 7, "weeks": 7, "semana": 7, "semanas": 7}
_DIGIT: Final = re.compile("[0-9]")
_STROKE: Final = "md"
_STROKES: Final = re.compile(r"md(\d+)x(\d+)x(\d+)")
_PLAIN: Final = re.compile(r"(\d{1,2})")
_NUMBER: Final = re.compile(r"(\d{1,2})(st|nd|rd|th)?")
_NEXT: Final = frozenset({"next", "proximo", "proxima", "siguiente"})
_THE: Final = frozenset("the el dia day los".split())
_ENDS_OF_MONTH: Final = {
    "end": (("end", "of", "the", "month"), ("end", "of", "month")),
    "fin": (("fin", "de", "mes"),),
    "month": (("month", "end"),),
}
_TODAY: Final = frozenset({"today", "tonight", "hoy"})
_TOMORROW: Final = frozenset({"tomorrow", "tomorow", "tmrw", "tmr", "tmw", "manana"})
_DENIED: Final = frozenset("cant cannot not dont wont couldnt no".split())
_NOT_DAYS: Final = frozenset(
    "one two visit visits bill payment part half option time person visita pago parte cuenta mitad opcion vez".split()
)
"""After them "the first" is the first of these, not the first of the month."""
_HALF_A_YEAR: Final = timedelta(days=183)


def day_words(raw: str) -> list[str]:
    """Plain words; a date written with strokes is one word, and so is a sum with a sign or with cents."""
    if raw.isascii() and _DIGIT.search(raw) is None:
        return normalise(raw).split()  # nothing to be told apart, as in most messages
    text = fold_digits(raw).casefold()
    text = _WRITTEN.sub(lambda found: f" md{found[1]}x{found[2]}x{found[3] or 0} ", text)
    return normalise(_MONEY.sub(_as_word, text)).split()


def _as_word(found: re.Match[str]) -> str:
    whole, part = next((found[n], found[n + 1]) for n in (1, 3, 5) if found[n])
    return f" usd{int(whole.replace(',', '')) * 100 + int(part or 0)} "


def days(words: Sequence[str], today: date, *, bare: bool = False) -> tuple[Day, ...]:
    """Every day named in `day_words`, in order; `bare`: where a day was asked for, "20" is one too."""
    found: list[Day] = []
    at = 0
    while at < len(words):
        word = words[at]
        may_begin = word in _READERS or word[0] in _READERS or word.startswith(_STROKE)
        day = _named(words, at, today, bare=bare) if may_begin else None
        if day is None:
            at += 1
            continue
        if found and found[-1].end == at and words[at - 1] in _WEEKDAYS:
            day = Day(day.on, found.pop().start, day.end)  # "Wed 05/20" is one day; the date says which
        found.append(day)
        at = day.end
    return tuple(found)


def _named(words: Sequence[str], at: int, today: date, *, bare: bool) -> Day | None:
    word = words[at]
    for read in _READERS.get(word) or _READERS.get(_STROKE if word.startswith(_STROKE) else word[0], ()):
        if (day := read(words, at, today)) is not None:
            return day
    number = _NUMBER.fullmatch(word) if bare and len(words) - at == 1 else None
    on = _next_such(int(number[1]), today) if number else None
    return Day(on, at, at + 1) if on else None


def _written(words: Sequence[str], at: int, today: date) -> Day | None:
    """05/20, 5-20-26"""
    strokes = _STROKES.fullmatch(words[at])
    if strokes is None:
        return None
    month, day, year = map(int, strokes.groups())
    return _dated(today, month, day, at, at + 1, year)


def _of_a_month(words: Sequence[str], at: int, today: date) -> Day | None:
    """May 20, the 20th of may, 20 de mayo"""
    day = _day_number(words, at + 1)
    if words[at] in MONTHS and day:
        return _dated(today, MONTHS[words[at]], day, at, at + 2)
    day = _day_number(words, at)
    after = at + 2 if _word(words, at + 1) in ("of", "de") else at + 1
    if day and _word(words, after) in MONTHS and not (after == at + 1 and _word(words, after) == "may"):
        return _dated(today, MONTHS[words[after]], day, at, after + 1)
    return None


def _dated(today: date, month: int, day: int, start: int, end: int, year: int = 0) -> Day | None:
    if not 1 <= month <= 12 or (year and year < 100 and not 20 <= year <= 99):
        return None
    full = (year + 2000 if year < 100 else year) if year else today.year
    if not 1 <= day <= monthrange(full, month)[1]:
        return None
    on = date(full, month, day)
    if not year and today - on > _HALF_A_YEAR and day <= monthrange(full + 1, month)[1]:
        on = date(full + 1, month, day)
    return Day(on, start, end)


def _weekday(words: Sequence[str], at: int, today: date) -> Day | None:
    """Friday, next friday, el proximo viernes"""
    following = words[at] in _NEXT
    where = at + 1 if following else at
    weekday = _WEEKDAYS.get(_word(words, where))
    if weekday is None:
        return None
    number = _plain(words, where + 1)
    on = _next_such(int(number[1]), today) if number else None
    if on and on.weekday() == weekday and _word(words, where + 2) not in MONTHS | {"of": 0, "de": 0}:
        return Day(on, at, where + 2)  # "jueves 8": the number says which, where it fits
    ahead = 7 - today.weekday() + weekday if following else (weekday - today.weekday()) % 7 or 7
    return Day(today + timedelta(days=ahead), at, where + 1)


def _of_the_month(words: Sequence[str], at: int, today: date) -> Day | None:
    """The 20th, el dia 20, 20th, el primero"""
    marked, where = False, at
    while _word(words, where) in _THE:
        marked, where = True, where + 1
    if marked and where < len(words) and (dated := _of_a_month(words, where, today)):
        return Day(dated.on, at, dated.end)  # "the 4th of july"
    number = _NUMBER.fullmatch(_word(words, where))
    day = _day_number(words, where) if marked or (number and number[2]) else None
    if day and not number and _word(words, where + 1) in _NOT_DAYS:
        return None
    on = _next_such(day, today) if day else None
    return Day(on, at, where + 1) if on else None


def _far_off(words: Sequence[str], at: int, today: date) -> Day | None:
    """In two weeks, en 15 dias, end of the month, fin de mes, la quincena"""
    if words[at] in ("in", "en"):
        count = _COUNTS.get(_word(words, at + 1)) or (int(number[1]) if (number := _plain(words, at + 1)) else 0)
        unit = _UNITS.get(_word(words, at + 2), 0)
        return Day(today + timedelta(days=count * unit), at, at + 3) if count and unit else None
    for phrase in _ENDS_OF_MONTH.get(words[at], ()):
        if tuple(words[at : at + len(phrase)]) == phrase:
            return Day(_end_of_month(today), at, at + len(phrase))
    if words[at] == "quincena":
        middle = _next_such(15, today) or today
        return Day(min(middle, _end_of_month(today)), at, at + 1)
    return None


def _near(words: Sequence[str], at: int, today: date) -> Day | None:
    """Today, tomorrow, pasado manana"""
    after = words[at + 2 : at + 3] if _word(words, at + 1) in ("i", "we", "yo") else words[at + 1 : at + 2]
    if words[at] in _TODAY and _DENIED.isdisjoint([*words[max(0, at - 4) : at], *after]):
        return Day(today, at, at + 1)
    if tuple(words[at : at + 4]) == ("the", "day", "after", "tomorrow") or tuple(words[at : at + 2]) == (
        "pasado", "manana",
    ):  # fmt: skip
        return Day(today + timedelta(days=2), at, at + (4 if words[at] == "the" else 2))
    morning = words[at] == "manana" and at > 0 and words[at - 1] == "la"
    return Day(today + timedelta(days=1), at, at + 1) if words[at] in _TOMORROW and not morning else None


def _word(words: Sequence[str], at: int) -> str:
    return words[at] if at < len(words) else ""


def _plain(words: Sequence[str], at: int) -> re.Match[str] | None:
    return _PLAIN.fullmatch(words[at]) if at < len(words) else None


def _day_number(words: Sequence[str], at: int) -> int | None:
    word = _word(words, at)
    number = _NUMBER.fullmatch(word)
    day = int(number[1]) if number else _ORDINALS.get(word, 0)
    return day if 1 <= day <= 31 else None


def _next_such(day: int, today: date) -> date | None:
    """The next day after today with that number; months that are too short for it are passed over."""
    if not 1 <= day <= 31:
        return None
    year, month = today.year, today.month
    for _ in range(4):
        if day <= monthrange(year, month)[1] and date(year, month, day) > today:
            return date(year, month, day)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return None


def _end_of_month(today: date) -> date:
    last = date(today.year, today.month, monthrange(today.year, today.month)[1])
    tomorrow = today + timedelta(days=1)
    return last if last > today else date(tomorrow.year, tomorrow.month, monthrange(tomorrow.year, tomorrow.month)[1])


_Reader = Callable[[Sequence[str], int, date], Day | None]


def _by_first_word(readers: Mapping[_Reader, Iterable[str]]) -> Mapping[str, tuple[_Reader, ...]]:
    index: dict[str, tuple[_Reader, ...]] = {}
    for reader, begins in readers.items():
        for begin in begins:
            index[begin] = (*index.get(begin, ()), reader)
    return index


_READERS: Final = _by_first_word(
    {
        _written: [_STROKE],
        _of_a_month: [*digits, *MONTHS, *_ORDINALS],
        _weekday: [*_WEEKDAYS, *_NEXT],
        _of_the_month: [*digits, *_THE],
        _far_off: ["in", "en", "quincena", *_ENDS_OF_MONTH],
        _near: ["the", "pasado", *_TODAY, *_TOMORROW],
    }
)
"""Who reads a day that begins with this word, this digit, or a date with strokes: most words begin none."""
