"""What forms of these pages have in common: a birth date in three fields, and mistakes that point to their field."""

from collections.abc import Mapping
from datetime import date

from bot.web.forms import one
from bot.web.signed import Form

Mistakes = dict[str, str]
"""By the id of the field: the name of the words that say what to mend."""
BORN = ("born_month", "born_day", "born_year")
MANY_DIGITS = 8


def blank(*names: str) -> dict[str, str]:
    """A form that nobody filled in yet."""
    return dict.fromkeys((*names, *BORN), "")


def read_born(values: Mapping[str, str], earliest: int, today: date) -> date | None:
    """The birth date, if it is one: a day that exists, and has been."""
    month, day, year = (values[name] for name in BORN)
    if not all(part.isascii() and part.isdigit() for part in (month, day, year)):
        return None
    try:
        born = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return born if earliest <= born.year and born <= today else None


def born_of(form: Form) -> dict[str, str]:
    """The three fields as they were typed."""
    return {name: one(form, name, 4) for name in BORN}


def born_as_kept(form: Form) -> str:
    """`1980-04-28`, as files have it; whatever was typed, it is only compared."""
    born = born_of(form)
    return "-".join((born["born_year"], born["born_month"].zfill(2), born["born_day"].zfill(2)))


def looks_like_a_card(text: str) -> bool:
    """Nobody's name has so many digits; what may be a card is never shown again."""
    return sum(sign.isdigit() for sign in text) >= MANY_DIGITS
