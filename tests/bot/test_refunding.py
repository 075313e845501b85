"""Refunds go to the processor that took the money: once, whatever it answers, and however often we start again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.paying.books import refunds as asked_by
from bot.paying.books.refunding import Refunds
from bot.payments import Processor, ProcessorAwayError, RefundNews, RefundOrder, RefundState
from bot.store import ledger
from bot.store.money_tables import refunds
from bot.store.tables import entries, tasks
from bot.store.writer import Reader, Writer
from bot.turns.road import Road
from tests.bot.taken import pay
from tests.bot.test_refunds import ask
from tests.harbor import NOW, Harbor


@dataclass
class Desk:
    """A processor that answers as it is told, and remembers what it was asked."""

    answer: Callable[[RefundOrder], RefundState | None]
    asked: list[RefundOrder] = field(default_factory=list)
    name: str = "sandbox"

    async def refund(self, order: RefundOrder, now: datetime) -> RefundNews | None:
        self.asked.append(order)
        state = self.answer(order)
        if state is None:
            return None
        return RefundNews(
            self.name, f"re_{order.public_id}", order.public_id, order.payment_id, state, order.amount_cents, now
        )


@dataclass
class Office:
    """The practice, a payment of Ana's, and the round that hands over what is given back of it."""

    harbor: Harbor
    ana: int
    payment: str
    processor_id: str
    road: Road
    reader: Reader
    now: datetime = NOW

    async def look(self, processor: Any) -> int:
        known: Processor = processor
        practices, writer = self.harbor.world.practices, self.road.writer
        return await Refunds(self.road, self.reader, writer, known, practices, lambda: self.now).look()

    def balance(self) -> int:
        with self.harbor.engine.connect() as conn:
            return ledger.balances(conn, [self.ana])[self.ana]

    def states(self) -> list[str]:
        return [row["state"] for row in self.harbor.rows(select(refunds).order_by(refunds.c.id))]


@pytest.fixture
async def office(harbor: Harbor) -> AsyncIterator[Office]:
    ana = harbor.patient("Ana Ruiz", owes=12000)
    paid = pay(harbor, ana, cents=12000)
    road, reader = Road(harbor.engine, harbor.world, lambda: NOW), Reader(harbor.engine)
    road.start()
    yield Office(harbor, ana, paid.public_id, f"sandbox_{paid.public_id}", road, reader)
    reader.close()
    await road.close()


def away(_: RefundOrder) -> RefundState:
    raise ProcessorAwayError("nobody there")


async def test_handed_over_once(office: Office) -> None:
    refund, desk = ask(office.harbor, office.payment, 5000), Desk(lambda _: RefundState.DONE)
    assert [await office.look(desk) for _ in range(3)] == [1, 0, 0]
    assert desk.asked == [RefundOrder(refund.public_id, office.processor_id, 5000, "")]
    assert (office.balance(), office.states()) == (5000, ["done"])


@pytest.mark.parametrize("first", [away, lambda _: None], ids=["away", "no answer"])
async def test_asked_again_under_the_same_key(office: Office, first: Callable[[RefundOrder], None]) -> None:
    ask(office.harbor, office.payment, 5000)
    quiet = Desk(first)
    assert [await office.look(quiet), await office.look(quiet)] == [1, 0], "not before a while has passed"
    office.now += timedelta(minutes=6)
    desk = Desk(lambda _: RefundState.DONE)
    await office.look(desk)
    assert desk.asked == quiet.asked
    assert (office.balance(), office.states()) == (5000, ["done"])


async def test_a_slow_one_is_asked_about_until_it_ends(office: Office) -> None:
    ask(office.harbor, office.payment, 5000)
    await office.look(Desk(lambda _: RefundState.PENDING))
    assert (office.balance(), office.states()) == (5000, ["pending"])
    office.now += timedelta(hours=2)
    await office.look(Desk(lambda _: RefundState.FAILED))
    assert (office.balance(), office.states()) == (0, ["failed"])
    assert [row["kind"] for row in office.harbor.all(entries)][-2:] == ["refund", "refund_failed"]


async def test_after_a_day_nothing_is_sent_again(office: Office) -> None:
    """Processors forget keys after 24 hours: the same refund would be made twice."""
    ask(office.harbor, office.payment, 5000)
    await office.look(Desk(away))
    office.now += timedelta(hours=23)
    late = Desk(lambda _: RefundState.DONE)
    assert [await office.look(late), await office.look(late)] == [1, 0]
    assert (late.asked, office.states()) == ([], ["asked"])
    assert [task["kind"] for task in office.harbor.all(tasks)] == ["refund_in_doubt"]
    (row,) = office.harbor.all(refunds)
    news = RefundNews(
        "sandbox", "re_1", row["public_id"], office.processor_id, RefundState.DONE, 5000, office.now
    )  # the nightly comparison finds it
    await office.road.take(asked_by.told(news, office.now))
    assert (office.balance(), office.states()) == (5000, ["done"])


async def test_only_the_processor_that_took_it_gives_it_back(office: Office) -> None:
    ask(office.harbor, office.payment, 5000)
    other = Desk(lambda _: RefundState.DONE, name="stripe")
    assert (await office.look(other), other.asked) == (0, [])


async def test_two_servers_hand_it_over_once(office: Office) -> None:
    ask(office.harbor, office.payment, 5000)
    desk, second = Desk(lambda _: RefundState.DONE), Desk(lambda _: RefundState.DONE)
    writer = Writer(office.harbor.engine, "second")
    practices = office.harbor.world.practices
    other = Refunds(office.road, office.reader, writer, second, practices, lambda: office.now)  # type: ignore[arg-type]
    await asyncio.gather(office.look(desk), other.look())
    writer.close()
    assert (len(desk.asked) + len(second.asked), office.balance()) == (1, 5000)
