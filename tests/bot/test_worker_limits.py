"""A worker while others are slow, refuse or are away: nothing piles up, nothing is forgotten, and it always ends."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import aiohttp
import pytest
from sqlalchemy import Connection, Engine, insert

from bot.channels.email import MailOut
from bot.channels.results import Accepted, MaybeSent, Sent, TryLater
from bot.channels.text import TwilioText
from bot.sending.emptying import empty
from bot.sending.results import Result, record
from bot.store import follow_ups
from bot.store.redactions import MOST, Redaction, ask
from bot.store.tables import redactions, timers
from bot.store.writer import Reader, Writer
from bot.turns.arrivals import Arrival, Taken
from bot.wakeups import MemoryWakeups
from bot.worker import AT_ONCE, Channels, Worker
from conversations.effects import Kind
from tests.bot.claiming import take
from tests.bot.outgoing import NOON, Office, wording
from tests.bot.test_worker import Road, ticking
from tests.logbook import LogBook
from tests.stand_ins.twilio import ACCOUNT, TOKEN, StandIn

T = TypeVar("T")
MANY = 100_000
"""Segments a second: nothing waits for its lane."""


@dataclass
class SlowRelay:
    """A relay that keeps everybody waiting until it is told to go on."""

    answer: Callable[[MailOut], Sent] = field(default=lambda mail: Accepted(mail.message_id, "sent"))
    begun: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    open: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, mail: MailOut) -> Sent:
        self.begun.release()
        await self.open.wait()
        return self.answer(mail)


class ShakyWriter(Writer):
    """A writer whose database goes away when it is told, for so many transactions."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self.failures, self.failed = 0, asyncio.Event()

    async def run(self, fn: Callable[[Connection], T]) -> T:
        if self.failures:
            self.failures -= 1
            self.failed.set()
            raise OSError("the database is away")
        return await super().run(fn)


class ShakyRoad(Road):
    """A road that cannot take the first thing it is given."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        self.office = office
        self.timers_then: list[int] = []

    async def take(self, arrival: Arrival) -> Taken:
        self.timers_then.append(len(self.office.all(timers)))
        if len(self.timers_then) == 1:
            raise OSError("the database is away")
        return await super().take(arrival)


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Office:
    """A practice that sends fast."""
    overlay = wording(tmp_path, t__one="One.", t__code="{{ code }}")
    return Office(engine, overlay=overlay, segments_per_second=MANY, segments_per_day=9999)


@dataclass
class House:
    """Workers of one office, and what is around them."""

    office: Office
    twilio: StandIn
    session: aiohttp.ClientSession
    writer: ShakyWriter
    reader: Reader
    relay: SlowRelay = field(default_factory=SlowRelay)
    road: Road = field(default_factory=Road)

    def worker(self, patience: float = 20) -> Worker:
        text = TwilioText(self.session, ACCOUNT, TOKEN, self.twilio.url)
        rest = (self.road, self.office.desk, Channels(text, self.relay), MemoryWakeups(), ticking)
        return Worker(self.writer, self.reader, *rest, alone=True, patience=patience)

    def mails(self, count: int) -> list[int]:
        patient = self.office.patient(1, channel="email", address="zaferino@mail.example")
        cells = {"channel": "email", "number_id": None, "ground_id": patient.wrote(ticking())}
        return patient.messages([cells] * count, Kind.REPLY, "t/one")

    def states(self, channel: str = "email") -> Counter[str]:
        return Counter(row.state for row in self.office.rows() if row.channel == channel)


@pytest.fixture
async def house(office: Office) -> AsyncIterator[House]:
    """Nobody has started yet."""
    writer, reader = ShakyWriter(office.engine), Reader(office.engine)
    async with StandIn() as twilio, aiohttp.ClientSession() as session:
        yield House(office, twilio, session, writer, reader)
        assert not twilio.faults
    await asyncio.to_thread(writer.close)
    reader.close()


async def reached(begun: asyncio.Semaphore, count: int) -> None:
    async with asyncio.timeout(20):
        for _ in range(count):
            await begun.acquire()


class TestSlowRelay:
    async def test_no_more_mail_is_claimed_than_the_relay_takes_and_texts_pass_it(self, house: House) -> None:
        house.mails(3 * AT_ONCE)
        worker = house.worker()
        await worker.start()
        await reached(house.relay.begun, AT_ONCE)
        house.office.patient(2).message(message="t/one", due_at=ticking(), created_at=ticking())
        await reached(house.twilio.arrived, 1)
        assert house.states() == {"sending": AT_ONCE, "queued": 2 * AT_ONCE}
        house.relay.open.set()
        await reached(house.relay.begun, 2 * AT_ONCE)
        await worker.close()
        assert house.states() == {"sent": 3 * AT_ONCE}

    async def test_try_later_counts_after_the_call_was_given_up_on(self, house: House) -> None:
        house.relay.answer = lambda _: TryLater()
        [row] = house.mails(1)
        worker = house.worker()
        await worker.start()
        await reached(house.relay.begun, 1)
        with house.office.engine.begin() as conn:
            assert follow_ups.give_up_on(conn, ticking(), all_of_them=True) == 1
        house.relay.open.set()
        await worker.close()
        found = house.office.row(row)
        assert (found.state, found.attempts, found.check_at) == ("queued", 1, None)

    @pytest.mark.parametrize("sent", [TryLater(), MaybeSent()], ids=str)
    def test_a_result_changes_its_own_try_only(self, office: Office, sent: Sent) -> None:
        row = office.patient().message(message="t/one", state="sending", attempts=2, submitted_at=NOON)
        with office.engine.begin() as conn:
            record(conn, [Result(row, 1, sent)], NOON)
        assert office.row(row).state == "sending"

    def test_what_waits_to_be_sent_again_is_not_asked_about(self, office: Office) -> None:
        row = office.patient().message(message="t/one")
        with office.engine.begin() as conn:
            follow_ups.check_again(conn, row, NOON)
            assert not follow_ups.checks(conn, NOON)
        assert take(office).ready


class TestClosing:
    async def test_it_ends_though_the_database_is_away(self, house: House) -> None:
        [row] = house.mails(1)
        worker = house.worker(patience=0.3)
        await worker.start()
        await reached(house.relay.begun, 1)
        house.writer.failures = MANY
        house.relay.open.set()
        async with asyncio.timeout(20):
            await house.writer.failed.wait()
            await worker.close()
        house.writer.failures = 0
        assert house.office.row(row).state == "sending"
        after = house.worker()
        await after.start()
        await after.close()
        assert house.office.row(row).state == "uncertain"

    async def test_it_ends_though_the_relay_does_not_answer(self, house: House, log_book: LogBook) -> None:
        house.mails(3)
        worker = house.worker(patience=0.3)
        await worker.start()
        await reached(house.relay.begun, 3)
        async with asyncio.timeout(20):
            await worker.close()
        assert house.states() == {"sending": 3}
        assert "3 calls cut" in log_book.text()

    async def test_calls_that_wait_for_a_slot_are_left_to_the_next_start(self, house: House) -> None:
        patient = house.office.patient()
        cells = {"ground_id": patient.wrote(ticking()), "due_at": ticking()}
        patient.messages([cells] * (AT_ONCE + 6), Kind.REPLY, "t/one")
        house.twilio.pause()
        worker = house.worker()
        await worker.start()
        await reached(house.twilio.arrived, AT_ONCE)
        assert house.states("text") == {"sending": AT_ONCE + 6}
        closing = asyncio.ensure_future(worker.close())
        house.twilio.go_on()
        await closing
        assert house.states("text") == {"sent": AT_ONCE, "queued": 6}
        assert len(house.twilio.messages) == AT_ONCE


class TestNothingIsForgotten:
    async def test_results_until_they_are_written_down(self, house: House, log_book: LogBook) -> None:
        [row] = house.mails(1)
        worker = house.worker()
        await worker.start()
        await reached(house.relay.begun, 1)
        house.writer.failures = 1
        house.relay.open.set()
        async with asyncio.timeout(20):
            await house.writer.failed.wait()
        await worker.close()
        assert "results not kept yet" in log_book.text()
        assert house.office.row(row).state == "sent"

    async def test_a_timer_until_the_road_has_taken_it(self, house: House) -> None:
        road = house.road = ShakyRoad(house.office)
        talk = house.office.patient().conversation_id
        row = {"state": "consent.asked", "entered_turn": 3, "reason": "silence", "due_at": NOON}
        with house.office.engine.begin() as conn:
            conn.execute(insert(timers).values(conversation_id=talk, **row))
        worker = house.worker()
        await worker.start()
        async with asyncio.timeout(20):
            await road.heard.wait()
        await worker.close()
        assert road.timers_then == [1, 1]
        assert not house.office.all(timers)


class TestCardNumbers:
    async def test_what_the_provider_will_not_empty_holds_nobody_up(self, house: House) -> None:
        inbox_id = house.office.patient().wrote()
        for sid in ("SM8", "SM9"):
            house.twilio.messages.append({"sid": sid, "to": "", "from": "", "body": "a card", "status": "received"})
        house.twilio.stubborn.add("SM8")
        with house.office.engine.begin() as conn:
            ask(conn, [Redaction("twilio", sid, NOON, inbox_id=inbox_id) for sid in ("SM8", "SM9")])
        worker = house.worker()
        await worker.start()
        async with asyncio.timeout(20):
            await house.twilio.emptied.wait()
        await worker.close()
        refused, done = house.office.all(redactions)
        assert (refused.tries, refused.done_at) == (1, None)
        assert refused.ask_at > NOON
        assert done.done_at is not None

    async def test_a_heap_of_them_is_gone_through_without_a_rest(self, house: House) -> None:
        inbox_id = house.office.patient().wrote()
        with house.office.engine.begin() as conn:
            ask(conn, [Redaction("twilio", f"SM{n}", NOON, inbox_id=inbox_id) for n in range(MOST + 1)])
        text = TwilioText(house.session, ACCOUNT, TOKEN, house.twilio.url)
        more = [await empty(house.writer, house.reader, text, ticking) for _ in range(2)]
        assert more == [True, False]
        assert all(row.done_at for row in house.office.all(redactions))

    async def test_what_the_provider_no_longer_has_is_done(self, house: House) -> None:
        text = TwilioText(house.session, ACCOUNT, TOKEN, house.twilio.url)
        assert await text.redact("SM7")

    async def test_a_server_that_is_not_the_provider_is_not_believed(self, house: House) -> None:
        text = TwilioText(house.session, ACCOUNT, TOKEN, house.twilio.url + "/elsewhere")
        assert not await text.redact("SM7")
