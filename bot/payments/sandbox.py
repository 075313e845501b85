"""A processor for development: named test cards instead of a number, and the same protocol as a real one."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.keys import Keys
from bot.payments.news import Answer, KeptCard, News, PaymentNews, RefundNews, RefundState
from bot.payments.protocol import POLLS, CardCharge, ForgedNewsError, Opened, Order, RefundOrder, Submitted
from bot.payments.sandbox_events import decode, encode
from bot.payments.sandbox_habits import Outgoing
from bot.payments.test_cards import (
    BY_NAME,
    CARDS,
    EXPIRES_ON,
    LATE,
    TestCard,
    Verdict,
    at_the_page,
    without_the_patient,
)

__all__ = ["CARDS", "LATE", "Book", "Sandbox", "TestCard"]

PURPOSE = "sandbox"
LONGEST_WAIT = timedelta(hours=2)
"""Nothing here takes longer to be decided."""

Told = dict[str, Any]


class Book(Protocol):
    """What the sandbox remembers, in transactions of its own."""

    async def find(self, processor_id: str) -> Told | None: ...
    async def write(self, processor_id: str, kind: str, told: Mapping[str, Any], at: datetime) -> Told: ...
    async def change(self, processor_id: str, change: Callable[[Told], Told]) -> Told | None: ...
    async def since(self, moment: datetime) -> list[tuple[str, str, Told]]: ...


class Sandbox:
    """Its cards decide. `next_charges` may name other cards that answer the next charges of saved ones.

    `outgoing.habit` has it answer late, twice, out of order, or only when asked.
    """

    name = "sandbox"

    def __init__(self, keys: Keys, book: Book) -> None:
        self._keys, self._book = keys, book
        self.next_charges: list[str] = []
        self.outgoing = Outgoing()

    @staticmethod
    def card(name: str) -> TestCard | None:
        """The test card of that name."""
        return BY_NAME.get(name)

    @staticmethod
    def first_poll(card: TestCard) -> timedelta:
        """A late approval comes by itself; everything else is asked for."""
        return LATE if card.name == "late" else POLLS[0]

    async def open_checkout(self, order: Order, now: datetime) -> Opened:
        """Its page is one of ours, where the order's return address leads as well."""
        told = _payment(order.public_id, order.amount_cents, order.account, keep=order.keep_card)
        told |= {"customer": order.customer or f"customer_{order.public_id}", "ends_at": order.expires_at.isoformat()}
        await self._book.write(_id(order.public_id), "payment", told, now)
        return Opened(order.return_url, _id(order.public_id))

    async def choose(self, public_id: str, card: str, now: datetime) -> PaymentNews | None:
        """The patient chose a card on the sandbox's page: the first one counts. None: no answer yet."""

        def take(told: Told) -> Told:
            if told["card"] or told["ended"] or card not in BY_NAME:
                return told
            return told | {"card": card, "chosen_at": now.isoformat()}

        return self._answered(self._news(await self._book.change(_id(public_id), take), now), now)

    async def end_checkout(self, attempt: Submitted, now: datetime) -> PaymentNews | None:
        """No card may be chosen any more."""
        told = await self._book.change(
            _id(attempt.public_id), lambda told: told if told["card"] else told | {"ended": now.isoformat()}
        )
        return self._news(told, now)

    async def look(self, attempt: Submitted, now: datetime) -> PaymentNews | None:
        """What became of an attempt. What never came here within a minute was never charged."""
        told = await self._book.find(_id(attempt.public_id))
        if told is None and now - attempt.submitted_at >= POLLS[0]:
            told = _payment(attempt.public_id, attempt.amount_cents, attempt.account)
            told |= {"ended": now.isoformat()}
        return self._news(told, now)

    async def charge(self, charge: CardCharge, now: datetime) -> PaymentNews | None:
        """A saved card; one that was forgotten is never good again."""
        kept = await self._book.find(_where_kept(charge.token))
        known = kept is not None and not kept["forgotten"] and kept["customer"] == charge.customer
        card = kept["card"] if kept and known else "never"
        if self.next_charges and known:
            card = self.next_charges.pop(0)
        told = _payment(charge.public_id, charge.amount_cents, charge.account)
        told |= {"customer": charge.customer, "card": card, "chosen_at": now.isoformat(), "alone": True}
        return self._answered(self._news(await self._book.write(_id(charge.public_id), "payment", told, now), now), now)

    async def refund(self, order: RefundOrder, now: datetime) -> RefundNews | None:
        """At once; of a late card after a while; of a card never to be tried again it fails after that while."""
        given = {"refund": order.public_id, "amount_cents": order.amount_cents, "at": now.isoformat()}

        def give(told: Told) -> Told:
            rest = told["amount_cents"] - sum(one["amount_cents"] for one in told["refunds"])
            known = order.public_id in {one["refund"] for one in told["refunds"]}
            return told if known or order.amount_cents > rest else told | {"refunds": [*told["refunds"], given]}

        told = await self._book.change(order.payment_id, give)
        found = [one for one in told["refunds"] if one["refund"] == order.public_id] if told else []
        if told is None or not found:
            failed = RefundState.FAILED
            return RefundNews(
                self.name, _id(order.public_id), order.public_id, order.payment_id, failed, order.amount_cents, now
            )
        return self._refund_news(told, found[0], now)

    async def forget_card(self, customer: str, token: str, account: str) -> None:  # noqa: ARG002 - of the protocol
        """It cannot be charged any more."""
        await self._book.change(_where_kept(token), lambda told: told | {"forgotten": True})

    async def between(self, account: str, since: datetime, until: datetime) -> Sequence[News]:
        """What its books say was paid and refunded in that time."""
        found: list[News] = []
        for _, kind, told in await self._book.since(since - LONGEST_WAIT):
            if kind != "payment" or told["account"] != account:
                continue
            news = self._news(told, until)
            if news and news.answer is Answer.PAID and since <= news.at < until:
                found.append(news)
            refunds = [self._refund_news(told, one, until) for one in told["refunds"]]
            found += [one for one in refunds if since <= one.at < until]
        return found

    def sign(self, news: News) -> tuple[bytes, str]:
        """The event that tells these news, as it would be sent to us."""
        body = encode(news)
        return body, self._keys.digest(PURPOSE, body.decode())

    def read(self, body: bytes, signature: str, now: datetime) -> News | None:  # noqa: ARG002 - of the protocol
        """The news in a signed event; raises ForgedNewsError."""
        if not self._keys.matches(PURPOSE, body.decode(errors="replace"), signature):
            raise ForgedNewsError("the signature is wrong")
        return decode(body)

    def events(self, now: datetime) -> list[tuple[bytes, str]]:
        """What it tells by itself now, signed."""
        return [self.sign(news) for news in self.outgoing.due(now)]

    def _answered(self, news: PaymentNews | None, now: datetime) -> PaymentNews | None:
        return news if news and self.outgoing.answer(news, now) else None

    def _news(self, told: Told | None, now: datetime) -> PaymentNews | None:
        verdict = _verdict(told, now) if told else None
        if told is None or verdict is None:
            return None
        card = BY_NAME.get(told["card"])
        brand, last4 = (card.brand, card.last4) if card else ("", "")
        return PaymentNews(
            self.name,
            _id(told["payment"]),
            told["payment"],
            verdict.answer,
            told["amount_cents"],
            brand,
            last4,
            verdict.at,
            verdict.decline,
            _kept(told, card) if card and told["keep"] and verdict.answer is Answer.PAID else None,
        )

    def _refund_news(self, told: Told, one: Told, now: datetime) -> RefundNews:
        begun = datetime.fromisoformat(one["at"])
        state, at = RefundState.DONE, begun
        if told["card"] in {"late", "never"}:
            state = RefundState.PENDING
            if now - begun >= LATE:
                state, at = (RefundState.FAILED if told["card"] == "never" else RefundState.DONE), begun + LATE
        public_id = one["refund"]
        return RefundNews(self.name, _id(public_id), public_id, _id(told["payment"]), state, one["amount_cents"], at)


def _payment(public_id: str, amount_cents: int, account: str, *, keep: bool = False) -> Told:
    return {
        "payment": public_id,
        "amount_cents": amount_cents,
        "account": account,
        "keep": keep,
        "customer": "",
        "card": "",
        "chosen_at": "",
        "alone": False,
        "ends_at": "",
        "ended": "",
        "forgotten": False,
        "refunds": [],
    }


def _id(public_id: str) -> str:
    return f"sandbox_{public_id}"


def _where_kept(token: str) -> str:
    return _id(token.removeprefix("card_"))


def _kept(told: Told, card: TestCard) -> KeptCard:
    return KeptCard(told["customer"], f"card_{told['payment']}", card.brand, card.last4, EXPIRES_ON)


def _verdict(told: Told, now: datetime) -> Verdict | None:
    if told["card"]:
        decide = without_the_patient if told["alone"] else at_the_page
        return decide(told["card"], datetime.fromisoformat(told["chosen_at"]), now)
    if told["ended"]:
        return Verdict(Answer.EXPIRED, datetime.fromisoformat(told["ended"]))
    ends_at = datetime.fromisoformat(told["ends_at"])
    return Verdict(Answer.EXPIRED, ends_at) if now >= ends_at else None
