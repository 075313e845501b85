"""What a processor tells us about payments, refunds and disputes; read only from what it signed or answered."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Answer(StrEnum):
    """What the processor says about an attempt."""

    PAID = "paid"
    DECLINED = "declined"
    UNKNOWN = "unknown"  # it does not know yet: nobody may pay again until it does
    EXPIRED = "expired"  # the checkout ended, and nothing was charged


class Decline(StrEnum):
    """What a refusal means for the next try."""

    AGAIN = "again"  # another day it may go through
    NEVER = "never"  # this card is not to be tried again
    PATIENT = "patient"  # their bank wants to hear from them: only on the page


@dataclass(frozen=True, slots=True)
class KeptCard:
    """A card that the processor keeps for us, under its names for it."""

    customer: str
    token: str
    brand: str
    last4: str
    expires_on: date | None
    """The last day of the month on it."""


@dataclass(frozen=True, slots=True)
class PaymentNews:
    """What became of one attempt."""

    processor: str
    processor_id: str
    public_id: str
    answer: Answer
    amount_cents: int
    card_brand: str
    card_last4: str
    at: datetime
    decline: Decline | None = None
    kept: KeptCard | None = None


class RefundState(StrEnum):
    """Where a refund stands."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RefundNews:
    """What became of one refund. `payment_id` is the processor's; `public_id` is empty when we did not ask for it."""

    processor: str
    processor_id: str
    public_id: str
    payment_id: str
    state: RefundState
    amount_cents: int
    at: datetime


class DisputeState(StrEnum):
    """Where a dispute stands."""

    OPENED = "opened"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class DisputeNews:
    """A patient's bank takes a payment back, or gives it back to us. `payment_id` is the processor's."""

    processor: str
    processor_id: str
    payment_id: str
    state: DisputeState
    amount_cents: int
    at: datetime


News = PaymentNews | RefundNews | DisputeNews
