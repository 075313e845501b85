"""The sandbox remembers what it did, and answers like a processor: cards, refunds, habits."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from bot.keys import Keys
from bot.payments import (
    Answer,
    CardCharge,
    Decline,
    DisputeNews,
    DisputeState,
    KeptCard,
    Order,
    PaymentNews,
    RefundNews,
    RefundOrder,
    RefundState,
    Submitted,
)
from bot.payments.sandbox import Sandbox
from bot.payments.sandbox_events import decode, encode
from bot.store.engine import make_engine
from bot.store.sandbox_book import SandboxBook
from bot.store.writer import Reader, Writer
from tests.harbor import NOW

SOON, LATER = timedelta(seconds=21), timedelta(minutes=61)


@dataclass
class Bank:
    """The sandbox, with an hour for each page."""

    sandbox: Sandbox

    async def open(self, public_id: str = "a", *, keep: bool = False, cents: int = 5000) -> None:
        order = Order(public_id, cents, "", "http://x/back", NOW + timedelta(hours=1), keep)
        assert (await self.sandbox.open_checkout(order, NOW)).url == "http://x/back"

    async def pay(
        self, card: str, public_id: str = "a", *, keep: bool = False, at: datetime = NOW
    ) -> PaymentNews | None:
        await self.open(public_id, keep=keep)
        return await self.sandbox.choose(public_id, card, at)

    async def kept(self, card: str = "approve") -> KeptCard:
        news = await self.pay(card, "saved", keep=True)
        assert news
        assert news.kept
        return news.kept

    async def charge(self, card: KeptCard, public_id: str = "b", at: datetime = NOW) -> PaymentNews | None:
        return await self.sandbox.charge(CardCharge(public_id, 3000, "", card.customer, card.token), at)

    async def look(self, public_id: str, at: datetime) -> PaymentNews | None:
        return await self.sandbox.look(Submitted(public_id, "", 5000, NOW, 0), at)


@pytest.fixture
async def bank(sqlite_url: str) -> AsyncIterator[Bank]:
    engine: Engine = make_engine(sqlite_url)
    writer, reader = Writer(engine), Reader(engine)
    yield Bank(Sandbox(Keys(["a key"]), SandboxBook(writer, reader)))
    writer.close()
    reader.close()
    engine.dispose()


@pytest.mark.parametrize(
    "card,at_once,later",
    [("approve", "paid", "paid"), ("decline", "declined", "declined"), ("late", None, "paid"), ("unknown", None, None)],
)
async def test_cards(bank: Bank, card: str, at_once: str | None, later: str | None) -> None:
    first = await bank.pay(card)
    second = await bank.look("a", NOW + SOON)
    assert (first and first.answer.value) == at_once
    assert (second and second.answer.value) == later


async def test_what_was_unknown_did_not_go_through(bank: Bank) -> None:
    await bank.pay("unknown")
    news = await bank.look("a", NOW + timedelta(seconds=61))
    assert news
    assert news.answer is Answer.DECLINED


async def test_the_first_card_counts(bank: Bank) -> None:
    first = await bank.pay("decline")
    assert await bank.sandbox.choose("a", "approve", NOW) == first


async def test_a_page_that_was_closed_takes_nothing(bank: Bank) -> None:
    await bank.open()
    closed = await bank.sandbox.end_checkout(Submitted("a", "", 5000, NOW, 0), NOW)
    assert closed
    assert closed.answer is Answer.EXPIRED
    again = await bank.sandbox.choose("a", "approve", NOW)
    assert again
    assert again.answer is Answer.EXPIRED


async def test_a_page_ends_by_itself(bank: Bank) -> None:
    await bank.open()
    assert await bank.look("a", NOW + SOON) is None
    news = await bank.look("a", NOW + LATER)
    assert news
    assert news.answer is Answer.EXPIRED


async def test_what_never_came_was_never_charged(bank: Bank) -> None:
    assert await bank.look("nowhere", NOW) is None
    news = await bank.look("nowhere", NOW + LATER)
    assert news
    assert news.answer is Answer.EXPIRED


@pytest.mark.parametrize(
    "card,answer,decline",
    [("approve", "paid", None), ("needs_patient", "declined", Decline.PATIENT), ("never", "declined", Decline.NEVER)],
)
async def test_saved_cards(bank: Bank, card: str, answer: str, decline: Decline | None) -> None:
    news = await bank.charge(await bank.kept(card))
    assert news
    assert (news.answer.value, news.decline) == (answer, decline)
    assert news.kept is None
    assert await bank.charge(await bank.kept(card)) == news


async def test_another_card_may_answer_once(bank: Bank) -> None:
    card = await bank.kept()
    bank.sandbox.next_charges.append("decline")
    first, second = await bank.charge(card, "b"), await bank.charge(card, "c")
    assert first
    assert second
    assert (first.decline, second.answer) == (Decline.AGAIN, Answer.PAID)


async def test_a_forgotten_card(bank: Bank) -> None:
    card = await bank.kept()
    await bank.sandbox.forget_card(card.customer, card.token, "")
    forgotten = await bank.charge(card)
    stolen = await bank.charge(replace(await bank.kept(), customer="somebody else"), "c")
    assert forgotten
    assert stolen
    assert (forgotten.decline, stolen.decline) == (Decline.NEVER, Decline.NEVER)


async def test_only_a_card_is_saved(bank: Bank) -> None:
    await bank.open(keep=True, cents=0)
    news = await bank.sandbox.choose("a", "approve", NOW)
    assert news
    assert (news.answer, news.amount_cents) == (Answer.PAID, 0)
    assert news.kept


async def refund(bank: Bank, public_id: str, cents: int, at: datetime = NOW) -> RefundState:
    news = await bank.sandbox.refund(RefundOrder(public_id, "sandbox_a", cents, ""), at)
    assert news
    return news.state


async def test_refunds_never_exceed_the_payment(bank: Bank) -> None:
    await bank.pay("approve")
    assert await refund(bank, "r1", 3000) is RefundState.DONE
    assert await refund(bank, "r1", 3000) is RefundState.DONE
    assert await refund(bank, "r2", 2001) is RefundState.FAILED
    assert await refund(bank, "r3", 2000) is RefundState.DONE


@pytest.mark.parametrize("card,end", [("late", RefundState.DONE), ("never", RefundState.FAILED)])
async def test_refunds_that_take_their_time(bank: Bank, card: str, end: RefundState) -> None:
    await bank.pay(card)
    assert await refund(bank, "r1", 100) is RefundState.PENDING
    assert await refund(bank, "r1", 100, NOW + SOON) is end


async def test_everything_of_a_night(bank: Bank) -> None:
    await bank.pay("approve")
    await bank.pay("late", "b")
    await bank.pay("decline", "c")
    await refund(bank, "r1", 100)
    found = await bank.sandbox.between("", NOW, NOW + LATER)
    assert {news.public_id for news in found if isinstance(news, PaymentNews)} == {"a", "b"}
    assert [news.public_id for news in found if isinstance(news, RefundNews)] == ["r1"]
    assert await bank.sandbox.between("", NOW + LATER, NOW + 2 * LATER) == []
    assert await bank.sandbox.between("acct_other", NOW, NOW + LATER) == []


@pytest.mark.parametrize(
    "habit,at_once,now,later",
    [
        ("prompt", True, 0, 0), ("twice", True, 2, 0), ("late", False, 0, 1), ("late_and_twice", False, 0, 2),
        ("backwards", False, 0, 1), ("silent", False, 0, 0),
    ],
)  # fmt: skip
async def test_habits(bank: Bank, habit: str, at_once: bool, now: int, later: int) -> None:
    bank.sandbox.outgoing.habit = habit
    assert bool(await bank.pay("approve")) is at_once
    assert len(bank.sandbox.events(NOW)) == now
    told = bank.sandbox.events(NOW + SOON)
    assert len(told) == later
    for body, signature in told:
        news = bank.sandbox.read(body, signature, NOW)
        assert isinstance(news, PaymentNews)
        assert news.answer is Answer.PAID
    assert bank.sandbox.events(NOW + LATER) == []


async def test_backwards_is_the_last_first(bank: Bank) -> None:
    bank.sandbox.outgoing.habit = "backwards"
    for public_id in "abc":
        await bank.pay("approve", public_id)
    told = [bank.sandbox.read(*event, NOW) for event in bank.sandbox.events(NOW + SOON)]
    assert [news.public_id for news in told if isinstance(news, PaymentNews)] == ["c", "b", "a"]


async def test_events_say_what_was_written(bank: Bank) -> None:
    kept = await bank.pay("approve", keep=True)
    assert kept
    refunded = RefundNews("sandbox", "r", "r1", "a", RefundState.DONE, 5, NOW)
    disputed = DisputeNews("sandbox", "d", "a", DisputeState.LOST, 5, NOW)
    for news in (kept, refunded, disputed):
        assert decode(encode(news)) == news
