"""A processor for development: named test cards instead of a number, and the same signed news as from a real one.

It keeps nothing: which card was chosen stands in the id it gave the attempt, so a restart loses no payment.
"""

import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.keys import Keys
from bot.payments import POLLS, Answer, ForgedNewsError, PaymentNews, Signed, Submitted

LATE = timedelta(seconds=20)
_PURPOSE = "sandbox"


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
    TestCard("late", "Mastercard", "4444"),
    TestCard("unknown", "Discover", "1117"),
)
_BY_NAME = {card.name: card for card in CARDS}


class Sandbox:
    """Approves, declines, approves late, or says nothing until it is asked."""

    name = "sandbox"

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def checkout_url(self, slug: str, public_id: str) -> str:
        """Where the patient chooses a card."""
        return f"/pay/{slug}/checkout?payment={public_id}"

    @staticmethod
    def card(name: str) -> TestCard | None:
        """The test card of that name."""
        return _BY_NAME.get(name)

    @staticmethod
    def charge_id(public_id: str, card: TestCard) -> str:
        """The sandbox's own id of the attempt: the same attempt, the same id."""
        return f"sandbox_{card.name}_{public_id}"

    def charge(self, attempt: Submitted, now: datetime) -> Signed | None:
        """The answer at once, or None: nothing is known yet."""
        match self._card_of(attempt.processor_id).name:
            case "approve":
                return self._news(attempt, Answer.PAID, now)
            case "decline":
                return self._news(attempt, Answer.DECLINED, now)
            case _:
                return None

    async def look(self, attempt: Submitted, now: datetime) -> Signed | None:
        """What became of an attempt, when asked: an unknown one did not go through, a late one takes its while."""
        match self._card_of(attempt.processor_id).name:
            case "unknown":
                return self._news(attempt, Answer.DECLINED, now)
            case "late":
                passed = now - attempt.submitted_at >= LATE
                return self._news(attempt, Answer.PAID, now) if passed else None
            case _:
                return self.charge(attempt, now)

    def first_poll(self, processor_id: str) -> timedelta:
        """A late approval comes by itself; everything else is asked for."""
        return LATE if self._card_of(processor_id).name == "late" else POLLS[0]

    def read(self, signed: Signed) -> PaymentNews:
        """The news in a signed event; raises ForgedNewsError."""
        if not hmac.compare_digest(signed.signature, self._sign(signed.body)):
            raise ForgedNewsError("the signature is wrong")
        told = json.loads(signed.body)
        card = self._card_of(told["charge"])
        return PaymentNews(
            processor=self.name,
            processor_id=told["charge"],
            public_id=told["payment"],
            answer=Answer(told["answer"]),
            amount_cents=told["amount_cents"],
            card_brand=card.brand,
            card_last4=card.last4,
            at=datetime.fromisoformat(told["at"]),
        )

    def _news(self, attempt: Submitted, answer: Answer, now: datetime) -> Signed:
        told = {
            "charge": attempt.processor_id,
            "payment": attempt.public_id,
            "answer": answer.value,
            "amount_cents": attempt.amount_cents,
            "at": now.isoformat(),
        }
        body = json.dumps(told, sort_keys=True).encode()
        return Signed(body, self._sign(body))

    def _sign(self, body: bytes) -> str:
        return self._keys.digest(_PURPOSE, body.decode())

    @staticmethod
    def _card_of(processor_id: str) -> TestCard:
        return _BY_NAME[processor_id.split("_")[1]]
