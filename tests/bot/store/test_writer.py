"""The writing thread: one transaction at a time, whole or not at all; readers beside it."""

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, Engine, bindparam, func, insert, select
from sqlalchemy.exc import DBAPIError

from bot.store.engine import make_engine
from bot.store.prepared import Prepared
from bot.store.tables import audit, code_tries
from bot.store.writer import Reader, Writer
from tests.harbor import NOW

# Deferred: it runs in the commit, when all statements are done and answered.
CUT = """CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60); RETURN NULL; END';
    CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON code_tries DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION cut()"""
TRY = insert(code_tries).values(side="+12065550177", at=NOW)
TELL = Prepared(insert(code_tries).values(side=bindparam("whose"), at=bindparam("when")))
ROWS = select(func.count()).select_from(audit)


def note(conn: Connection) -> int:
    conn.execute(insert(audit), {"at": NOW, "who": "kim", "what": "read", "details": {}})
    return conn.scalar(ROWS) or 0


def fail(conn: Connection) -> None:
    note(conn)
    raise LookupError("no")


async def test_work_is_done_in_order(engine: Engine) -> None:
    writer = Writer(engine)
    assert await asyncio.gather(*(writer.run(note) for _ in range(20))) == list(range(1, 21))
    writer.close()


async def test_what_fails_is_undone_and_told(engine: Engine) -> None:
    writer = Writer(engine)
    with pytest.raises(LookupError):
        await writer.run(fail)
    assert await writer.run(note) == 1
    writer.close()


def test_from_code_that_is_not_async(engine: Engine) -> None:
    writer = Writer(engine)
    assert writer.call(note) == 1
    with pytest.raises(LookupError):
        writer.call(fail)
    writer.close()
    with pytest.raises(RuntimeError, match="closed"):
        writer.call(note)


def test_writers_of_one_sqlite_database_share_a_thread(engine: Engine) -> None:
    one, other = Writer(engine, "one"), Writer(engine, "other")
    threads = {writer.call(lambda _: threading.get_ident()) for writer in (one, other)}
    assert len(threads) == (1 if engine.dialect.name == "sqlite" else 2)
    one.close()
    assert other.call(note) == 1
    other.close()


async def test_who_gives_up_waiting_undoes_nothing(engine: Engine) -> None:
    writer = Writer(engine)
    waiting = asyncio.create_task(writer.run(note))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert await writer.run(note) == 2
    writer.close()


async def test_a_reader_sees_what_was_committed(engine: Engine) -> None:
    writer, reader = Writer(engine), Reader(engine, threads=2)
    await writer.run(note)
    assert await asyncio.gather(*(reader.run(lambda conn: conn.scalar(ROWS)) for _ in range(5))) == [1] * 5
    assert reader.call(lambda conn: conn.scalar(ROWS)) == 1
    reader.close()
    writer.close()


@pytest.fixture
def cutting(postgres_url: str) -> Iterator[Engine]:
    """A PostgreSQL that hangs up while it commits what was tried."""
    engine = make_engine(postgres_url)
    with engine.begin() as conn:
        conn.exec_driver_sql(CUT)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    "do",
    [lambda conn: conn.execute(TRY), lambda conn: TELL.tell(conn, {"whose": "+12065550177", "when": NOW})],
    ids=["answered", "sent without waiting"],
)
async def test_a_line_cut_during_the_commit_is_told_and_nothing_done_twice(
    cutting: Engine, do: Callable[[Connection], object]
) -> None:
    done: list[int] = []

    def once(conn: Connection) -> None:
        do(conn)
        done.append(1)

    writer = Writer(cutting)
    with pytest.raises(DBAPIError) as told:
        await writer.run(once)
    assert told.value.connection_invalidated
    assert len(done) == 1
    assert await writer.run(note) == 1  # on a line of its own
    await asyncio.to_thread(writer.close)
