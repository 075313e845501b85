"""The sandbox's cards by name, and what each one's bank says; no number is ever typed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.payments.news import Answer, Decline
from bot.payments.protocol import POLLS

LATE = timedelta(seconds=20)
EXPIRES_ON = date(2030, 12, 31)


@dataclass(frozen=True, slots=True)
class TestCard:
    """A card by name."""

    __test__ = False
    name: str
    brand: str
    last4: str


CARDS = (
    TestCard("approve", "Visa", "4242"),
    TestCard("decline", "Visa", "0002"),
    TestCard("late", "Mastercard", "4444"),  # approved after a while; its refunds are pending as long
    TestCard("unknown", "Discover", "1117"),  # no answer for a minute, and then: it did not go through
    TestCard("needs_patient", "Visa", "3184"),  # good at the page; without the patient their bank asks for them
    TestCard("never", "Mastercard", "0119"),  # good at the page; later its bank wants it never tried again
)
BY_NAME = {card.name: card for card in CARDS}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the bank says, and when it said so."""

    answer: Answer
    at: datetime
    decline: Decline | None = None


def at_the_page(name: str, chosen_at: datetime, now: datetime) -> Verdict | None:
    """The patient is there. None: the bank has not answered yet."""
    match name:
        case "decline":
            return Verdict(Answer.DECLINED, chosen_at, Decline.AGAIN)
        case "unknown":
            at = chosen_at + POLLS[0]
            return Verdict(Answer.DECLINED, at, Decline.AGAIN) if now >= at else None
        case "late":
            at = chosen_at + LATE
            return Verdict(Answer.PAID, at) if now >= at else None
        case _:
            return Verdict(Answer.PAID, chosen_at)


def without_the_patient(name: str, chosen_at: datetime, now: datetime) -> Verdict | None:
    """A saved card is charged."""
    match name:
        case "needs_patient":
            return Verdict(Answer.DECLINED, chosen_at, Decline.PATIENT)
        case "never":
            return Verdict(Answer.DECLINED, chosen_at, Decline.NEVER)
        case _:
            return at_the_page(name, chosen_at, now)
