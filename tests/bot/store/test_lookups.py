"""What is asked each second or for each text is looked up, however large its table has grown: SQLite walks none."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bot.facts import threads
from bot.store import codes, conversations, dealings, follow_ups, lanes, ledger, outbox, people, redactions, timers
from bot.store.codes import NewCode
from bot.store.conversations import Place
from bot.store.engine import make_engine
from tests.harbor import NOW

LARGE = "outbox|inbox|redactions|codes|conversations|timers|plans|postings|payments|payment_people|addresses|people"
QUESTIONS: dict[str, Callable[[Connection], object]] = {
    "what the road is still to be told": follow_ups.owed,
    "what the provider is to be asked": lambda conn: follow_ups.checks(conn, NOW),
    "calls that were left behind": lambda conn: follow_ups.left_behind(conn, NOW),
    "does anything wait": lambda conn: lanes.work_waits(conn, NOW),
    "when to look again": lambda conn: lanes.next_start(conn, NOW),
    "lanes with work": lambda conn: lanes.take_lanes(conn, NOW),
    "texts that are due": lambda conn: lanes.rows_due(conn, 1, NOW, lanes.LEAST_URGENT, 10),
    "mail that is due": lambda conn: lanes.rows_due(conn, None, NOW, lanes.LEAST_URGENT, 10),
    "texts that are to be emptied": lambda conn: redactions.due(conn, NOW),
    "timers that are due": lambda conn: timers.due(conn, NOW),
    "conversations": lambda conn: conversations.lock(conn, (), (Place(1, "text", "+12065550177"),)),
    "who is there": lambda conn: people.on_addresses(conn, (1, 2)),
    "how they are reached": lambda conn: people.reaches(conn, (1, 2)),
    "what they owe": lambda conn: ledger.owed(conn, (1, 2)),
    "other dealings": lambda conn: dealings.ask(conn, (1, 2), (1, 2))(),
    "what they got": lambda conn: outbox.ask_past(conn, (1, 2), NOW)(),
    "codes of late": lambda conn: codes.ask_lately(conn, (1, 2), NOW)(),
    "codes that are replaced": lambda conn: codes.order(conn, [NewCode(1, 1, "text", "thread", (1,), NOW)]),
    "codes that are void": lambda conn: codes.void(conn, (1, 2)),
    "a thread": lambda conn: threads.latest(conn, (1, 2), limit=10),
    "more of a thread": lambda conn: threads.lines(conn, (1, 2), after=(NOW - timedelta(1), 0, 1), limit=10),
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_no_table_is_walked(sqlite_url: str, question: Callable[[Connection], object]) -> None:
    engine = make_engine(sqlite_url)
    asked: list[str] = []
    with engine.connect() as conn:
        driver = conn.connection.dbapi_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys = OFF")
        driver.set_trace_callback(asked.append)
        question(conn)
        driver.set_trace_callback(None)
        statements = [sql for sql in asked if sql.startswith(("SELECT", "UPDATE"))]
        plans = [row[3] for sql in statements for row in driver.execute(f"EXPLAIN QUERY PLAN {sql}")]
    engine.dispose()
    assert plans
    assert [step for step in plans if re.match(rf"SCAN ({LARGE})\b", step)] == []
