"""A practice's own Twilio account: its texts leave by it, and everything about them is asked there and nowhere else."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import Engine, insert, update

from bot.channels.results import TryLater
from bot.channels.text import TextOut, TwilioText
from bot.practice_file import from_json, to_json
from bot.sending.deliveries import record_status
from bot.sending.emptying import empty
from bot.sending.mute import TokensThatCame
from bot.store.redactions import Redaction
from bot.store.redactions import ask as ask_to_empty
from bot.store.tables import inbox, outbox, practices, redactions, tasks
from bot.store.writer import Reader, Writer
from conversations.effects import Kind
from tests import canaries
from tests.bot.claiming import take
from tests.bot.outgoing import NOON, OURS, Office, wording
from tests.bot.test_handing_over import BRIEF, MINUTE, SECOND, ask, round_trip
from tests.stand_ins.twilio import ACCOUNT, BROKEN, TOKEN, StandIn

SUB, SUB_TOKEN = "AC" + "5" * 32, "token-of-the-subaccount"
OTHER = "AC" + "6" * 32


class Desk:
    """A practice with an account of its own, a Twilio that knows both, and the tokens that we hold."""

    def __init__(self, office: Office, twilio: StandIn, session: aiohttp.ClientSession) -> None:
        self.office, self.twilio = office, twilio
        self.tokens: dict[str, tuple[str, ...]] = {SUB: (SUB_TOKEN,)}
        self.channel = TwilioText(session, ACCOUNT, TOKEN, twilio.url, BRIEF, self.held)
        office.desk = replace(office.desk, acts_as=lambda account: account == "" or account in self.tokens)
        self.texts_by(SUB)

    def held(self, account: str) -> tuple[str, ...]:
        return self.tokens.get(account, ())

    async def finished(self, now: datetime) -> list[str | None]:
        """One look for tokens that came; who finished the tasks."""
        writer, reader = Writer(self.office.engine), Reader(self.office.engine)
        await TokensThatCame(writer, reader, self.office.desk.acts_as, lambda: now).look()
        await asyncio.to_thread(writer.close)
        reader.close()
        return [one.done_by for one in self.office.all(tasks)]

    def texts_by(self, account: str) -> None:
        """The practice file names that account from now on."""
        with self.office.engine.begin() as conn:
            [file] = conn.scalars(practices.select().with_only_columns(practices.c.file))
            changed = to_json(replace(from_json(file), twilio_account_sid=account))
            conn.execute(update(practices).values(file=changed, version=practices.c.version + 1))
        self.office.desk.practices.forget()


@pytest.fixture
async def desk(engine: Engine, tmp_path: Path) -> AsyncIterator[Desk]:
    """It sends fast; every request at Twilio must carry the token of the account that it names."""
    overlay = wording(tmp_path, t__one="One.", t__code="Your code is {{ code }}")
    office = Office(engine, overlay=overlay, segments_per_second=100, segments_per_day=9999)
    async with StandIn() as twilio, aiohttp.ClientSession() as session:
        twilio.accounts[SUB] = SUB_TOKEN
        yield Desk(office, twilio, session)
        assert not twilio.faults


async def test_its_texts_leave_by_it(desk: Desk) -> None:
    row = desk.office.patient().message(message="t/one")
    assert await round_trip(desk.office, desk.channel, NOON) == 1
    assert (desk.twilio.left_by(SUB), desk.twilio.left_by(ACCOUNT)) == ([canaries.PHONES[0]], [])
    assert (desk.office.row(row).state, desk.office.row(row).account) == ("sent", SUB)


async def test_a_practice_without_one_texts_by_the_one_of_all(desk: Desk) -> None:
    for account in ("", ACCOUNT):
        desk.texts_by(account)
        desk.office.desk = replace(desk.office.desk, acts_as=lambda account: account in {"", ACCOUNT})
        desk.office.patient(1 if account else 2).message(message="t/one")
        assert await round_trip(desk.office, desk.channel, NOON) == 1
    assert len(desk.twilio.left_by(ACCOUNT)) == 2


async def test_an_uncertain_text_is_found_in_the_account_it_left_by(desk: Desk) -> None:
    row = desk.office.patient().message(message="t/one")
    desk.twilio.now = lambda: NOON
    desk.twilio.mishaps.append(BROKEN)
    await round_trip(desk.office, desk.channel, NOON)
    desk.texts_by("")  # the file is changed meanwhile
    await ask(desk.office, desk.channel, NOON + MINUTE)
    assert (desk.office.row(row).state, desk.office.row(row).provider_id) == ("sent", desk.twilio.messages[0]["sid"])
    desk.twilio.messages[0]["status"] = "delivered"
    await ask(desk.office, desk.channel, NOON + 12 * MINUTE)
    assert desk.office.row(row).state == "delivered"
    assert len(desk.twilio.messages) == 1


async def test_a_token_that_is_replaced_counts_at_once(desk: Desk) -> None:
    desk.tokens[SUB] = ("the next token",)
    desk.twilio.accounts[SUB] = "the next token"
    desk.office.patient().message(message="t/one")
    assert await round_trip(desk.office, desk.channel, NOON) == 1
    assert desk.twilio.left_by(SUB) == [canaries.PHONES[0]]


class TestWithoutItsToken:
    async def test_texts_wait_and_staff_are_told_once(self, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
        token = desk.tokens.pop(SUB)
        patient = desk.office.patient()
        reply, notice = patient.message(message="t/one"), patient.message(Kind.NOTICE, "t/one")
        for seconds in (0, 20, 400):
            assert take(desk.office, NOON + seconds * SECOND).ready == []
        for row in (reply, notice):
            assert (desk.office.row(row).state, desk.office.row(row).held_by) == ("held", "account_token_missing")
        assert [(one.kind, one.urgent) for one in desk.office.all(tasks)] == [("account_token_missing", True)]
        assert caplog.text.count("texts of harbor wait") == 1
        desk.tokens[SUB] = token
        assert await round_trip(desk.office, desk.channel, NOON + 16 * MINUTE) == 2
        assert len(desk.twilio.left_by(SUB)) == 2
        assert desk.twilio.left_by(ACCOUNT) == []

    async def test_the_task_is_done_once_the_token_is_there(self, desk: Desk) -> None:
        token = desk.tokens.pop(SUB)
        row = desk.office.patient().message(message="t/one", expires_at=NOON + MINUTE)
        for now in (NOON, NOON + 2 * MINUTE):
            assert take(desk.office, now).ready == []
        assert (desk.office.row(row).state, desk.office.row(row).held_by) == ("dropped", "expired")
        assert await desk.finished(NOON + 2 * MINUTE) == [None]
        desk.tokens[SUB] = token
        assert await desk.finished(NOON + 3 * MINUTE) == ["paybot"]

    async def test_a_code_is_not_made_for_nothing(self, desk: Desk) -> None:
        del desk.tokens[SUB]
        patient = desk.office.patient()
        row = patient.message(Kind.CODE, "t/code", code_id=patient.code(), expires_at=NOON + 10 * MINUTE)
        assert take(desk.office).ready == []
        take(desk.office, NOON + 11 * MINUTE)
        late = desk.office.row(row)
        assert (late.state, late.follow_up, late.text) == ("dropped", "code_undelivered", None)

    async def test_mail_goes_all_the_same(self, desk: Desk) -> None:
        del desk.tokens[SUB]
        patient = desk.office.patient(channel="email", address=canaries.EMAILS[0])
        patient.message(message="t/one", channel="email", number_id=None)
        assert len(take(desk.office).ready) == 1

    async def test_what_lost_its_token_on_the_way_was_not_sent(self, desk: Desk) -> None:
        row = desk.office.patient().message(message="t/one")
        [ready] = take(desk.office).ready
        del desk.tokens[SUB]
        assert isinstance(ready.out, TextOut)
        assert await desk.channel.send(ready.out) == TryLater(timedelta(minutes=1))
        assert desk.office.row(row).account == SUB
        assert desk.twilio.messages == []

    async def test_nobody_else_is_asked_what_became_of_a_text(self, desk: Desk) -> None:
        row = desk.office.patient().message(message="t/one")
        desk.twilio.mishaps.append(BROKEN)
        await round_trip(desk.office, desk.channel, NOON)
        del desk.tokens[SUB]
        await ask(desk.office, desk.channel, NOON + MINUTE)
        assert desk.office.row(row).state == "uncertain"
        assert await desk.channel.look_up("SM" + "0" * 32, SUB) is None
        assert not await desk.channel.redact("SM" + "0" * 32, SUB)
        assert desk.twilio.asked == 0


class TestEmptying:
    async def look(self, desk: Desk) -> None:
        writer, reader = Writer(desk.office.engine), Reader(desk.office.engine)
        await empty(writer, reader, desk.channel, lambda: NOON)
        await asyncio.to_thread(writer.close)
        reader.close()

    async def test_theirs_and_ours(self, desk: Desk) -> None:
        """By the wrong account it would be told that there is no such text, and take that for done."""
        office = desk.office
        patient = office.patient()
        ours = patient.message(message="t/one")
        await round_trip(office, desk.channel, NOON)
        sid = office.row(ours).provider_id
        desk.twilio.messages.append({"account_sid": SUB, "sid": "SM9", "to": "", "from": "", "body": "a card"})
        with office.engine.begin() as conn:
            row = {"provider": "twilio", "provider_id": "SM9", "event": "", "received_at": NOON}
            row |= {"practice_id": office.id, "details": {"account": SUB}}
            theirs = conn.execute(insert(inbox).values(row).returning(inbox.c.id)).scalar()
            ask_to_empty(conn, [Redaction("twilio", "SM9", NOON, inbox_id=theirs)])
            ask_to_empty(conn, [Redaction("twilio", sid, NOON, "code", outbox_id=ours)])
        desk.texts_by("")
        await self.look(desk)
        assert [one["body"] for one in desk.twilio.messages] == ["", ""]
        assert all(one.done_at for one in office.all(redactions))

    async def test_without_the_token_it_is_not_taken_for_done(self, desk: Desk) -> None:
        office = desk.office
        row = office.patient().message(message="t/one")
        await round_trip(office, desk.channel, NOON)
        sid = office.row(row).provider_id
        with office.engine.begin() as conn:
            ask_to_empty(conn, [Redaction("twilio", sid, NOON, "code", outbox_id=row)])
        del desk.tokens[SUB]
        await self.look(desk)
        assert [(one.tries, one.done_at) for one in office.all(redactions)] == [(1, None)]


@pytest.mark.parametrize("account, state", [(SUB, "undelivered"), ("", "undelivered"), (OTHER, "sending")])
async def test_news_of_a_text_is_believed_from_its_own_account(desk: Desk, account: str, state: str) -> None:
    """The address of the news names the row, and anybody can count."""
    row = desk.office.patient().message(message="t/one")
    assert len(take(desk.office).ready) == 1
    with desk.office.engine.begin() as conn:
        record_status(conn, "SM5", row, "undelivered", "30003", NOON, account)
    assert desk.office.row(row).state == state


async def test_a_text_of_the_one_account_is_nothing_that_another_may_speak_of(desk: Desk) -> None:
    desk.texts_by("")
    row = desk.office.patient().message(message="t/one", number_id=desk.office.lanes[OURS])
    assert len(take(desk.office).ready) == 1
    with desk.office.engine.begin() as conn:
        assert conn.scalar(outbox.select().with_only_columns(outbox.c.account)) is None
        record_status(conn, "SM5", row, "undelivered", "30003", NOON, SUB)
    assert desk.office.row(row).state == "sending"
