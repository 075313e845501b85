"""Ana at her phone, with a saved card, before the road, the sandbox and the round that charges."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update

from bot.paying.checkout import checkouts
from bot.paying.checkout.checkouts import Choice, Payer
from bot.paying.outcomes.doubts import Doubts
from bot.paying.saved_cards.charging import Charging
from bot.payments import CardCharge, Order, PaymentNews, ProcessorAwayError
from bot.payments.sandbox import Sandbox
from bot.store import cards, ledger, payments
from bot.store.cards import NewMandate
from bot.store.payments import Attempt
from bot.store.sandbox_book import SandboxBook
from bot.store.tables import conversations, entries, outbox
from bot.store.tables import payments as payment_rows
from bot.store.writer import Reader
from bot.turns.road import Road
from tests.bot.web.house import Hands
from tests.harbor import KEYS, NOW, PHONE, Harbor, text


class Bank(Sandbox):
    """The sandbox, which counts what it was asked to charge, and may be out of reach."""

    away = 0
    asked: list[str]

    async def charge(self, charge: CardCharge, now: datetime) -> PaymentNews | None:
        if self.away:
            self.away -= 1
            raise ProcessorAwayError("nobody answers")
        self.asked.append(charge.public_id)
        return await super().charge(charge, now)


@dataclass
class Till:
    """One server."""

    harbor: Harbor
    clock: Hands
    road: Road
    reader: Reader
    bank: Bank
    charging: Charging
    doubts: Doubts
    _texts: int = field(default=0)

    # What the patient does

    async def say(self, words: str, phone: str = PHONE) -> list[str]:
        """She texts; the messages that answer."""
        self._texts += 1
        sid = f"SM{self._texts}-{id(self)}"
        return await self._new(self.road.take(text(words, sid, at=self.clock(), address=phone)))

    async def pay(self, *words: str) -> list[list[str]]:
        """Several texts in a row."""
        return [await self.say(one) for one in words]

    def prove(self, *people: int) -> None:
        """A code has shown who she is."""
        with self.harbor.engine.begin() as conn:
            kept = conn.execute(select(conversations.c.kept).order_by(conversations.c.id)).scalars().first()
            until = (self.clock() + timedelta(minutes=30)).isoformat()
            proof = {"proof": 2, "proof_until": until, "proof_people": list(people)}
            conn.execute(update(conversations).values(kept={**(kept or {}), **proof}))

    async def save(self, person: int, name: str = "approve", *, key: str = "k1", by_text: bool = True) -> int:
        """She lets us keep the test card of that name."""
        now = self.clock()
        await self.bank.open_checkout(Order(key, 0, "", "http://x", now + timedelta(hours=1), keep_card=True), now)
        news = await self.bank.choose(key, name, now)
        assert news
        kept = news.kept
        assert kept
        with self.harbor.engine.begin() as conn:
            card = cards.keep(conn, self.harbor.practice_id, person, "sandbox", kept, now)
            agreed = (by_text, "1", "I agree", "en", now, "10.0.0.0/24")
            cards.agree(conn, NewMandate(card.practice_id, person, card.id, None, None, *agreed))
        return card.id

    async def open_page(self, *people: int) -> Attempt:
        """She has the processor's own page open, in a browser."""
        now, talk = self.clock(), self.talk()

        def begin() -> Attempt:
            with self.harbor.engine.begin() as conn:
                practice = self.harbor.world.practices.by_id(conn, self.harbor.practice_id)
                assert practice
                payer, policy = Payer(practice.id, people, None, talk), practice.file.policy
                begun = checkouts.begin(
                    conn, payer, policy, "sandbox", now, Choice(), seen_cents=None, expires_at=now + timedelta(hours=1)
                )
                assert isinstance(begun, Attempt)
                return begun

        begun = await asyncio.to_thread(begin)
        ends = now + timedelta(hours=1)
        opened = await self.bank.open_checkout(
            Order(begun.public_id, begun.amount_cents, "", "https://pay.example", ends, keep_card=False), now
        )
        with self.harbor.engine.begin() as conn:
            payments.opened(conn, begun.id, opened.url, opened.processor_id, now, ends)
        return begun

    # What the worker does

    async def charge(self) -> list[str]:
        """One round; what is said because of it."""
        return await self._new(self.charging.look())

    async def poll(self, **passed: float) -> list[str]:
        """Some time later the processor is asked."""
        self.clock.forward(**passed)
        return await self._new(self.doubts.look())

    async def _new(self, doing: Awaitable[object]) -> list[str]:
        before = max((row["id"] for row in self.harbor.all(outbox)), default=0)
        await doing
        return [row["message"] for row in self.harbor.all(outbox) if row["id"] > before]

    # What there is to see

    def talk(self) -> int:
        return min(int(row["id"]) for row in self.harbor.all(conversations))

    def state(self) -> str:
        return str(self.harbor.all(conversations)[0]["kept"]["state"])

    def balance(self, *people: int) -> list[int]:
        with self.harbor.engine.connect() as conn:
            return list(ledger.balances(conn, people).values())

    def attempts(self) -> list[tuple[str, str]]:
        return [(row["kind"], row["state"]) for row in self.harbor.all(payment_rows)]

    def posted(self) -> int:
        return len(self.harbor.rows(select(entries.c.id).where(entries.c.kind == "payment")))


@asynccontextmanager
async def open_till(harbor: Harbor, clock: Hands | None = None) -> AsyncIterator[Till]:
    """A server on that database; more than one may be open."""
    hands = clock or Hands(NOW)
    road, reader = Road(harbor.engine, harbor.world, hands, lanes=2), Reader(harbor.engine)
    road.start()
    bank = Bank(KEYS, SandboxBook(road.writer, reader))
    bank.asked = []
    practices = harbor.world.practices
    charging = Charging(road, reader, road.writer, bank, practices, hands)
    doubts = Doubts(road, reader, road.writer, bank, practices, hands)
    try:
        yield Till(harbor, hands, road, reader, bank, charging, doubts)
    finally:
        await road.close()
        reader.close()
