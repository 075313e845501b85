"""Single fields of FHIR resources, read leniently: what has another shape than it should counts as absent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from bot.imports.cells import MOST_CENTS
from bot.imports.report import Problems

Resource = Mapping[str, Any]
CENT, SPECK = Decimal("0.01"), Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Notes:
    """Where what is odd is told, by the name of the resource and never with its content."""

    problems: Problems

    def odd(self, resource: Resource, field: str, reason: str) -> None:
        """One field is not as it should be."""
        self.problems.warn(0, f"{name_of(resource)}: {field}" if field else name_of(resource), reason)


def name_of(resource: Resource) -> str:
    """`Patient/123`, as everybody calls it."""
    return f"{word(resource, 'resourceType')}/{word(resource, 'id')}"


def many(resource: object, field: str) -> list[Resource]:
    """The objects in this field; a single one counts as a list of one."""
    value = resource.get(field) if isinstance(resource, Mapping) else None
    found = value if isinstance(value, list) else [value]
    return [each for each in found if isinstance(each, Mapping)]


def one(resource: object, *path: str) -> Resource:
    """The first object on this path; empty when there is none."""
    found: Resource = resource if isinstance(resource, Mapping) else {}
    for field in path:
        found = next(iter(many(found, field)), {})
    return found


def word(resource: object, *path: str) -> str:
    """The text at the end of this path; empty when there is none."""
    return next(words(one(resource, *path[:-1]), path[-1]), "")


def words(resource: Resource, field: str) -> Iterator[str]:
    """Every text in this field."""
    value = resource.get(field)
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str) and each.strip():
            yield each.strip()


def codes(concept: Resource) -> set[str]:
    """What a concept is called by any of its codings, and in words; of a code that is an address, its last part."""
    found = [word(coding, "code").rpartition("/")[2] for coding in many(concept, "coding")]
    return {code.lower() for code in (*found, word(concept, "text")) if code}


def spoken(concept: Resource) -> str:
    """A concept in words for people. SNOMED's kind in brackets at the end is for machines."""
    said = word(concept, "text") or next((d for c in many(concept, "coding") if (d := word(c, "display"))), "")
    head, bracket, kind = said.rpartition(" (")
    return head if bracket and kind.endswith(")") and kind.islower() else said


def dollars(money: Resource) -> Decimal | None:
    """An amount as it was written, or None: nothing readable there, or another currency."""
    value = money.get("value")
    if isinstance(value, bool) or word(money, "currency").upper() not in {"", "USD"}:
        return None
    try:
        # By way of text: 28.104000000000003 is what its writer saw, not what a float makes of it.
        amount = Decimal(str(value)) if isinstance(value, int | float | Decimal | str) else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() and abs(amount) * 100 <= MOST_CENTS else None


def cents(amount: Decimal) -> int:
    """Half a cent is a cent; the specks that floats leave behind are wiped off first."""
    return int(amount.quantize(SPECK, ROUND_HALF_UP).quantize(CENT, ROUND_HALF_UP) * 100)


def day(written: str, zone: ZoneInfo) -> date | None:
    """The day of a FHIR date or time where the practice is; None when it is not given to the day."""
    try:
        if len(written) == len("2026-05-06"):
            return date.fromisoformat(written)
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    try:
        # An offset that is not UTC was chosen: the day was local already.
        return at.astimezone(zone).date() if at.tzinfo and not at.utcoffset() else at.date()
    except OverflowError:
        return None


def over(period: Resource, today: date) -> bool:
    """Has this period ended?"""
    end = word(period, "end")
    return bool(end) and end < today.isoformat()[: len(end)]
