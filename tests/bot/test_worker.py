"""The worker over real databases, with the real SDK against a stand-in: sends, wakes, tells the road, ends cleanly."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import Engine, insert

from bot.channels.email import MailOut
from bot.channels.results import Accepted, Sent
from bot.channels.text import TwilioText
from bot.sending.deliveries import record_status
from bot.store.redactions import Redaction, ask
from bot.store.tables import person_addresses, redactions, timers
from bot.store.writer import Reader, Writer
from bot.turns.arrivals import Arrival, Ended, Taken
from bot.wakeups import MemoryWakeups
from bot.worker import Channels, Worker
from conversations.effects import Kind
from conversations.events import CodeUndelivered, NoticeDue, WaitEnded
from tests.bot.outgoing import NOON, Office, wording
from tests.stand_ins.twilio import ACCOUNT, TOKEN, StandIn

BEGUN = time.monotonic()


def ticking() -> datetime:
    """A clock that began at noon and runs like any other."""
    return NOON + timedelta(seconds=time.monotonic() - BEGUN)


@dataclass
class Road:
    """A road that keeps what it is told."""

    taken: list[Arrival] = field(default_factory=list)
    on_outbox: list[Callable[[], None]] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, arrival: Arrival) -> Taken:
        self.taken.append(arrival)
        self.heard.set()
        return Taken(Ended.SILENT)


@dataclass
class Mailbox:
    """A mail channel that keeps what it is given."""

    mails: list[MailOut] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, mail: MailOut) -> Sent:
        self.mails.append(mail)
        self.came.set()
        return Accepted(mail.message_id, "sent")


@dataclass
class Running:
    """A worker and everything around it."""

    office: Office
    twilio: StandIn
    road: Road
    mailbox: Mailbox
    wakeups: MemoryWakeups
    begin: Callable[[], Awaitable[None]]
    end: Callable[[], Awaitable[None]]

    async def say(self, row: int, state: str) -> None:
        """The provider's word about the only message it has."""
        sid = self.twilio.messages[0]["sid"]

        def note() -> None:
            with self.office.engine.begin() as conn:
                record_status(conn, sid, row, state, None, ticking())

        await asyncio.to_thread(note)


@pytest.fixture
async def running(engine: Engine, tmp_path: Path) -> AsyncIterator[Running]:
    """Not started yet."""
    overlay = wording(tmp_path, t__one="One.", t__code="{{ code }}")
    office = Office(engine, overlay=overlay, segments_per_second=50, segments_per_day=9999)
    writer, reader = Writer(engine), Reader(engine)
    road, mailbox, wakeups = Road(), Mailbox(), MemoryWakeups()
    async with StandIn() as twilio, aiohttp.ClientSession() as session:
        channels = Channels(TwilioText(session, ACCOUNT, TOKEN, twilio.url), mailbox)
        worker = Worker(writer, reader, road, office.desk, channels, wakeups, ticking, alone=True)
        yield Running(office, twilio, road, mailbox, wakeups, worker.start, worker.close)
        assert not twilio.faults
    await asyncio.to_thread(writer.close)
    reader.close()


async def test_what_waits_is_sent_and_written_down(running: Running) -> None:
    patient = running.office.patient()
    ground = patient.wrote(ticking())
    rows = patient.messages([{"ground_id": ground, "due_at": ticking()}] * 5, Kind.REPLY, "t/one")
    await running.begin()
    async with asyncio.timeout(20):
        for _ in rows:
            await running.twilio.arrived.acquire()
    await running.end()
    assert [running.office.row(row).state for row in rows] == ["sent"] * 5
    assert len(running.twilio.messages) == 5


async def test_a_message_from_another_process_is_noticed_within_a_second(running: Running) -> None:
    await running.begin()
    patient = running.office.patient()
    patient.message(message="t/one", due_at=ticking(), created_at=ticking())
    async with asyncio.timeout(5):
        await running.twilio.arrived.acquire()
    await running.end()
    assert len(running.twilio.messages) == 1


async def test_mail_goes_by_mail(running: Running) -> None:
    patient = running.office.patient(channel="email", address="zaferino@mail.example")
    row = patient.message(message="t/one", channel="email", number_id=None, due_at=ticking(), created_at=ticking())
    await running.begin()
    async with asyncio.timeout(20):
        await running.mailbox.came.wait()
    await running.end()
    assert (running.office.row(row).state, running.office.row(row).provider_id) == (
        "sent", running.mailbox.mails[0].message_id,
    )  # fmt: skip


async def test_timers_wake_their_conversation_once(running: Running) -> None:
    patient = running.office.patient()
    with running.office.engine.begin() as conn:
        conn.execute(
            insert(timers).values(
                conversation_id=patient.conversation_id,
                state="consent.asked",
                entered_turn=3,
                reason="silence",
                due_at=NOON,
            )
        )
    await running.begin()
    async with asyncio.timeout(20):
        await running.road.heard.wait()
    await running.end()
    [arrival] = running.road.taken
    assert (arrival.provider, arrival.conversation_id) == ("timer", patient.conversation_id)
    assert arrival.event == WaitEnded("silence", "consent.asked", 3)
    assert not running.office.all(timers)


async def test_a_code_that_was_lost_is_told_to_the_talk(running: Running) -> None:
    patient = running.office.patient()
    row = patient.message(
        Kind.CODE,
        "t/code",
        code_id=patient.code(),
        state="undelivered",
        follow_up="code_undelivered",
        submitted_at=NOON,
    )
    await running.begin()
    async with asyncio.timeout(20):
        await running.road.heard.wait()
    await running.end()
    [arrival] = running.road.taken
    assert arrival.event == CodeUndelivered("text", (patient.id,))
    assert (arrival.provider, arrival.provider_id) == ("outbox", f"{row}:code")
    assert running.office.row(row).follow_up is None


async def test_a_notice_that_was_lost_goes_by_mail(running: Running) -> None:
    patient = running.office.patient()
    mail = running.office.patient(2, channel="email", address="zaferino@mail.example")
    with running.office.engine.begin() as conn:
        conn.execute(insert(person_addresses).values(person_id=patient.id, address_id=mail.address_id))
    patient.message(Kind.NOTICE, "t/one", state="failed", follow_up="notice_undelivered", submitted_at=NOON)
    await running.begin()
    async with asyncio.timeout(20):
        await running.road.heard.wait()
    await running.end()
    [arrival] = running.road.taken
    assert (arrival.event, arrival.conversation_id) == (NoticeDue(patient.id), mail.conversation_id)


async def test_what_a_killed_process_left_is_not_sent_again(running: Running) -> None:
    patient = running.office.patient()
    row = patient.message(message="t/one", state="sending", submitted_at=NOON)
    await running.begin()
    await running.end()
    assert running.office.row(row).state == "uncertain"
    assert not running.twilio.messages


async def test_card_numbers_are_taken_out_of_the_providers_copy(running: Running) -> None:
    patient = running.office.patient()
    inbox_id = patient.wrote()
    running.twilio.messages.append({"sid": "SM9", "to": "", "from": "", "body": "a card", "status": "received"})
    with running.office.engine.begin() as conn:
        ask(conn, [Redaction("twilio", "SM9", NOON, inbox_id=inbox_id)])
    await running.begin()
    async with asyncio.timeout(20):
        await running.twilio.emptied.wait()
    await running.end()
    assert running.twilio.messages[0]["body"] == ""
    assert running.office.all(redactions)[0].done_at is not None


async def test_a_code_is_taken_out_of_the_providers_copy_once_it_arrived(running: Running) -> None:
    patient = running.office.patient()
    row = patient.message(Kind.CODE, "t/code", code_id=patient.code(ticking()), due_at=ticking(), created_at=ticking())
    await running.begin()
    async with asyncio.timeout(20):
        await running.twilio.arrived.acquire()
        assert len(running.twilio.messages[0]["body"]) == 6
        await running.say(row, "delivered")
        await running.twilio.emptied.wait()
    await running.end()
    assert running.twilio.messages[0]["body"] == ""
    [asked] = running.office.all(redactions)
    assert (asked.outbox_id, asked.inbox_id, asked.held) == (row, None, "code")
    assert asked.done_at is not None


async def test_closing_waits_for_calls_that_are_under_way(running: Running) -> None:
    patient = running.office.patient()
    row = patient.message(message="t/one", due_at=ticking(), created_at=ticking())
    running.twilio.pause()
    await running.begin()
    async with asyncio.timeout(20):
        await running.twilio.arrived.acquire()
    closing = asyncio.ensure_future(running.end())
    running.twilio.go_on()
    await closing
    assert running.office.row(row).state == "sent"
