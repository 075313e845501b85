"""Who waited for a conversation is told how its address stands now, not how it stood before the wait."""

import threading
import time

import pytest
from sqlalchemy import select, text, update

from bot.store import conversations
from bot.store.conversations import Place, Thread
from bot.store.pipeline import connect_for_writing, hang_up
from bot.store.tables import addresses
from tests.harbor import NOW, Harbor

WAITS = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
OF_ALL = {"consent": "revoked", "blocked": True, "problem": "bounced", "verified": False, "zones": ["America/Denver"]}


def until_somebody_waits(harbor: Harbor) -> None:
    with harbor.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        deadline = time.monotonic() + 20
        while not conn.scalar(WAITS):
            assert time.monotonic() < deadline, "nobody waits for the lock"


@pytest.mark.parametrize("saved", [True, False], ids=["the row was changed", "the row was only locked"])
@pytest.mark.parametrize("asked", ["by id", "by place", "by either"])
def test_a_turn_that_waited_knows_of_the_stop_before_it(harbor: Harbor, asked: str, saved: bool) -> None:
    if harbor.engine.dialect.name != "postgresql":  # SQLite has one writer: whoever waits has read nothing yet
        return
    place = Place(harbor.practice_id, "text", "+12065550177")
    with harbor.engine.begin() as conn:
        talk_id, address_id = conversations.begun(conn, [place])[place]
    ids, places = [talk_id] * (asked != "by place"), [place] * (asked != "by id")
    seen: list[Thread] = []

    def second_turn() -> None:
        conn = connect_for_writing(harbor.engine)
        with conn.begin():
            seen.extend(conversations.lock(conn, ids, places))
        hang_up(conn)

    waiting = threading.Thread(target=second_turn)
    with harbor.engine.begin() as conn:
        [thread] = conversations.lock(conn, ids, places)
        assert thread.consent == "none"
        conn.execute(update(addresses).where(addresses.c.id == address_id).values(OF_ALL))
        if saved:
            thread.last_in_at = NOW
            conversations.save(conn, [thread])
        waiting.start()
        until_somebody_waits(harbor)
    waiting.join()
    assert [{name: getattr(one, name) for name in OF_ALL} for one in seen] == [OF_ALL]
    assert [one.last_in_at for one in seen] == [NOW if saved else None]
    with harbor.engine.connect() as conn:
        assert conn.scalar(select(addresses.c.consent)) == "revoked"
