"""What we ask of a card processor. It learns opaque ids and sums, and nothing about anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.payments.news import News, PaymentNews, RefundNews

POLLS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=1))
"""When to ask again, after the submission, about a payment that nobody told us the outcome of (talk 25)."""


class ForgedNewsError(ValueError):
    """Somebody who does not hold the secret wants us to believe in a payment."""


class ProcessorAwayError(RuntimeError):
    """The processor was never reached, or refused before doing anything: the same may be asked again."""


@dataclass(frozen=True, slots=True)
class Order:
    """A checkout to open. Nothing is charged, and only a card is saved, where the sum is zero."""

    public_id: str
    amount_cents: int
    account: str
    """The practice's connected account, or nothing."""
    return_url: str
    expires_at: datetime
    keep_card: bool
    customer: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Opened:
    """Where the patient pays, and what the processor calls it."""

    url: str
    processor_id: str


@dataclass(frozen=True, slots=True)
class CardCharge:
    """A saved card to charge, with nobody at the page."""

    public_id: str
    amount_cents: int
    account: str
    customer: str
    token: str


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Money to give back to the card it came from; `payment_id` is the processor's."""

    public_id: str
    payment_id: str
    amount_cents: int
    account: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """An attempt that was handed over. `processor_id` is empty where we have heard none yet."""

    public_id: str
    processor_id: str
    amount_cents: int
    submitted_at: datetime
    polls: int
    account: str = ""


class Processor(Protocol):
    """A card processor. None as an answer: it does not know either, or nobody could hear it."""

    @property
    def name(self) -> str: ...

    async def open_checkout(self, order: Order, now: datetime) -> Opened:
        """Its own page for this order; the same order, the same page. Raises ProcessorAwayError."""
        ...

    async def end_checkout(self, attempt: Submitted, now: datetime) -> PaymentNews | None:
        """Close the page. A payment that was faster comes back as paid."""
        ...

    def read(self, body: bytes, signature: str, now: datetime) -> News | None:
        """The news in what it sent by itself; None: nothing that concerns us. Raises ForgedNewsError."""
        ...

    async def look(self, attempt: Submitted, now: datetime) -> PaymentNews | None:
        """What became of an attempt."""
        ...

    async def charge(self, charge: CardCharge, now: datetime) -> PaymentNews | None:
        """Charge a saved card; the same `public_id` charges once. Raises ProcessorAwayError."""
        ...

    async def refund(self, order: RefundOrder, now: datetime) -> RefundNews | None:
        """Give money back; the same `public_id` does it once, and asked again tells where it stands.

        Raises ProcessorAwayError.
        """
        ...

    async def forget_card(self, customer: str, token: str, account: str) -> None:
        """Drop a saved card; one that is gone already is fine. Raises ProcessorAwayError."""
        ...

    async def between(self, account: str, since: datetime, until: datetime) -> Sequence[News]:
        """Everything paid, refunded and disputed in that time. Raises ProcessorAwayError."""
        ...
