"""Single cells: what each says, or why it cannot be read. Nothing here repeats a patient's data in a reason."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.imports.reading import Columns, Row
from bot.imports.report import Problems
from bot.practice_file import words

MOST_CENTS = 9_999_999_999
LONGEST_ID = 100


class CellError(ValueError):
    """The cell cannot be read; the message says how it is written."""


AT_HOME = frozenset({"US", "PR", "VI", "GU", "AS", "MP", "CA"})


@dataclass(frozen=True, slots=True)
class Phone:
    """A number that can exist, and where it may ring."""

    number: str
    valid: bool
    zones: tuple[str, ...]
    toll_free: bool


def read_strictly(
    row: Row, columns: Columns, readers: Mapping[str, Callable[[str], Any]], problems: Problems
) -> dict[str, Any]:
    """The cells of a row where every bad one refuses the file."""
    said: dict[str, Any] = {}
    for column in columns.required:
        if column not in row.cells:
            problems.error(row.line, column, "must not be empty")
    for column, cell in row.cells.items():
        try:
            said[column] = readers[column](cell)
        except CellError as fault:
            problems.error(row.line, column, str(fault))
    return said


def identifier(cell: str) -> str:
    """The practice's own name for something."""
    if len(cell) > LONGEST_ID or not cell.isprintable():
        raise CellError(f"an id is at most {LONGEST_ID} characters on one line")
    if cell[0] in "=@\t" or (cell[0] in "+-" and not cell[1:].isdigit()):
        raise CellError("this is a spreadsheet formula, not an id")
    return cell


def text(cell: str) -> str:
    """Words on one line; whatever breaks lines becomes a space."""
    line = " ".join("".join(c if c.isprintable() else " " for c in cell).split())
    if len(line) > 200:
        raise CellError("is longer than 200 characters")
    return line


def money(cell: str) -> int:
    """`184.50`"""
    try:
        cents = words.money(cell)
    except ValueError:
        raise CellError(
            "money is written like 184.50: digits, a point and two decimals, no sign or separator"
        ) from None
    if cents > MOST_CENTS:
        raise CellError("is more money than a bill can hold")
    return cents


def day(cell: str) -> date:
    """`2026-05-06`"""
    try:
        return words.day(cell)
    except ValueError:
        raise CellError("a date is written like 2026-05-06, and must exist") from None


def birth_date(cell: str, today: date) -> date:
    """A day in the past."""
    born = day(cell)
    if born > today:
        raise CellError("a birth date lies in the past")
    return born


def moment(cell: str) -> datetime:
    """A date, or a time with its zone like 2026-05-06T10:05:00Z."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        return datetime.combine(day(cell), time(), UTC)
    try:
        found = datetime.fromisoformat(cell)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise CellError("is a date like 2026-05-06, or a time like 2026-05-06T10:05:00Z")


def yes_no(cell: str) -> bool:
    """`yes` or `no`"""
    if (said := cell.lower()) not in {"yes", "no"}:
        raise CellError("is yes or no")
    return said == "yes"


def email(cell: str) -> str:
    """A mail address, in lower case."""
    shape = r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"
    address = cell.lower()
    if len(address) > 254 or not re.fullmatch(shape, address) or ".." in address or address.startswith("."):
        raise CellError("is not a mail address")
    return address


def zip_code(cell: str) -> str:
    """`98101` or `98101-2345`"""
    if not re.fullmatch(r"[0-9]{5}(-[0-9]{4})?", cell):
        lost = "; the spreadsheet lost its leading zero" if re.fullmatch(r"[0-9]{3,4}", cell) else ""
        raise CellError(f"is not a ZIP code{lost}")
    return cell


def time_zone(cell: str) -> str:
    """An IANA time zone."""
    try:
        return words.zone(cell)
    except ValueError:
        raise CellError("is not an IANA time zone like America/Los_Angeles") from None


def language(cell: str) -> str:
    """`en` or `es`; a region is dropped."""
    code = cell.lower().replace("_", "-").partition("-")[0]
    if code not in {"en", "es"}:
        raise CellError("is not en or es")
    return code


def phone(cell: str) -> Phone:
    """A number as people write it, American unless it says otherwise."""
    import phonenumbers
    from phonenumbers import timezone

    try:
        number = phonenumbers.parse(cell if len(cell) <= 40 else "", "US")
    except phonenumbers.NumberParseException:
        raise CellError("is not a phone number") from None
    if number.extension:
        raise CellError("has an extension, so it cannot be texted")
    if not phonenumbers.is_possible_number(number):
        raise CellError("is not a possible phone number")
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    zones = tuple(zone for zone in timezone.time_zones_for_number(number) if _is_zone(zone))
    toll_free = bool(re.match(r"\+18(00|33|44|55|66|77|88)", written))
    return Phone(written, phonenumbers.is_valid_number(number), zones, toll_free)


def may_get_codes(number: str) -> bool:
    """Is it in the United States, their islands or Canada, and no premium one? Codes go nowhere else."""
    import phonenumbers

    known = phonenumbers.parse(number)
    dear = phonenumbers.number_type(known) == phonenumbers.PhoneNumberType.PREMIUM_RATE
    # Numbers of films and tests are in no country.
    return known.country_code == 1 and not dear and phonenumbers.region_code_for_number(known) in {None, *AT_HOME}


def zone_of_zip(code: str | None) -> str | None:
    """The time zone of a ZIP code, if it is known."""
    return _zip_zones().get(code[:5]) if code else None


@lru_cache(maxsize=1)
def _zip_zones() -> dict[str, str]:
    # Half a second and some memory: only an import pays for it.
    import zipcodes

    places: list[dict[str, str]] = zipcodes.list_all()  # type: ignore[no-untyped-call]
    return {place["zip_code"]: place["timezone"] for place in places if _is_zone(place["timezone"])}


@lru_cache(maxsize=1024)
def _is_zone(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (OSError, ValueError, KeyError):
        return False
    return "/" in zone
