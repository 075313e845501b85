"""The practice with its calendar, its card processor and a clock that tests move; our messages arrive at once."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, select, update

from bot.paying.outcomes import settlements
from bot.paying.saved_cards.charging import Charging
from bot.payments import Answer, PaymentNews
from bot.payments.protocol import Order
from bot.payments.sandbox import Sandbox
from bot.plans.agreements import agreement
from bot.plans.deciding import Desk
from bot.plans.schedule import Schedule
from bot.plans.signing import Signature, sign
from bot.store import cards, ledger, payments, plans
from bot.store.money_tables import installments, plan_events
from bot.store.money_tables import plans as plans_table
from bot.store.payments import NewAttempt
from bot.store.plans import NewPlan, Plan
from bot.store.sandbox_book import SandboxBook
from bot.store.tables import conversations, outbox, tasks
from bot.store.writer import Reader
from bot.turns.arrivals import Taken
from bot.turns.road import Road
from conversations.steps.plan_terms import by_count
from tests.bot.web.house import Hands
from tests.harbor import KEYS, PHONE, Harbor, make_harbor, text

HERE = ZoneInfo("America/Los_Angeles")


def at(day: date | str, hour: int = 9, minute: int = 0) -> datetime:
    """A moment in Seattle."""
    known = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime(known.year, known.month, known.day, hour, minute, tzinfo=HERE).astimezone(UTC)


@dataclass
class Clinic:
    """The practice."""

    harbor: Harbor
    clock: Hands
    road: Road
    reader: Reader
    bank: Sandbox
    schedule: Schedule
    charging: Charging
    person: int = 0
    plan_id: int = 0
    _texts: int = field(default=0)

    def patient(self, owes: int, **more: Any) -> int:
        """Ana, who owes something."""
        self.person = self.harbor.patient("Ana Ruiz", owes=owes, **({"mail": "ana@mail.example"} | more))
        return self.person

    def write(self, fn: Any) -> Any:
        with self.harbor.engine.begin() as conn:
            return fn(conn)

    async def hear(self, words: str) -> list[str]:
        """Ana texts; what we answer."""
        self._texts += 1
        before = len(self.harbor.all(outbox))
        await self.road.take(text(words, f"SM{self._texts}", at=self.clock()))
        return [row["message"] for row in self.harbor.all(outbox)[before:]]

    def talk(self) -> int:
        with self.harbor.engine.connect() as conn:
            return int(conn.execute(select(conversations.c.id).order_by(conversations.c.id)).scalars().first() or 0)

    async def card(self, name: str = "approve", key: str = "k1") -> int:
        """She saved a card; the test card of that name."""
        now = self.clock()
        order = Order(key, 0, "", "http://x", now + timedelta(minutes=30), keep_card=True)
        await self.bank.open_checkout(order, now)
        news = await self.bank.choose(key, name, now)
        assert news
        kept = news.kept
        assert kept
        return int(
            self.write(lambda conn: cards.keep(conn, self.harbor.practice_id, self.person, "sandbox", kept, now).id)
        )

    def propose(self, count: int, first_on: date, cents: int | None = None, waits: str = "signature") -> int:
        """Terms that wait for her signature."""
        owed = self.balance()
        terms = by_count(cents or owed, count)
        new = NewPlan(
            practice_id=self.harbor.practice_id,
            person_id=self.person,
            conversation_id=self.talk() or None,
            balance_cents=terms.total_cents,
            discount_cents=0,
            total_cents=terms.total_cents,
            monthly_cents=terms.monthly_cents,
            count=count,
            first_on=first_on,
            waits=waits,
            made_by="patient",
            made_at=self.clock(),
        )
        self.plan_id = self.write(lambda conn: plans.propose(conn, new))
        return self.plan_id

    async def sign(self, card_id: int | None = None, payment_id: int | None = None, name: str = "Ana Ruiz") -> Taken:
        """She signs what the page shows."""
        now = self.clock()

        def shown(conn: Connection) -> str:
            practice = self.harbor.world.practices.by_id(conn, self.harbor.practice_id)
            plan = plans.find(conn, self.plan_id)
            assert practice
            assert plan
            return agreement(conn, practice, plan, now, "en").seen

        seen = self.write(shown)
        signed = Signature(self.plan_id, name, "198.51.100.0/24", "en", seen, card_id, payment_id)
        return await self.road.take(sign(signed, self.harbor.world, now))

    async def begin(self, count: int, first_on: date, owes: int = 16000, card: str = "approve", **more: Any) -> None:
        """A signed plan."""
        self.patient(owes, **more)
        await self.hear("hello")
        self.propose(count, first_on)
        await self.sign(await self.card(card))
        await self.settle()

    async def pays_by_hand(self, cents: int) -> str:
        """She pressed the button of a checkout, and the bank has not answered yet."""
        now, key = self.clock(), f"pay{self.clock().timestamp()}"
        new = NewAttempt(
            practice_id=self.harbor.practice_id,
            link_id=None,
            conversation_id=self.talk(),
            person_ids=(self.person,),
            shares={self.person: cents},
            amount_cents=cents,
            owed_cents=self.balance(),
            processor="sandbox",
            public_id=key,
            made_at=now,
        )

        def begin(conn: Connection) -> None:
            assert payments.begin(conn, new)
            attempt = payments.find(conn, key)
            assert attempt
            assert payments.submit(conn, attempt.id, {"submitted_at": now})

        self.write(begin)
        return key

    async def bank_says(self, key: str, cents: int) -> None:
        """It is paid."""
        now = self.clock()
        news = PaymentNews("sandbox", f"sandbox_{key}", key, Answer.PAID, cents, "Visa", "4242", now)
        await self.road.take(settlements.settle(news, self.harbor.world.practices, now))

    async def settle(self) -> None:
        """Until nothing more is to be done at this moment. Our messages arrive."""
        for _ in range(20):
            done = await self.schedule.look() + await self.charging.look()
            self._deliver()
            if not done:
                return
        raise AssertionError("it never came to rest")

    async def go_to(self, moment: datetime) -> None:
        """The clock jumps there."""
        self.clock.forward(seconds=(moment - self.clock()).total_seconds())
        await self.settle()

    async def live_to(self, day: date) -> None:
        """Day by day, each morning and evening."""
        now = self.clock().astimezone(HERE).date()
        while now < day:
            now += timedelta(days=1)
            for hour in (9, 21):
                await self.go_to(at(now, hour))

    def _deliver(self) -> None:
        o = outbox.c
        ready = (o.state.in_(("queued", "held")), o.due_at <= self.clock())
        self.write(lambda conn: conn.execute(update(outbox).where(*ready).values(state="delivered")))

    # What tests look at

    def balance(self) -> int:
        with self.harbor.engine.connect() as conn:
            return ledger.balances(conn, [self.person])[self.person]

    def charged(self) -> list[tuple[str, int]]:
        """The days in Seattle on which money was taken, and how much."""
        rows = self.harbor.rows(
            select(installments.c.paid_at, installments.c.amount_cents)
            .where(installments.c.state == "paid")
            .order_by(installments.c.paid_at)
        )
        return [(f"{row['paid_at'].astimezone(HERE):%m/%d %H:%M}", row["amount_cents"]) for row in rows]

    def plan(self, conn: Connection) -> Plan:
        found = plans.find(conn, self.plan_id)
        assert found
        return found

    def desk(self, who: str = "kim") -> Desk:
        """Who decides at the practice."""
        world = self.harbor.world
        practice = self.write(lambda conn: world.practices.by_id(conn, self.harbor.practice_id))
        return Desk(world, practice, who, self.clock())

    def rows(self) -> Sequence[Any]:
        return self.harbor.all(installments)

    @property
    def state(self) -> str:
        with self.harbor.engine.connect() as conn:
            return str(conn.scalar(select(plans_table.c.state).where(plans_table.c.id == self.plan_id)))

    def said(self) -> list[str]:
        return [row["message"] for row in self.harbor.all(outbox)]

    def tasks(self) -> list[str]:
        return [row["kind"] for row in self.harbor.all(tasks)]

    def story(self) -> list[str]:
        return [row["what"] for row in self.harbor.all(plan_events)]


@asynccontextmanager
async def open_clinic(engine: Engine, begins: datetime, **policy: Any) -> AsyncIterator[Clinic]:
    """It opens then."""
    told: dict[str, Any] = {"policy": {"plans": {"installments_with_approval": 12, "truth_in_lending": True} | policy}}
    harbor = make_harbor(engine, **told)
    async with open_again(harbor, Hands(begins)) as clinic:
        yield clinic


@asynccontextmanager
async def open_again(harbor: Harbor, clock: Hands) -> AsyncIterator[Clinic]:
    """Another server on the same database."""
    road = Road(harbor.engine, harbor.world, clock, lanes=2)
    road.start()
    reader = Reader(harbor.engine)
    bank = Sandbox(KEYS, SandboxBook(road.writer, reader))
    schedule = Schedule(road, reader, road.writer, harbor.world, clock)
    charging = Charging(road, reader, road.writer, bank, harbor.world.practices, clock)
    try:
        yield Clinic(harbor, clock, road, reader, bank, schedule, charging)
    finally:
        await road.close()
        reader.close()


__all__ = ["PHONE", "Clinic", "at", "open_again", "open_clinic"]
