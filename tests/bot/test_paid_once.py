"""Fifty at once: buttons, tabs, links and saved cards begin one attempt, and all that is told of it is posted once."""

import asyncio
import random
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.paying.checkout import checkouts
from bot.paying.checkout.checkouts import Choice, Hindrance, Payer
from bot.paying.outcomes.doubts import Doubts
from bot.paying.outcomes.hearing import hear
from bot.payments import Answer, Order, PaymentNews
from bot.payments.sandbox import Sandbox
from bot.store import ledger, payments
from bot.store.payments import Attempt
from bot.store.sandbox_book import SandboxBook
from bot.store.tables import entries, outbox, tasks
from bot.store.tables import payments as payment_rows
from bot.store.writer import Reader
from bot.turns.batch import take_now
from bot.turns.road import Road
from tests.harbor import KEYS, MAIL, NOW, Harbor, text

MANY = 50
SOON = NOW + timedelta(minutes=2)


@dataclass
class Counter:
    """Ana, who owes for two visits, the sandbox, and every way in which we hear of a payment."""

    harbor: Harbor
    ana: int
    talk: int
    road: Road
    reader: Reader
    sandbox: Sandbox

    def begin(self, n: int) -> Attempt | Hindrance:
        """Somebody presses "Confirm": by a link, or signed in without one; twice, or in another tab."""
        payer = Payer(self.harbor.practice_id, (self.ana,), None, self.talk if n % 2 else None)
        with self.harbor.engine.begin() as conn:
            practice = self.harbor.world.practices.by_id(conn, self.harbor.practice_id)
            assert practice
            return checkouts.begin(
                conn, payer, practice.file.policy, "sandbox", NOW, Choice(), seen_cents=18450, expires_at=SOON
            )

    async def out(self) -> Attempt:
        """An attempt whose page is open at the processor."""
        begun = self.begin(1)
        assert isinstance(begun, Attempt)
        order = Order(begun.public_id, begun.amount_cents, "", "https://pay.example", SOON, keep_card=False)
        opened = await self.sandbox.open_checkout(order, NOW)

        def note() -> None:
            with self.harbor.engine.begin() as conn:
                payments.opened(conn, begun.id, opened.url, opened.processor_id, NOW, SOON)
                conn.execute(update(payment_rows).values(state="unknown", poll_at=NOW))

        await asyncio.to_thread(note)
        return begun

    async def press(self, attempt: Attempt) -> None:
        """The patient chooses a card, and the page they come back to looks for the answer."""
        news = await self.sandbox.choose(attempt.public_id, "approve", NOW)
        assert news
        await hear(self.road, news, self.harbor.world.practices, NOW)

    async def webhook(self, news: PaymentNews) -> None:
        """The signed event comes in, perhaps once more, perhaps late."""
        read = self.sandbox.read(*self.sandbox.sign(news), NOW)
        assert read
        await hear(self.road, read, self.harbor.world.practices, NOW)

    async def poll(self) -> None:
        """The round that asks about payments in doubt."""
        practices, writer = self.harbor.world.practices, self.road.writer
        await Doubts(self.road, self.reader, writer, self.sandbox, practices, lambda: NOW).look()

    def posted(self) -> list[str]:
        return [row["kind"] for row in self.harbor.rows(select(entries).where(entries.c.kind.like("payment%")))]

    def receipts(self) -> list[str]:
        return [row["receipt"] for row in self.harbor.all(payment_rows) if row["receipt"]]

    def messages(self) -> list[tuple[str, str]]:
        return sorted(
            (row["channel"], row["message"]) for row in self.harbor.all(outbox) if "charge/" in row["message"]
        )

    def balance(self) -> int:
        with self.harbor.engine.connect() as conn:
            return ledger.balances(conn, [self.ana])[self.ana]


@pytest.fixture
async def counter(harbor: Harbor) -> AsyncIterator[Counter]:
    ana = harbor.patient("Ana Ruiz", mail=MAIL, owes=12000)
    harbor.charge(ana, 6450)
    take_now(harbor.engine, harbor.world, text("PAY", "SM1"))
    road, reader = Road(harbor.engine, harbor.world, lambda: NOW, lanes=3), Reader(harbor.engine)
    road.start()
    sandbox = Sandbox(KEYS, SandboxBook(road.writer, reader))
    yield Counter(harbor, ana, 1, road, reader, sandbox)
    reader.close()
    await road.close()


def test_fifty_hands_begin_one_attempt(counter: Counter) -> None:
    with ThreadPoolExecutor(10) as hands:
        begun = list(hands.map(counter.begin, range(MANY)))
    made = {one.public_id for one in begun if isinstance(one, Attempt)}
    refused = {one for one in begun if not isinstance(one, Attempt)}
    assert refused <= {Hindrance.IN_DOUBT}
    assert len([row for row in counter.harbor.all(payment_rows) if row["state"] == "open"]) == 1
    assert len(made) == counter.harbor.count(payment_rows)


@pytest.mark.parametrize("seed", range(3))
async def test_fifty_tellers_in_any_order(counter: Counter, seed: int) -> None:
    attempt = await counter.out()
    older = [replace(paid(attempt), answer=answer) for answer in (Answer.UNKNOWN, Answer.DECLINED, Answer.EXPIRED)]
    await counter.sandbox.choose(attempt.public_id, "approve", NOW)
    ways = [counter.press(attempt) for _ in range(MANY // 5)]
    ways += [counter.webhook(paid(attempt)) for _ in range(MANY // 5)]
    ways += [counter.poll() for _ in range(MANY // 5)]
    ways += [counter.webhook(older[n % 3]) for n in range(MANY - len(ways))]
    random.Random(seed).shuffle(ways)
    await asyncio.gather(*ways)
    assert (counter.balance(), counter.posted(), len(counter.receipts())) == (0, ["payment"], 1)
    assert counter.messages().count(("email", "charge/receipt")) == 1
    assert counter.messages().count(("text", "charge/paid")) == 1


async def test_two_that_were_paid_at_once_are_one_payment_and_one_to_give_back(counter: Counter) -> None:
    """The page of a link that ended was paid in its last second, while a saved card was charged."""
    first = await counter.out()
    with counter.harbor.engine.begin() as conn:
        payments.end(conn, first.id, payments.EXPIRED)
    second = counter.begin(0)
    assert isinstance(second, Attempt)
    both = [paid(first), paid(second)]
    await asyncio.gather(*(counter.webhook(both[n % 2]) for n in range(MANY)))
    assert (counter.balance(), sorted(counter.posted())) == (0, ["payment", "payment_held"])
    assert len(set(counter.receipts())) == 2
    assert [task["kind"] for task in counter.harbor.all(tasks)] == ["double_payment"]


def paid(attempt: Attempt) -> PaymentNews:
    """What the processor says of it."""
    processor_id = f"sandbox_{attempt.public_id}"
    return PaymentNews(
        "sandbox", processor_id, attempt.public_id, Answer.PAID, attempt.amount_cents, "Visa", "4242", NOW
    )
