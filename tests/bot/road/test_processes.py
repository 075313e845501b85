"""What one process acknowledged is there after it was killed, and several processes do a thing once."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, func, select

from bot.store.tables import conversations, inbox, outbox
from tests.harbor import Harbor

ROOT = Path(__file__).parents[3]


def loader(harbor: Harbor, name: str, count: int, talks: int) -> "subprocess.Popen[str]":
    url = harbor.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.bot.road.loader", url, name, str(count), str(talks)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def turns(harbor: Harbor) -> list[int]:
    return counted(harbor)[0]


def counted(harbor: Harbor) -> tuple[list[int], list[int], list[int]]:
    """Turns, rows of the inbox and rows of the outbox of each conversation.

    As they are at one moment: what a process sent PostgreSQL before it was killed may still be committed beside us.
    """
    with harbor.engine.connect().execution_options(isolation_level="SERIALIZABLE") as conn:
        kept = conn.scalars(select(conversations.c.kept).order_by(conversations.c.id))
        return [one["turn"] for one in kept], per_talk(conn, inbox), per_talk(conn, outbox)


def per_talk(conn: Connection, table: Table) -> list[int]:
    talk = table.c.conversation_id
    return list(conn.scalars(select(func.count()).where(talk.is_not(None)).group_by(talk).order_by(talk)))


def test_what_was_acknowledged_survives_a_kill(echoing: Harbor) -> None:
    with loader(echoing, "SM", 100_000, 40) as process:
        assert process.stdout
        acknowledged = {process.stdout.readline().strip() for _ in range(400)}
        process.kill()
        acknowledged |= {line.strip() for line in process.stdout if line.endswith("\n")}
    kept = {row["provider_id"]: row["outcome"] for row in echoing.all(inbox)}
    assert len(acknowledged) >= 400
    assert acknowledged <= kept.keys()
    assert set(kept.values()) == {"answered"}
    # Whole turns only: an event is kept, answered and counted in its conversation, or it is not there at all.
    taken, received, answered = counted(echoing)
    assert taken == received == answered


def test_after_the_kill_the_same_ids_are_taken_once(echoing: Harbor) -> None:
    with loader(echoing, "SM", 100_000, 40) as process:
        assert process.stdout
        for _ in range(200):
            process.stdout.readline()
        process.kill()
    with loader(echoing, "SM", 600, 40) as again:
        assert again.stdout
        assert len(again.stdout.readlines()) == 600
    kept = [row["provider_id"] for row in echoing.all(inbox)]
    assert len(kept) == len(set(kept))
    assert {f"SM{n}" for n in range(600)} <= set(kept)
    taken, _, answered = counted(echoing)
    assert taken == answered


@pytest.mark.timeout(120)
def test_four_processes_take_each_text_once_and_lose_no_turn(echoing: Harbor) -> None:
    if echoing.engine.dialect.name != "postgresql":
        return
    names = ("SM", "SM", "A", "B")
    processes = [loader(echoing, name, 400, 5) for name in names]
    for process in processes:
        out, _ = process.communicate()
        assert (process.returncode, len(out.splitlines())) == (0, 400)
    assert echoing.count(inbox) == echoing.count(outbox) == 1200
    assert turns(echoing) == [240] * 5


@pytest.mark.timeout(120)
def test_another_process_may_write_to_sqlite_beside_the_server(echoing: Harbor) -> None:
    if echoing.engine.dialect.name != "sqlite":
        return
    processes = [loader(echoing, name, 200, 5) for name in ("A", "B")]
    for process in processes:
        out, _ = process.communicate()
        assert (process.returncode, len(out.splitlines())) == (0, 200)
    assert turns(echoing) == [80] * 5
