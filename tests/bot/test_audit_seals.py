"""The audit is sealed as it grows, and whatever is changed, removed or put in afterwards shows."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, text, update

from bot.keeping.audit_seals import Sealer, seal, verify
from bot.store import audit
from bot.store.append_only import unguard
from bot.store.keeping_tables import audit_seals
from bot.store.tables import audit as audit_table
from bot.store.writer import Reader, Writer
from tests.harbor import NOW, Harbor

SECOND = timedelta(seconds=1)


def note(harbor: Harbor, *names: str) -> None:
    with harbor.engine.begin() as conn:
        for name in names:
            audit.note(conn, at=NOW, who="kim@harbor.example", what=name, practice_id=harbor.practice_id, patient=7)


def sealed(harbor: Harbor, at: Any = NOW) -> int:
    with harbor.engine.begin() as conn:
        return seal(conn, at)


def verdict(harbor: Harbor, expected: str = "", at: Any = NOW) -> Any:
    with harbor.engine.connect() as conn:
        return verify(conn, at, expected)


def tamper(harbor: Harbor, statement: Any) -> None:
    """As somebody who may do anything to the database."""
    with harbor.engine.begin() as conn:
        unguard(conn)
        conn.execute(statement)


@pytest.fixture
def three(harbor: Harbor) -> Harbor:
    """Three seals over six rows."""
    for turn in range(3):
        note(harbor, f"conversation_read_{turn}", "exported")
        assert sealed(harbor, NOW + turn * SECOND) == 2
    return harbor


def test_nothing_to_seal(harbor: Harbor) -> None:
    assert sealed(harbor) == 0
    found = verdict(harbor)
    assert (found.sound, found.seals, found.unsealed) == (True, 0, 0)


def test_every_row_is_covered_once(three: Harbor) -> None:
    found = verdict(three)
    assert (found.sound, found.seals, found.rows, found.unsealed) == (True, 3, 6, 0)
    assert sealed(three) == 0


def test_the_tail_is_told(three: Harbor) -> None:
    note(three, "conversation_read")
    found = verdict(three)
    assert (found.sound, found.unsealed, found.oldest_unsealed_at) == (True, 1, NOW)


@pytest.mark.parametrize("column", ["who", "what"])
def test_one_byte_changed_shows(three: Harbor, column: str) -> None:
    row = three.all(audit_table)[2]
    changed = row[column][:-1] + chr(ord(row[column][-1]) ^ 1)
    tamper(three, update(audit_table).where(audit_table.c.id == row["id"]).values({column: changed}))
    assert verdict(three).faults == ["Seal 2: the seal or an audit row from 3 to 4 was changed."]


def test_details_and_times_are_covered_too(three: Harbor) -> None:
    tamper(three, update(audit_table).where(audit_table.c.id == 1).values(details={"patient": 8}))
    assert not verdict(three).sound


def test_a_row_removed_shows(three: Harbor) -> None:
    tamper(three, delete(audit_table).where(audit_table.c.id == 3))
    assert verdict(three).faults == ["Seal 2: 1 of its audit rows are gone."]


def test_a_seal_removed_shows(three: Harbor) -> None:
    tamper(three, delete(audit_seals).where(audit_seals.c.id == 2))
    assert "Seal 3 does not follow the one before it: seals were removed or changed." in verdict(three).faults


def test_a_seal_made_again_shows_against_the_hash_that_was_noted(three: Harbor) -> None:
    noted = verdict(three).newest_hash
    assert verdict(three, noted).sound
    tamper(three, delete(audit_seals).where(audit_seals.c.id == 3))
    assert not verdict(three, noted).sound


def test_a_row_that_commits_late_is_sealed_late(harbor: Harbor) -> None:
    late = {"id": 2, "at": NOW, "who": "kim", "what": "read", "details": {}}
    with harbor.engine.begin() as conn:
        for number in (1, 3):
            conn.execute(insert(audit_table), late | {"id": number})
    assert sealed(harbor) == 2
    with harbor.engine.begin() as conn:
        conn.execute(insert(audit_table), late)
    assert (verdict(harbor).sound, verdict(harbor).unsealed) == (True, 1)
    assert sealed(harbor) == 1
    assert sealed(harbor) == 0
    assert (verdict(harbor).sound, verdict(harbor).rows) == (True, 3)


def test_a_row_put_in_long_afterwards_shows(harbor: Harbor) -> None:
    row = {"at": NOW, "who": "kim", "what": "read", "details": {}}
    with harbor.engine.begin() as conn:
        for number in (1, 3):
            conn.execute(insert(audit_table), row | {"id": number})
    sealed(harbor)
    with harbor.engine.begin() as conn:
        conn.execute(insert(audit_table), row | {"id": 2})
    assert verdict(harbor, at=NOW + timedelta(hours=2)).faults == [
        "Audit row 2 appeared long after the seals around it."
    ]


def test_seals_are_append_only(three: Harbor) -> None:
    from sqlalchemy.exc import DatabaseError

    with three.engine.begin() as conn, pytest.raises(DatabaseError):
        conn.execute(text("DELETE FROM audit_seals"))


async def test_two_processes_seal_every_row_once(harbor: Harbor) -> None:
    note(harbor, *(f"read_{n}" for n in range(50)))
    writers, reader = [Writer(harbor.engine, name) for name in ("one", "two")], Reader(harbor.engine)
    sealers = [Sealer(writer, reader, lambda: NOW) for writer in writers]
    done = await asyncio.gather(*(sealer.look() for sealer in sealers))
    assert sum(done) == 50
    for writer in writers:
        writer.close()
    reader.close()
    assert (verdict(harbor).sound, verdict(harbor).rows) == (True, 50)
