"""What happens to what was agreed about money: plans, their installments, promises."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class PlanApproved:
    """Staff agreed to the terms, perhaps to others than were asked for: it waits for a signature now."""

    person_id: int
    monthly_cents: int
    count: int
    last_cents: int
    first_on: date


@dataclass(frozen=True, slots=True)
class PlanRefused:
    """Staff did not agree."""

    person_id: int


@dataclass(frozen=True, slots=True)
class PlanUnsigned:
    """Seven days without a signature: the plan is dormant now."""

    person_id: int


@dataclass(frozen=True, slots=True)
class PlanActivated:
    """The agreement is signed and a card is saved."""

    person_id: int
    next_cents: int
    next_on: date
    card_brand: str
    card_last4: str


@dataclass(frozen=True, slots=True)
class InstallmentComing:
    """An installment will be charged soon; it is announced before (12 CFR 1005.10)."""

    person_id: int
    amount_cents: int
    on: date
    card_brand: str
    card_last4: str


@dataclass(frozen=True, slots=True)
class InstallmentDue:
    """The day of an installment has come, and there is no card that it can be charged to."""

    person_id: int
    amount_cents: int


@dataclass(frozen=True, slots=True)
class PlanChanged:
    """Somebody but the patient in this talk changed the plan: staff, the page, or the rules."""

    person_id: int
    change: Literal["moved", "added", "paused", "resumed", "card", "cancelled", "paid_off", "defaulted"]
    next_on: date | None = None
    next_cents: int = 0


@dataclass(frozen=True, slots=True)
class PromiseDue:
    """The day has come on which the patient said they would pay."""

    person_ids: tuple[int, ...]
    amount_cents: int
    on: date


@dataclass(frozen=True, slots=True)
class PromiseBroken:
    """The day went by without the payment. `times`: in a row."""

    person_ids: tuple[int, ...]
    times: int
