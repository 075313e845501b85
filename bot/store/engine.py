"""One synchronous engine for SQLite and PostgreSQL, the same way to the database for everybody."""

import json
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")
PATIENCE_SECONDS = 5
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
        connect_args={"connect_timeout": PATIENCE_SECONDS},
    )
    event.listen(engine, "handle_error", _hide_row)
    return engine


def reader(engine: Engine) -> Engine:
    """The same engine for reading: on SQLite it takes no write lock."""
    return engine.execution_options(sqlite_begin="DEFERRED")


def _sqlite(url: str) -> Engine:
    engine = create_engine(url, hide_parameters=True, pool_size=8, json_serializer=_dump)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(dbapi: Any, _record: object) -> None:
    # The driver's own BEGIN is deferred: two that read and then write would lose one of the writes.
    dbapi.isolation_level = None
    for pragma in PRAGMAS:
        dbapi.execute(f"PRAGMA {pragma}")


def _begin_sqlite(conn: Connection) -> None:
    conn.exec_driver_sql("BEGIN " + conn.get_execution_options().get("sqlite_begin", "IMMEDIATE"))


def _hide_row(context: ExceptionContext) -> None:
    """PostgreSQL quotes the row it refuses, which is somebody's data: only the name of the rule is left."""
    diagnosis = getattr(context.original_exception, "diag", None)
    if diagnosis is None or not diagnosis.sqlstate:
        return
    told = "" if diagnosis.sqlstate.startswith(QUOTING) else diagnosis.message_primary
    names = (diagnosis.sqlstate, diagnosis.table_name, diagnosis.column_name, diagnosis.constraint_name, told)
    text = " ".join(name for name in names if name)
    context.original_exception.args = (text,)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (text,)


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _dump(value: object) -> str:
    return _encoder.encode(value)
