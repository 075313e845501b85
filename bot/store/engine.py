"""One synchronous engine for SQLite and PostgreSQL, the same way to the database for everybody."""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")
PATIENCE_SECONDS = 5
PRIVATE = 0o600
"""Of what holds what patients wrote: readable for this user only."""
QUOTING = ("22", "23")
"""Classes of PostgreSQL's errors whose very first line may quote a value: bad data, broken constraints."""


def make_engine(url: str) -> Engine:
    """An engine whose errors show no values: those are patients' data."""
    if url.startswith("sqlite"):
        return _sqlite(url)
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=8,
        json_serializer=_dump,
        json_deserializer=orjson.loads,
        connect_args={"connect_timeout": PATIENCE_SECONDS},
    )
    event.listen(engine, "handle_error", _hide_row)
    return engine


def reader(engine: Engine) -> Engine:
    """The same engine for reading: on SQLite it takes no write lock."""
    return engine.execution_options(sqlite_begin="DEFERRED")


def missing_file(engine: Engine) -> Path | None:
    """The file of an embedded database that is not there; whoever connects would make an empty one."""
    file = _file(engine)
    return file if file and not file.exists() else None


def place(engine: Engine) -> str:
    """Where the database is, in words for people: never with a password."""
    return str(_file(engine) or f"the database {engine.url.database} on {engine.url.host or 'this machine'}")


def _file(engine: Engine) -> Path | None:
    name = engine.url.database
    embedded = engine.dialect.name == "sqlite" and name and name != ":memory:" and not name.startswith("file:")
    return Path(str(name)).absolute() if embedded else None


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url, hide_parameters=True, pool_size=8, json_serializer=_dump, json_deserializer=orjson.loads
    )
    event.listen(engine, "do_connect", _make_private)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(_dialect: object, _record: object, arguments: list[Any], _options: object) -> None:
    """A new file is ours alone, whatever folder it is in; SQLite gives -wal and -shm the same mode."""
    name = str(arguments[0])
    if name and name != ":memory:" and not name.startswith("file:"):
        # Where that is not possible, SQLite says why.
        with suppress(OSError):
            os.close(os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE))


def _prepare_sqlite(dbapi: Any, _record: object) -> None:
    # The driver's own BEGIN is deferred: two that read and then write would lose one of the writes.
    dbapi.isolation_level = None
    for pragma in PRAGMAS:
        dbapi.execute(f"PRAGMA {pragma}")


def _begin_sqlite(conn: Connection) -> None:
    dbapi: Any = conn.connection.dbapi_connection
    begin = "BEGIN " + conn.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    telling(conn, begin, partial(dbapi.execute, begin))


def telling(conn: Connection, sql: str, call: Callable[[], T]) -> T:
    """What the driver answers outside `conn.execute`. Its errors are told as that would have told them."""
    try:
        return call()
    except conn.dialect.loaded_dbapi.Error as error:
        raise _told(conn, sql, error) from error


def _told(conn: Connection, sql: str, error: Exception) -> Exception:
    """Without values, and no dead line is kept."""
    lost = conn.dialect.is_disconnect(error, conn.connection.dbapi_connection, None)  # type: ignore[arg-type]
    base = conn.dialect.loaded_dbapi.Error
    wrapped = DBAPIError.instance(
        sql, None, error, base, hide_parameters=True, connection_invalidated=lost, dialect=conn.dialect
    )
    _name_the_rule_only(error, wrapped)
    if lost:
        conn.invalidate(error)
    return wrapped


def _hide_row(context: ExceptionContext) -> None:
    _name_the_rule_only(context.original_exception, context.sqlalchemy_exception)


def _name_the_rule_only(error: BaseException, wrapped: BaseException | None) -> None:
    """PostgreSQL quotes the row it refuses, which is somebody's data: only the name of the rule is left."""
    diagnosis = getattr(error, "diag", None)
    if diagnosis is None or not diagnosis.sqlstate:
        return
    words = "" if diagnosis.sqlstate.startswith(QUOTING) else diagnosis.message_primary
    names = (diagnosis.sqlstate, diagnosis.table_name, diagnosis.column_name, diagnosis.constraint_name, words)
    text = " ".join(name for name in names if name)
    error.args = (text,)
    if wrapped is not None:
        wrapped.args = (text,)


def _dump(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
