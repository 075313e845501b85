"""The arithmetic of payment plans: what may be offered, how a sum is split, and on which days it falls due."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from conversations.policy import PlanPolicy

FEWEST = 2
SMALLEST_LAST = 100
"""Less than that no card is charged for: the other installments take a few cents more instead."""


class Verdict(StrEnum):
    """What the practice's policy says to terms that a patient asks for."""

    FINE = "fine"
    NEEDS_APPROVAL = "needs_approval"
    TOO_LITTLE = "too_little"  # a month is below the smallest
    TOO_LONG = "too_long"  # more installments than even staff may agree to
    WHOLE = "whole"  # one installment: that is payment in full


@dataclass(frozen=True, slots=True)
class Terms:
    """`count` monthly installments of `monthly_cents`; the last one takes what is left of `total_cents`."""

    total_cents: int
    monthly_cents: int
    count: int

    @property
    def last_cents(self) -> int:
        """The last installment: never more than the others by a cent a month, and often less."""
        return self.total_cents - self.monthly_cents * (self.count - 1)

    @property
    def even(self) -> bool:
        """Are all installments the same?"""
        return self.last_cents == self.monthly_cents

    @property
    def amounts(self) -> tuple[int, ...]:
        """Each installment. They sum to the total, to the cent."""
        return (*(self.monthly_cents for _ in range(self.count - 1)), self.last_cents)


def by_count(total_cents: int, count: int) -> Terms:
    """So many installments: all the same, but for the cents, which the last one spares."""
    if total_cents <= 0 or count < 1:
        raise ValueError("a plan has a sum and at least one installment")
    return Terms(total_cents, -(-total_cents // count), count)


def by_month(total_cents: int, monthly_cents: int) -> Terms:
    """So much a month, and a last installment of what is left."""
    if total_cents <= 0 or monthly_cents <= 0:
        raise ValueError("a plan has a sum and a monthly amount")
    monthly = min(monthly_cents, total_cents)
    asked = Terms(total_cents, monthly, -(-total_cents // monthly))
    if asked.count == 1 or asked.last_cents >= SMALLEST_LAST:
        return asked
    spread = by_count(total_cents, asked.count - 1)
    return spread if spread.last_cents > 0 else asked


def offers(total_cents: int, policy: PlanPolicy) -> tuple[Terms, ...]:
    """What a patient is offered without staff: two installments and more, none of them below the smallest."""
    every = (
        (by_count(total_cents, count) for count in range(FEWEST, policy.installments + 1)) if total_cents > 0 else ()
    )
    return tuple(one for one in every if one.monthly_cents >= policy.minimum_monthly_cents and one.last_cents > 0)


def judge(terms: Terms, policy: PlanPolicy) -> Verdict:
    """May a patient have these terms?"""
    if terms.count == 1:
        return Verdict.WHOLE
    if terms.monthly_cents < policy.minimum_monthly_cents:
        return Verdict.TOO_LITTLE
    if terms.count <= policy.installments:
        return Verdict.FINE
    return Verdict.NEEDS_APPROVAL if terms.count <= policy.installments_with_approval else Verdict.TOO_LONG


def due_days(first_on: date, count: int) -> tuple[date, ...]:
    """The same day of each month; where a month is too short for it, its last day, and the day itself again after."""
    return tuple(_months_later(first_on, months) for months in range(count))


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
