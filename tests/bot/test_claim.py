"""Claiming: order, lanes and their rate, the day of the brand, mail, and what breaks alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from bot.channels.email import MailOut
from bot.channels.results import Accepted
from bot.sending.claiming import claim
from bot.sending.results import Result, record
from bot.store.engine import make_engine
from bot.store.tables import sending_numbers, tasks
from conversations.effects import Kind
from tests.bot.claiming import take, texts
from tests.bot.outgoing import NOON, OURS, Office, wording

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LINK = {"person_ids": [1], "amount_cents": None, "asks_code": False}


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """Messages short enough to count."""
    return wording(tmp_path, pay__link="Pay: {{ link }}", t__one="One.", t__two="x" * 161, t__code="{{ code }}")


def drain(office: Office, now: datetime, until: datetime) -> list[tuple[datetime, int]]:
    """Claim whenever something may start; when each message started."""
    started: list[tuple[datetime, int]] = []
    while now < until:
        claimed = take(office, now)
        started += [(one.start_at, one.outbox_id) for one in claimed.ready]
        now += timedelta(milliseconds=100)
    return started


class TestOrder:
    def test_a_lone_reply_leaves_at_once(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        row = office.patient().message(message="t/one")
        [ready] = take(office).ready
        assert (ready.outbox_id, ready.start_at, office.row(row).state) == (row, NOON, "sending")

    def test_a_lane_that_has_no_room_for_more_says_so(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words, segments_per_second=1)
        patient = office.patient()
        patient.message(message="t/one")
        assert not take(office).full
        for _ in range(3):
            patient.message(message="t/one")
        claimed = take(office, NOON + SECOND)
        assert (len(claimed.ready), claimed.full) == (1, True)

    def test_what_is_held_for_later_is_passed_over(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words, segments_per_second=100)
        patient = office.patient()
        for kind in (Kind.REPLY, Kind.RECEIPT, Kind.NOTICE):
            patient.message(kind, "t/one", due_at=NOON + HOUR)
        rows = [patient.message(kind, "t/one") for kind in (Kind.NOTICE, Kind.RECEIPT, Kind.REPLY)]
        assert [one.outbox_id for one in take(office).ready] == rows[::-1]
        assert take(office, NOON + HOUR).decided == 3

    def test_codes_and_replies_before_receipts_before_notices(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words, segments_per_second=100)
        patient = office.patient()
        rows = [patient.message(kind, "t/one") for kind in (Kind.NOTICE, Kind.RECEIPT, Kind.REPLY)]
        assert [one.outbox_id for one in take(office).ready] == rows[::-1]

    def test_answers_to_strangers_come_last(self, engine: Engine) -> None:
        office = Office(engine, segments_per_second=100)
        patient = office.patient()
        told = patient.message(message="unknown/told")
        reply = patient.message(message="idle/not_understood")
        assert [one.outbox_id for one in take(office).ready] == [reply, told]

    def test_nothing_before_it_is_due(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        office.patient().message(message="t/one", due_at=NOON + SECOND)
        assert not take(office).ready
        assert take(office, NOON + SECOND).ready

    def test_a_claimed_row_is_claimed_once(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words, segments_per_second=100)
        office.patient().message(message="t/one")
        assert len(take(office).ready) == 1
        assert not take(office).ready


class TestRate:
    def test_one_segment_a_second(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        patient = office.patient()
        for _ in range(5):
            patient.message(message="t/one")
        starts = [at for at, _ in drain(office, NOON, NOON + 6 * SECOND)]
        assert starts == [NOON + n * SECOND for n in range(5)]

    def test_segments_count_not_messages(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        patient = office.patient()
        for message in ("t/two", "t/one", "t/one"):
            patient.message(message=message)
        starts = [at for at, _ in drain(office, NOON, NOON + 5 * SECOND)]
        assert starts == [NOON, NOON + 2 * SECOND, NOON + 3 * SECOND]

    def test_only_what_can_start_soon_is_taken(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words, segments_per_second=10)
        patient = office.patient()
        for _ in range(40):
            patient.message(message="t/one")
        assert [one.start_at - NOON for one in take(office).ready] == [
            timedelta(milliseconds=100 * n) for n in range(3)
        ]
        assert sum(row.state == "queued" for row in office.rows()) == 37

    def test_the_rate_outlives_a_restart(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        patient = office.patient()
        patient.message(message="t/one")
        patient.message(message="t/one")
        take(office)
        other = make_engine(str(engine.url.render_as_string(hide_password=False)))
        office.engine = other
        assert not take(office, NOON + timedelta(milliseconds=700)).ready
        [ready] = take(office, NOON + timedelta(milliseconds=800)).ready
        assert ready.start_at == NOON + SECOND
        other.dispose()

    def test_lanes_have_their_own_pace(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words, numbers=(OURS, "+12065550101"))
        patient = office.patient()
        for lane in office.lanes.values():
            patient.message(message="t/one", number_id=lane)
        assert {one.sender for one in texts(take(office))} == {OURS, "+12065550101"}

    def test_two_processes_share_a_lane(self, postgres_url: str, words: Path) -> None:
        engine, other = make_engine(postgres_url), make_engine(postgres_url)
        office = Office(engine, overlay=words, segments_per_second=4)
        patient = office.patient()
        for _ in range(4):
            patient.message(message="t/one")
        with engine.begin() as one, other.begin() as two:
            first, second = claim(one, office.desk, NOON), claim(two, office.desk, NOON)
        assert len(first.ready) == 2
        assert not second.ready
        engine.dispose()
        other.dispose()


class TestTheBrandsDay:
    def test_notices_leave_a_share_to_replies(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words, segments_per_day=10, segments_per_second=1000)
        notices = [office.patient(n).message(Kind.NOTICE, "t/one") for n in range(12)]
        replier = office.patient(50)
        replies = [replier.message(message="t/one") for _ in range(5)]
        # Replies go first; notices fill the day up to eight of ten.
        assert [one.outbox_id for one in take(office).ready] == [*replies, *notices[:3]]
        assert not take(office, NOON + SECOND).ready
        more = [replier.message(message="t/one") for _ in range(3)]
        assert [one.outbox_id for one in take(office, NOON + SECOND).ready] == more[:2]

    def test_it_begins_again_at_midnight_pacific(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words, segments_per_day=1)
        replier = office.patient()
        midnight = datetime(2026, 5, 7, 7, tzinfo=UTC)
        for _ in range(2):
            ground = replier.wrote(midnight - 2 * MINUTE)
            replier.message(
                message="t/one", ground_id=ground, created_at=midnight - 2 * MINUTE, due_at=midnight - 2 * MINUTE
            )
        assert len(take(office, midnight - MINUTE).ready) == 1
        assert not take(office, midnight - SECOND).ready
        assert len(take(office, midnight).ready) == 1

    def test_all_numbers_of_a_practice_share_it(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words, numbers=(OURS, "+12065550101"), segments_per_day=2)
        patient = office.patient()
        for lane in [*office.lanes.values()] * 2:
            patient.message(message="t/one", number_id=lane)
        assert len(take(office).ready) == 2
        assert not take(office, NOON + HOUR / 2).ready


class TestMail:
    def test_mail_needs_no_lane(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        patient = office.patient(channel="email", address="zaferino@mail.example")
        row = patient.message(message="t/one", channel="email", number_id=None)
        [ready] = take(office).ready
        assert isinstance(ready.out, MailOut)
        assert (ready.out.to, ready.out.answers, ready.out.from_name) == (patient.phone, True, "Harbor Family Med")
        assert ready.out.message_id.endswith("@mail.harbor.example")
        above = "A message from Harbor Family Med\n\n--- Please answer above this line ---\n\n"
        assert office.row(row).text.startswith(f"{above}One.")


class TestPaused:
    def test_a_paused_lane_lets_replies_through(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words, segments_per_second=100)
        office.set(sending_numbers, office.lanes[OURS], paused_reason="error_30007")
        patient = office.patient()
        patient.message(Kind.NOTICE, "t/one")
        reply = patient.message(message="t/one")
        assert [one.outbox_id for one in take(office).ready] == [reply]

    def test_until_its_time_is_over(self, engine: Engine, words: Path) -> None:
        office = Office(engine, overlay=words)
        office.set(sending_numbers, office.lanes[OURS], paused_reason="error_60728", paused_until=NOON + MINUTE)
        office.patient().message(Kind.NOTICE, "t/one")
        assert not take(office).ready
        assert len(take(office, NOON + MINUTE).ready) == 1


@pytest.mark.parametrize("broken", ["{{ nothing_like_it }}", "{{ 1 / 0 }}", "{{ cycler() }}"])
def test_a_broken_wording_fails_alone(engine: Engine, words: Path, broken: str) -> None:
    office = Office(engine, overlay=wording(words, t__broken=broken), segments_per_second=100)
    patient = office.patient()
    failed, whole = patient.message(message="t/broken"), patient.message(message="t/one")
    assert [one.outbox_id for one in take(office).ready] == [whole]
    assert (office.row(failed).state, office.row(failed).held_by) == ("failed", "not_rendered")
    assert [task.kind for task in office.all(tasks)] == ["not_rendered"]


def test_a_broken_wording_of_a_message_of_ours_is_said_in_our_words(engine: Engine, tmp_path: Path) -> None:
    office = Office(engine, overlay=wording(tmp_path, balance__total="{% if %}"))
    row = office.patient().message(message="balance/total", values={"owed_cents": 18450, "part": "50", "whose": ""})
    [ready] = take(office).ready
    assert ready.outbox_id == row
    assert "$184.50" in str(office.row(row).text)
    assert not office.all(tasks)


def test_queries_do_not_grow_with_the_batch(engine: Engine, words: Path) -> None:
    office = Office(engine, overlay=words, segments_per_second=1000, segments_per_day=9999)
    counts: list[int] = []
    for many in (1, 40):
        patient = office.patient(many)
        ground = patient.wrote()
        patient.messages([{"ground_id": ground}] * many, Kind.REPLY, "t/one")
        seen: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *args, into=seen: into.append(args[2]))
        take(office, NOON + many * SECOND)
        counts.append(len(seen))
    # The first listener still counts for the second run.
    assert counts[1] <= counts[0]


def test_accepted_rows_are_sent(engine: Engine, words: Path) -> None:
    office = Office(engine, overlay=words)
    row = office.patient().message(message="t/one")
    take(office)
    with engine.begin() as conn:
        record(conn, [Result(row, 1, Accepted("SM1", "queued"))], NOON)
    assert (office.row(row).state, office.row(row).provider_id) == ("sent", "SM1")
