"""From the outbox to the provider with the real SDK: never twice, never forgotten, whatever the provider does."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import Engine

from bot.channels.results import Accepted, MaybeSent, Refused, TryLater
from bot.channels.text import TextOut, TwilioText
from bot.sending.claiming import claim
from bot.sending.reconciling import reconcile
from bot.sending.results import Result, record
from bot.store.engine import make_engine
from bot.store.tables import redactions, tasks
from bot.store.writer import Reader, Writer
from conversations.effects import Kind
from tests import canaries
from tests.bot.outgoing import NOON, OURS, Office, wording
from tests.logbook import LogBook
from tests.stand_ins.twilio import ACCOUNT, BROKEN, BUSY, HANGS, TOKEN, Mishap, StandIn, refused

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
BRIEF = aiohttp.ClientTimeout(total=0.3, connect=0.3)
WORDS = f"Your code is {canaries.CODES[0]}"


@pytest.fixture
async def twilio() -> AsyncIterator[StandIn]:
    """A Twilio whose every request must have been well-formed."""
    async with StandIn() as server:
        yield server
    assert not server.faults


@pytest.fixture
async def channel(twilio: StandIn) -> AsyncIterator[TwilioText]:
    """The channel, with little patience."""
    async with aiohttp.ClientSession() as session:
        yield TwilioText(session, ACCOUNT, TOKEN, twilio.url, BRIEF)


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Office:
    """A practice that sends fast."""
    overlay = wording(tmp_path, t__one="One.", t__code="Your code is {{ code }}")
    return Office(engine, overlay=overlay, segments_per_second=100, segments_per_day=9999)


def text(sender: str = OURS) -> TextOut:
    return TextOut(7, canaries.PHONES[0], sender, WORDS, "https://pay.harbor.example/webhooks/twilio/status?m=7", 600)


async def round_trip(office: Office, channel: TwilioText, now: datetime) -> int:
    """Claim, hand over, write down: as the worker does."""
    with office.engine.begin() as conn:
        ready = claim(conn, office.desk, now).ready
    sent = await asyncio.gather(*(channel.send(one.out) for one in ready if isinstance(one.out, TextOut)))
    with office.engine.begin() as conn:
        record(conn, [Result(r.outbox_id, r.attempts, s) for r, s in zip(ready, sent, strict=True)], now, lambda: 0.5)
    return len(ready)


async def ask(office: Office, channel: TwilioText, now: datetime) -> None:
    """One look at what became of uncertain messages."""
    writer, reader = Writer(office.engine), Reader(office.engine)
    await reconcile(writer, reader, channel, lambda: now)
    await asyncio.to_thread(writer.close)
    reader.close()


class TestOneText:
    async def test_what_is_sent(self, twilio: StandIn, channel: TwilioText) -> None:
        assert await channel.send(text()) == Accepted("SM" + "0" * 32, "queued")
        assert twilio.requests == [
            {
                "To": canaries.PHONES[0],
                "From": OURS,
                "Body": WORDS,
                "StatusCallback": "https://pay.harbor.example/webhooks/twilio/status?m=7",
                "ValidityPeriod": "600",
            }
        ]

    async def test_by_a_messaging_service(self, twilio: StandIn, channel: TwilioText) -> None:
        await channel.send(text("MG" + "1" * 32))
        assert twilio.requests[0]["MessagingServiceSid"] == "MG" + "1" * 32
        assert "From" not in twilio.requests[0]

    @pytest.mark.parametrize(
        "mishap, result",
        [
            (BUSY, TryLater()),
            (Mishap(429, 20429, accepts=False, headers={"Retry-After": "7"}), TryLater(timedelta(seconds=7))),
            (Mishap(429, 20429, accepts=False, headers={"Retry-After": "soon"}), TryLater()),
            (refused(21610), Refused("21610")),
            (Mishap(401, 20003, accepts=False), Refused("20003")),
            (Mishap(404, accepts=False, body="<html>"), Refused("404")),
            (BROKEN, MaybeSent()),
            (Mishap(503), MaybeSent()),
            (Mishap(302, headers={"Location": "/elsewhere"}), MaybeSent()),
            (Mishap(body="not json"), MaybeSent()),
            (Mishap(body="[]"), MaybeSent()),
            (Mishap(body="{}"), MaybeSent()),
            (Mishap(body=""), MaybeSent()),
            (HANGS, MaybeSent()),
        ],
        ids=str,
    )
    async def test_each_answer_means_one_thing(
        self, twilio: StandIn, channel: TwilioText, mishap: Mishap, result: object
    ) -> None:
        twilio.mishaps.append(mishap)
        assert await channel.send(text()) == result
        assert len(twilio.requests) == 1

    async def test_nobody_at_home(self) -> None:
        async with aiohttp.ClientSession() as session:
            assert await TwilioText(session, ACCOUNT, TOKEN, "http://127.0.0.1:9").send(text()) == TryLater()

    async def test_the_log_says_nothing(self, twilio: StandIn, channel: TwilioText, log_book: LogBook) -> None:
        for mishap in (Mishap(), BROKEN, refused(21211)):
            twilio.mishaps.append(mishap)
            await channel.send(text())
        assert canaries.CODES[0] not in log_book.text()
        assert canaries.PHONES[0] not in log_book.text()

    async def test_redaction_empties_the_providers_copy(self, twilio: StandIn, channel: TwilioText) -> None:
        await channel.send(text())
        assert await channel.redact("SM" + "0" * 32)
        assert twilio.messages[0]["body"] == ""


class TestTheOutbox:
    async def test_a_storm_of_429_and_all_arrive_once(
        self, office: Office, twilio: StandIn, channel: TwilioText
    ) -> None:
        patient = office.patient()
        ground = patient.wrote()
        patient.messages([{"ground_id": ground}] * 30, Kind.REPLY, "t/one")
        twilio.mishaps.extend([BUSY, Mishap(), Mishap()] * 10)
        now = NOON
        while await round_trip(office, channel, now) or now < NOON + 10 * SECOND:
            now += timedelta(milliseconds=300)
        assert len(twilio.messages) == 30
        assert {row.state for row in office.rows()} == {"sent"}

    async def test_after_five_tries_it_is_put_off(self, office: Office, twilio: StandIn, channel: TwilioText) -> None:
        row = office.patient().message(message="t/one")
        twilio.mishaps.extend([BUSY] * 5)
        now = NOON
        while len(twilio.requests) < 5:
            now += SECOND
            await round_trip(office, channel, now)
        assert (office.row(row).state, office.row(row).held_by) == ("queued", "provider_busy")
        assert office.row(row).due_at == now + 5 * MINUTE
        await round_trip(office, channel, now + 5 * MINUTE)
        assert office.row(row).state == "sent"

    @pytest.mark.parametrize("mishap", [BROKEN, HANGS, Mishap(503), Mishap(body="nonsense")], ids=str)
    async def test_maybe_sent_is_found_and_never_sent_again(
        self, office: Office, twilio: StandIn, channel: TwilioText, mishap: Mishap
    ) -> None:
        twilio.now = lambda: NOON
        row = office.patient().message(message="t/one")
        twilio.mishaps.append(mishap)
        await round_trip(office, channel, NOON)
        assert office.row(row).state == "uncertain"
        assert not await round_trip(office, channel, NOON + MINUTE)
        await ask(office, channel, NOON + MINUTE)
        assert (office.row(row).state, office.row(row).provider_id) == ("sent", twilio.messages[0]["sid"])
        assert len(twilio.messages) == 1

    async def test_lost_before_it_was_kept_it_becomes_a_task(
        self, office: Office, twilio: StandIn, channel: TwilioText
    ) -> None:
        row = office.patient().message(message="t/one")
        twilio.mishaps.append(Mishap(500, accepts=False))
        now = NOON
        await round_trip(office, channel, now)
        while office.row(row).check_at:
            now += 30 * SECOND
            await ask(office, channel, now)
        assert office.row(row).state == "uncertain"
        assert (len(twilio.requests), len(twilio.messages)) == (1, 0)
        assert [task.kind for task in office.all(tasks)] == ["message_uncertain"]
        assert now - NOON <= 11 * MINUTE

    async def test_mail_that_may_be_out_becomes_a_task(self, office: Office, channel: TwilioText) -> None:
        patient = office.patient(channel="email", address=canaries.EMAILS[0])
        row = patient.message(message="t/one", channel="email", number_id=None)
        with office.engine.begin() as conn:
            assert claim(conn, office.desk, NOON).ready
            record(conn, [Result(row, 1, MaybeSent())], NOON)
        for minutes in (1, 11):
            await ask(office, channel, NOON + minutes * MINUTE)
        assert (office.row(row).state, office.row(row).check_at) == ("uncertain", None)
        assert [task.kind for task in office.all(tasks)] == ["message_uncertain"]

    async def test_twins_are_told_apart(self, office: Office, twilio: StandIn, channel: TwilioText) -> None:
        twilio.now = lambda: NOON
        patient = office.patient()
        ground = patient.wrote()
        rows = patient.messages([{"ground_id": ground}] * 3, Kind.REPLY, "t/one")
        twilio.mishaps.extend([BROKEN, Mishap(), BROKEN])
        await round_trip(office, channel, NOON)
        for minutes in (1, 2):
            await ask(office, channel, NOON + minutes * MINUTE)
        assert {office.row(row).provider_id for row in rows} == {one["sid"] for one in twilio.messages}
        assert len(twilio.messages) == 3

    async def test_a_twin_that_is_still_on_its_way_is_not_mistaken_for_the_lost_one(
        self, office: Office, twilio: StandIn, channel: TwilioText
    ) -> None:
        twilio.now = lambda: NOON
        patient = office.patient()
        ground = patient.wrote()
        lost, twin = patient.messages([{"ground_id": ground}] * 2, Kind.REPLY, "t/one")
        with office.engine.begin() as conn:
            outs = {one.outbox_id: one.out for one in claim(conn, office.desk, NOON).ready}
        twilio.mishaps.append(Mishap(500, accepts=False))
        lost_out, twin_out = outs[lost], outs[twin]
        assert isinstance(lost_out, TextOut)
        assert isinstance(twin_out, TextOut)
        assert await channel.send(lost_out) == MaybeSent()
        taken = await channel.send(twin_out)  # Twilio has it; our own call is not back yet
        with office.engine.begin() as conn:
            record(conn, [Result(lost, 1, MaybeSent())], NOON)
        await ask(office, channel, NOON + MINUTE)
        assert (office.row(lost).state, office.row(lost).provider_id) == ("uncertain", None)
        with office.engine.begin() as conn:
            record(conn, [Result(twin, 1, taken)], NOON + MINUTE)
        await ask(office, channel, NOON + 2 * MINUTE)
        assert (office.row(twin).state, office.row(twin).provider_id) == ("sent", twilio.messages[0]["sid"])
        assert (office.row(lost).state, office.row(lost).provider_id) == ("uncertain", None)
        assert len(twilio.messages) == 1

    async def test_a_missing_callback_is_asked_for(self, office: Office, twilio: StandIn, channel: TwilioText) -> None:
        row = office.patient().message(message="t/one")
        await round_trip(office, channel, NOON)
        twilio.messages[0]["status"] = "delivered"
        await ask(office, channel, NOON + 9 * MINUTE)
        assert office.row(row).state == "sent"
        await ask(office, channel, NOON + 10 * MINUTE)
        assert office.row(row).state == "delivered"
        assert office.row(row).check_at is None

    async def test_a_code_whose_receipt_comes_at_the_last_is_emptied_once(
        self, office: Office, twilio: StandIn, channel: TwilioText
    ) -> None:
        patient = office.patient()
        patient.message(Kind.CODE, "t/one", code_id=patient.code())
        await round_trip(office, channel, NOON)
        twilio.messages[0]["status"] = "delivered"
        await ask(office, channel, NOON + 72 * 60 * MINUTE)
        assert len(office.all(redactions)) == 1

    async def test_without_a_receipt_it_stays_sent(self, office: Office, twilio: StandIn, channel: TwilioText) -> None:
        patient = office.patient()
        row = patient.message(Kind.CODE, "t/one", code_id=patient.code())
        await round_trip(office, channel, NOON)
        now = NOON
        while office.row(row).check_at:
            assert not office.all(redactions)
            now = office.row(row).check_at
            await ask(office, channel, now)
        assert office.row(row).state == "sent"
        assert twilio.asked < 15
        assert now - NOON >= timedelta(hours=72)
        # No word will come any more, and it held a code: the provider's copy goes all the same.
        assert [one.outbox_id for one in office.all(redactions)] == [row]


async def test_cut_at_every_byte(sqlite_url: str, tmp_path: Path, twilio: StandIn, channel: TwilioText) -> None:
    engine = make_engine(sqlite_url)
    office = Office(engine, overlay=wording(tmp_path, t__one="One."), segments_per_second=1000, segments_per_day=9999)
    twilio.now = lambda: NOON
    for cut in range(0, 330, 3):
        office.patient(cut + 1).message(message="t/one")
        twilio.mishaps.append(Mishap(cut_at=cut))
        await round_trip(office, channel, NOON)
    assert {row.state for row in office.rows()} <= {"uncertain", "sent"}
    for _ in range(8):
        await ask(office, channel, NOON + MINUTE)
    assert {row.state for row in office.rows()} == {"sent"}
    assert len(twilio.messages) == len(office.rows()) == len({one["to"] for one in twilio.messages})
    engine.dispose()
