"""The connection that writes. PostgreSQL is told one statement after the other, and waited for only where need be.

A batch writes eight kinds of rows: sent one after the other, each answer waited for, they took longer than all their
turns. In psycopg's pipeline the server works on one while the next is made ready, and the commit waits for them all.
"""

from contextlib import suppress
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from bot.store.engine import telling

LOOKING_UP = (
    "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET random_page_cost = 1.1;"
    " SET plan_cache_mode = force_generic_plan"
)
BEFORE = "statements sent before"
_LINE = "pipeline"
"""Under this name a connection keeps its open pipeline; None, when it may have one; nothing, when it must not."""


def connect_for_writing(engine: Engine) -> Connection:
    """A connection that is kept. All that it does is to look rows up by their keys, and so PostgreSQL is told.

    Left to guess, it walks whole tables that were small when it first saw the statement: a third of a batch's time.
    """
    conn = engine.connect()
    if engine.dialect.name == "postgresql":
        conn.detach()  # nobody else gets it after us
        try:
            conn.exec_driver_sql(LOOKING_UP)
            conn.commit()
        except DBAPIError:
            conn.close()
            raise
        conn.info[_LINE] = None
        event.listen(conn, "before_cursor_execute", step_out)
        event.listen(conn, "commit", _commit)
        event.listen(conn, "rollback", _give_up)
    return conn


def hang_up(conn: Connection) -> None:
    """Close it; what is still under way is given up."""
    _give_up(conn)
    conn.close()


def step_in(conn: Connection) -> None:
    """What follows is sent without waiting, where that is allowed."""
    info = conn.info
    if info.get(_LINE, conn) is None:
        dbapi: Any = conn.connection.dbapi_connection
        opened = dbapi.pipeline()
        info[_LINE] = opened, opened.__enter__()


def step_out(conn: Connection, *_context: Any) -> None:
    """What follows is answered at once, as SQLAlchemy's own statements must be; what was sent before is waited for.

    Needed at the end of a savepoint too: what is refused there must be heard inside it.
    """
    if line := _taken_from(conn):
        telling(conn, BEFORE, partial(line[0].__exit__, None, None, None))


def _commit(conn: Connection) -> None:
    """Sent behind the rest, so that all are waited for together; SQLAlchemy's own commit finds it done."""
    if not conn.info.get(_LINE):
        return
    dbapi: Any = conn.connection.dbapi_connection
    try:
        telling(conn, BEFORE, dbapi.commit)
    except DBAPIError:
        _give_up(conn)
        if not conn.invalidated:  # for SQLAlchemy a transaction has ended with its commit, however that went
            dbapi.rollback()
        raise


def _give_up(conn: Connection) -> None:
    """What is still under way is taken back with the rest: its answers, bad ones too, are nobody's any more."""
    if not conn.invalidated and (line := _taken_from(conn)):
        bad = conn.dialect.loaded_dbapi.Error
        with suppress(bad):
            line[1].sync()
        with suppress(bad):
            line[0].__exit__(None, None, None)


def _taken_from(conn: Connection) -> Any:
    line = conn.info.get(_LINE)
    if line is not None:
        conn.info[_LINE] = None
    return line
