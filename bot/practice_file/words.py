"""How single values of a practice file are written, both ways. A reader raises with the way out."""

import re
from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from conversations.money import parse_dollars
from conversations.policy import Window


class UnreadableError(ValueError):
    """A value is not written as it must be; the message says how."""


LAST_MOMENT = time.max
"""24:00, which is no time of day in Python: the window shuts with the day."""


def money(value: str) -> int:
    """`25.00` as cents."""
    return parse_dollars(value)


def money_words(cents: int) -> str:
    """`25.00` for 2500."""
    return f"{cents // 100}.{cents % 100:02d}"


def window(value: str) -> Window:
    """`08:00-17:00`."""
    found = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)", value)
    if not found:
        raise UnreadableError("hours are written like 08:00-17:00")
    opens = time(int(found[1]), int(found[2]))
    shuts = time(int(found[3]), int(found[4])) if found[3] else LAST_MOMENT
    if opens >= shuts:
        raise UnreadableError("the first time must be earlier than the second, on one day, as in 08:00-17:00")
    return Window(opens, shuts)


def window_words(hours: Window | None) -> str:
    """`08:00-17:00`, or nothing for a closed day."""
    if hours is None:
        return ""
    shuts = "24:00" if hours.shuts == LAST_MOMENT else f"{hours.shuts:%H:%M}"
    return f"{hours.opens:%H:%M}-{shuts}"


def zone(value: str) -> str:
    """An IANA time zone by its own name."""
    try:
        place = ZoneInfo(value) if re.fullmatch(r"[A-Za-z0-9_+/-]{1,60}", value) else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        place = None
    if place is None:
        raise UnreadableError("write an IANA time zone, like America/Los_Angeles")
    return place.key


def day(value: object) -> date:
    """`2026-12-25`, in quotes or bare."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        raise UnreadableError("a date is written like 2026-12-25")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise UnreadableError("there is no such day; a date is written like 2026-12-25") from None


def phone(value: str) -> str:
    """A number in the form +12065550142, one that can exist."""
    from phonenumbers import NumberParseException, is_possible_number, parse

    shape = "write the number like +12065550142: a plus, the country, no spaces"
    if not re.fullmatch(r"\+[1-9][0-9]{7,14}", value):
        raise UnreadableError(shape)
    try:
        possible = is_possible_number(parse(value))
    except NumberParseException:
        possible = False
    if not possible:
        raise UnreadableError(f"there can be no such phone number; {shape}")
    return value


@lru_cache(maxsize=1024)  # of a practice, and asked for in each turn
def phone_display(number: str) -> str:
    """`206-555-0142` for a North American number, the number itself otherwise."""
    if len(number) == 12 and number.startswith("+1") and number[2:].isdecimal():
        return f"{number[2:5]}-{number[5:8]}-{number[8:]}"
    return number
