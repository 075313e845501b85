"""A relay that refuses us is told from one that refuses a patient; staff hear of it once, and it ends by itself."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, update

from bot.channels.email import FOUR_DAYS, MailOut, SmtpMail
from bot.channels.refusals import Whom, whom
from bot.channels.results import TryLater
from bot.sending.claiming import claim
from bot.sending.results import Result, record
from bot.store.tables import addresses, outbox, tasks
from conversations.effects import Kind
from tests.bot.outgoing import NOON, Office, wording
from tests.bot.test_mail_out import gruff_relay

ANA, BEN = "ana@patients.example", "ben@patients.example"
RELAYING = "554 5.7.1 <x@patients.example>: Relay access denied"
POLICY = "550 5.7.1 Delivery not authorized"
GONE = "550 5.1.1 <x@patients.example>: User unknown"


class Post:
    """One way out, a practice that mails two patients, and a relay that says what it is told to."""

    def __init__(self, office: Office, channel: SmtpMail, said: dict[str, str]) -> None:
        self.office, self.channel, self.said, self.now = office, channel, said, NOON
        self.to = {one: office.patient(n + 1, channel="email", address=one) for n, one in enumerate((ANA, BEN))}

    def write(self, address: str, kind: Kind = Kind.REPLY) -> int:
        """A mail that waits."""
        patient, code = self.to[address], {}
        if kind is Kind.CODE:
            code = {"code_id": patient.code()}
        at = {"due_at": self.now, "created_at": self.now}
        return patient.message(kind, "t/code" if code else "t/one", channel="email", number_id=None, **at, **code)

    async def go(self, **later: float) -> None:
        """Time passes; then each mail that waits is tried once."""
        self.now += timedelta(**later)
        with self.office.engine.begin() as conn:
            conn.execute(update(outbox).where(outbox.c.state == "queued").values(due_at=self.now))
            ready = claim(conn, self.office.desk, self.now).ready
        results = []
        for one in ready:
            assert isinstance(one.out, MailOut)
            results.append(Result(one.outbox_id, one.attempts, await self.channel.send(one.out)))
        with self.office.engine.begin() as conn:
            record(conn, results, self.now, lambda: 0.5)

    def state(self, row: int) -> str:
        return str(self.office.row(row).state)

    def problems(self) -> list[str]:
        return [row.problem for row in self.office.all(addresses) if row.problem]

    def tasks(self) -> list[str]:
        """Those that are open."""
        return [row.kind for row in self.office.all(tasks) if row.done_at is None]


@pytest.fixture
async def post(engine: Engine, tmp_path: Path) -> AsyncIterator[Post]:
    office, said = Office(engine, overlay=wording(tmp_path, t__one="One.", t__code="{{ code }}")), dict[str, str]()
    async with gruff_relay(said) as relay:
        yield Post(office, SmtpMail(relay), said)


@pytest.mark.parametrize("answer", [RELAYING, POLICY, "530 5.7.0 Authentication required", "550 relay not permitted"])
async def test_a_relay_that_lets_nobody_through_marks_nobody(post: Post, answer: str) -> None:
    post.said["RCPT"] = answer
    rows = [post.write(ANA), post.write(BEN)]
    await post.go()
    assert (post.problems(), post.tasks()) == ([], [])
    for _ in range(4):
        await post.go(seconds=10)
    await post.go(minutes=5)
    assert [post.state(row) for row in rows] == ["queued", "queued"]
    assert (post.problems(), post.tasks()) == ([], ["mail_refused"])
    post.said.clear()
    await post.go(minutes=5)
    assert [post.state(row) for row in rows] == ["sent", "sent"]
    assert post.tasks() == []
    assert [task.done_by for task in post.office.all(tasks)] == ["paybot"]


@pytest.mark.parametrize("answer", [RELAYING, POLICY])
async def test_one_whom_it_keeps_refusing_while_others_go_fails_alone(post: Post, answer: str) -> None:
    post.said[ANA] = answer
    refused = post.write(ANA)
    for _ in range(5):
        await post.go(seconds=10)
    assert post.state(refused) == "queued"
    post.write(BEN)
    await post.go(minutes=5)  # the one to Ana goes first: nothing else has been taken yet
    await post.go(minutes=5)
    assert (post.state(refused), post.office.row(refused).error_code) == ("failed", f"data_{answer[:3]}")
    assert (post.problems(), post.tasks()) == ([], ["delivery_failed"])


async def test_a_recipient_who_is_not_there_is_marked_at_once(post: Post) -> None:
    post.said[ANA] = GONE
    row = post.write(ANA)
    await post.go()
    assert (post.state(row), post.problems(), post.tasks()) == ("failed", ["bounced"], ["bad_email"])


@pytest.mark.parametrize("stage", ["MAIL", "AUTH", "greeting"])
async def test_refused_before_anybody_was_named_staff_hear_at_once_and_once(post: Post, stage: str) -> None:
    post.said[stage] = "535 5.7.8 Authentication credentials invalid"
    post.write(ANA)
    post.write(BEN)
    for _ in range(3):
        await post.go(minutes=1)
    assert post.tasks() == ["mail_refused"]


def test_many_that_are_refused_have_the_tasks_walked_once(engine: Engine) -> None:
    office, asked = Office(engine), list[str]()
    patient = office.patient(channel="email", address=ANA)
    cells = {"channel": "email", "number_id": None, "state": "sending", "attempts": 1}
    rows = patient.messages([cells] * 50, Kind.NOTICE, "t/one")
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with engine.begin() as conn:
        record(conn, [Result(row, 1, TryLater(refused_us="535", trouble="mail_refused")) for row in rows], NOON)
    assert [task.kind for task in office.all(tasks)] == ["mail_refused"]
    assert len([statement for statement in asked if "FROM tasks" in statement]) == 2  # one of them is ours


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "greeting"])
async def test_mail_that_waits_for_an_hour_is_told_once(post: Post, stage: str) -> None:
    post.said[stage] = "451 4.3.2 come back later"
    post.write(ANA, Kind.RECEIPT)
    for _ in range(6):
        await post.go(minutes=10)
        assert post.tasks() == []
    row = post.write(BEN)  # it need not be the same mail: most are worth nothing after an hour
    for _ in range(2):
        await post.go(minutes=10)
        assert post.tasks() == ["mail_waits"]
    post.said.clear()
    await post.go(minutes=10)
    assert (post.state(row), post.tasks()) == ("sent", [])


async def test_a_full_mailbox_is_not_the_relays_trouble(post: Post) -> None:
    post.said[ANA] = "452 4.2.2 mailbox full"
    post.write(ANA, Kind.RECEIPT)
    for _ in range(9):
        await post.go(minutes=10)
    assert (post.tasks(), post.problems()) == ([], [])


@pytest.mark.parametrize("answer", ["452 4.2.2 mailbox full", "451 4.7.1 greylisted"])
@pytest.mark.parametrize("stage", [ANA, "the data"])
async def test_one_that_is_put_off_for_days_while_others_go_fails_alone(post: Post, stage: str, answer: str) -> None:
    post.write(BEN, Kind.RECEIPT)
    await post.go()
    post.said[stage] = answer
    row = post.write(ANA, Kind.RECEIPT)
    await post.go()
    assert post.state(row) == "queued"
    post.office.set(outbox, row, attempts=FOUR_DAYS)
    await post.go(minutes=5)
    assert (post.state(row), post.office.row(row).error_code) == ("failed", f"data_{answer[:3]}")
    assert (post.problems(), post.tasks()) == ([], ["delivery_failed"])


async def test_where_all_mail_has_to_wait_none_is_given_up(post: Post) -> None:
    post.said["RCPT"] = "451 4.3.2 come back later"
    row = post.write(ANA, Kind.RECEIPT)
    post.office.set(outbox, row, attempts=FOUR_DAYS)
    await post.go()
    assert post.state(row) == "queued"


async def test_what_was_told_before_a_restart_ends_too(post: Post) -> None:
    post.said["MAIL"] = "550 5.7.1 no"
    post.write(ANA)
    await post.go()
    assert post.tasks() == ["mail_refused"]
    post.said.clear()
    post.channel = SmtpMail(post.channel._relay)
    await post.go(minutes=1)
    assert post.tasks() == []


@pytest.mark.parametrize("stage", ["MAIL", "RCPT"])
async def test_who_waits_for_a_code_hears_that_it_does_not_come(post: Post, stage: str) -> None:
    post.said[stage] = "530 5.7.0 Authentication required"
    row = post.write(ANA, Kind.CODE)
    await post.go()
    assert (post.state(row), post.office.row(row).error_code) == ("failed", "relay_530")
    assert (post.office.row(row).follow_up, post.problems()) == ("code_undelivered", [])
    assert post.tasks() == (["mail_refused"] if stage == "MAIL" else [])


@pytest.mark.parametrize("answer", ["550 5.7.60 no permission to send as this sender", "530 5.7.57 not authenticated"])
async def test_a_word_about_us_after_the_data_is_one_too(post: Post, answer: str) -> None:
    post.said["the data"] = answer
    row = post.write(ANA)
    await post.go()
    assert (post.state(row), post.problems(), post.tasks()) == ("queued", [], [])


@pytest.mark.parametrize(
    "reply, words, about",
    [
        (550, "5.1.1 <x@y>: Recipient address rejected: User unknown in relay recipient table", Whom.RECIPIENT),
        (550, "5.4.1 Recipient address rejected: Access denied.", Whom.RECIPIENT),
        (550, "no such user here", Whom.RECIPIENT),
        (552, "5.2.2 over quota", Whom.RECIPIENT),
        (550, "5.7.17 Mailbox owner has changed", Whom.RECIPIENT),
        (556, "5.1.10 domain has null MX", Whom.RECIPIENT),
        (553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", Whom.US),
        (550, "5.7.1 Unable to relay", Whom.US),
        (550, "5.7.64 TenantAttribution; Relay Access Denied", Whom.US),
        (550, "5.7.26 This mail is unauthenticated", Whom.US),
        (554, "5.1.8 Sender address rejected: Domain not found", Whom.US),
        (554, "Message rejected: Email address is not verified.", Whom.US),
        (503, "5.5.1 RCPT first", Whom.US),
        (530, "Must issue a STARTTLS command first", Whom.US),
        (550, "5.7.606 Access denied, banned sending IP", Whom.US),
        (550, "5.7.1 no", Whom.EITHER),
        (554, "Transaction failed", Whom.EITHER),
        (550, "5.3.0 rejected", Whom.EITHER),
        (550, "", Whom.RECIPIENT),
    ],
)
def test_whom_a_refusal_is_about(reply: int, words: str, about: Whom) -> None:
    assert whom(reply, words) is about
