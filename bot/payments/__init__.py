"""What a card processor is to us: it learns opaque ids and sums only, and money counts when its signed word says so."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Answer(StrEnum):
    """What the processor says about an attempt."""

    PAID = "paid"
    DECLINED = "declined"
    UNKNOWN = "unknown"  # it does not know yet: nobody may pay again until it does


@dataclass(frozen=True, slots=True)
class PaymentNews:
    """One thing that a processor told us; read only from what it signed."""

    processor: str
    processor_id: str
    public_id: str
    answer: Answer
    amount_cents: int
    card_brand: str
    card_last4: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Submitted:
    """An attempt whose outcome nobody has told us."""

    public_id: str
    processor_id: str
    amount_cents: int
    submitted_at: datetime
    polls: int


@dataclass(frozen=True, slots=True)
class Signed:
    """What a processor sends: bytes and the signature over them."""

    body: bytes
    signature: str


class ForgedNewsError(ValueError):
    """Somebody who does not hold the secret wants us to believe in a payment."""


POLLS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1))
"""When to ask again, after the submission, about a payment that nobody told us the outcome of (talk 25)."""


class Processor(Protocol):
    """A card processor."""

    @property
    def name(self) -> str: ...
    def checkout_url(self, slug: str, public_id: str) -> str: ...
    def read(self, signed: Signed) -> PaymentNews: ...
    def first_poll(self, processor_id: str) -> timedelta: ...
    async def look(self, attempt: Submitted, now: datetime) -> Signed | None: ...
