"""Messages that the provider will not empty: asked about less and less often, and in the end left to staff."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot.store.engine import make_engine
from bot.store.redactions import LEFT_THERE, TRIES, Redaction, ask, done, due, refused
from bot.store.tables import redactions, tasks
from tests.bot.outgoing import NOON, Office

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """One message with a card number came."""
    engine = make_engine(database_url)
    made = Office(engine)
    inbox_id = made.patient().wrote()
    with engine.begin() as conn:
        ask(conn, [Redaction("twilio", "SM1", NOON, inbox_id=inbox_id)])
    yield made
    engine.dispose()


def refuse(office: Office, now: datetime) -> int:
    """Ask about what is due; the provider will not. How many were asked about."""
    with office.engine.begin() as conn:
        asked = due(conn, now)
        refused(conn, asked, now)
    return len(asked)


def test_the_waits_double_up_to_an_hour(office: Office) -> None:
    now, waits = NOON, []
    for _ in range(14):
        assert refuse(office, now) == 1
        [row] = office.all(redactions)
        assert refuse(office, row.ask_at - SECOND / 2) == 0
        waits.append(row.ask_at - now)
        now = row.ask_at
    assert waits == [SECOND * 2**tries for tries in range(12)] + [HOUR, HOUR]


def test_after_a_day_staff_are_told_once_and_nobody_asks_again(office: Office) -> None:
    now = NOON
    while (ask_at := office.all(redactions)[0].ask_at) is not None:
        assert not office.all(tasks)
        now = ask_at
        refuse(office, now)
    assert timedelta(hours=24) < now - NOON < timedelta(hours=25)
    [row], [task] = office.all(redactions), office.all(tasks)
    assert (task.kind, task.inbox_id, task.practice_id) == (LEFT_THERE, row.inbox_id, office.id)
    assert task.conversation_id is not None
    assert row.done_at is None
    assert refuse(office, now + timedelta(days=9)) == 0


def test_nobody_is_sent_to_delete_a_code_that_died_long_ago(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    patient = office.patient(1)
    theirs, ours = patient.wrote(), patient.message()
    with office.engine.begin() as conn:
        done(conn, [1], NOON)
        ask(conn, [Redaction("twilio", "SM2", NOON, "code", inbox_id=theirs)])
        ask(conn, [Redaction("twilio", "SM3", NOON, "code", outbox_id=ours)])
    while waiting := [row.ask_at for row in office.all(redactions) if row.ask_at]:
        refuse(office, max(waiting))
    assert [row.tries for row in office.all(redactions)] == [0, TRIES, TRIES]
    assert not office.all(tasks)
    assert "2 with codes" in caplog.text


def test_whose_a_text_of_ours_is(office: Office) -> None:
    patient = office.patient(1)
    ours = patient.message()
    with office.engine.begin() as conn:
        ask(conn, [Redaction("twilio", "SM2", NOON, "code", outbox_id=ours)])
        theirs, mine = due(conn, NOON)
    assert (theirs.inbox_id is None, theirs.practice_id, theirs.held) == (False, office.id, "card")
    assert (mine.inbox_id, mine.practice_id, mine.conversation_id) == (None, office.id, patient.conversation_id)


def test_what_is_empty_is_not_asked_about_again(office: Office) -> None:
    refuse(office, NOON)
    with office.engine.begin() as conn:
        done(conn, [one.id for one in due(conn, NOON + SECOND)], NOON + SECOND)
    assert office.all(redactions)[0].done_at == NOON + SECOND
    assert refuse(office, NOON + HOUR) == 0
