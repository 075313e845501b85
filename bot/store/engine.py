"""One synchronous engine for SQLite and PostgreSQL, the same way to the database for everybody."""

import json
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")
PATIENCE_SECONDS = 5


def make_engine(url: str) -> Engine:
    """An engine whose errors show no values: those are patients' data."""
    if url.startswith("sqlite"):
        return _sqlite(url)
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=8,
        json_serializer=_dump,
        connect_args={"connect_timeout": PATIENCE_SECONDS},
    )


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


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _dump(value: object) -> str:
    return _encoder.encode(value)
