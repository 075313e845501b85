"""One line of a patient's timeline, and the words that staff and programs read for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from conversations.money import dollars

LEDGER, BESIDE = 1, 0
"""Of one moment, what is in the books comes after what led to it."""

WORDS: Mapping[str, str] = {
    "charge": "Charge of {amount}",
    "charge_changed": "Charge changed by {signed}",
    "patient_responsibility": "{amount} moved to the patient",
    "write_off": "{amount} written off",
    "cancel": "{amount} of a charge cancelled",
    "credit": "{amount} credited",
    "plan_discount": "{amount} taken off by a payment plan",
    "payment": "Payment of {amount}",
    "payment_held": "Payment of {amount} that came twice: held until it is given back",
    "payment_elsewhere": "Payment of {amount} taken at the office",
    "refund": "Refund of {amount}",
    "refund_failed": "Refund of {amount} failed: the money is still ours",
    "refund_elsewhere": "{amount} given back at the office",
    "dispute": "{amount} disputed: the patient's bank took it back",
    "dispute_won": "{amount} came back: the dispute was won",
    "undone": "Taken back: {signed}",
    "refund_asked": "Refund of {amount} asked for",
    "payment_declined": "Payment of {amount} declined",
    "payment_in_doubt": "Payment of {amount}: no answer from the bank yet",
    "card_charge_ordered": "Charge of {amount} to the saved card ordered",
    "plan_proposed": "Plan of {amount} proposed",
    "plan_announced": "Plan payment of {amount} announced",
    "plan_ordered": "Plan payment of {amount} ordered",
    "plan_installment_paid": "Plan payment of {amount} made",
    "plan_installment_declined": "Plan payment declined",
    "plan_added": "{amount} added to the plan",
    "notice": "Balance notice",
    "payment_request": "Payment requested",
    "link_sent": "Pay link sent",
    "link_made": "Pay link made",
    "card_saved": "Card saved",
    "card_removed": "Card removed",
    "promise": "Promised to pay {amount}",
    "review": "Billing review opened",
}

ASKS = frozenset({"payment_request", "link_sent", "link_made"})
"""They name a sum when they are about a part."""


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened, what it changed, and what was owed after it."""

    at: datetime
    rank: int
    number: int
    event: str
    amount_cents: int | None = None
    change_cents: int = 0
    balance_cents: int = 0
    status: str = ""
    why: str = ""
    detail: str = ""
    plan_id: int | None = None
    source: str = "entry"

    @property
    def id(self) -> str:
        """`entry-12`"""
        return f"{self.source}-{self.number}"

    @property
    def place(self) -> tuple[datetime, int, int]:
        """Where it stands in the list."""
        return self.at, self.rank, self.number

    @property
    def text(self) -> str:
        """In words, with what tells it from others of its kind: the card, the receipt, the charge."""
        amount, signed = dollars(abs(self.amount_cents or 0)), _signed(self.amount_cents or 0)
        plain = self.event.replace("_", " ").capitalize()
        said = WORDS.get(self.event, plain).format(amount=amount, signed=signed)
        if self.event in ASKS and self.amount_cents:
            said += f": {amount}"
        return f"{said} ({self.detail})" if self.detail else said


def _signed(cents: int) -> str:
    return f"{'-' if cents < 0 else '+'}{dollars(abs(cents))}"
