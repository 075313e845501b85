"""Bringing a database to the schema of this version, and asking cheaply whether it is there."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from bot.store.append_only import guard
from bot.store.engine import reader
from bot.store.money_tables import metadata  # the last of the modules that declare tables: it knows all of them

HEAD = "0011"
"""The newest migration. Told here so that a start need not load alembic; a test holds the two together."""
MIGRATIONS = Path(__file__).with_name("migrations")
LOCK = 7_290_221
"""Any number, but the same for everybody: two who migrate at once take turns."""


def migrate(engine: Engine) -> None:
    """Every migration that this database has not seen, in one transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        config.attributes["connection"] = conn
        command.upgrade(config, "head")


def create(engine: Engine) -> None:
    """All tables in an empty database, at once and without alembic; one that has tables already stays as it is."""
    with engine.begin() as conn:
        if inspect(conn).get_table_names():
            return
        metadata.create_all(conn)
        guard(conn)
        conn.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        conn.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def is_current(engine: Engine) -> bool:
    """Is the database at the schema of this version?"""
    return version(engine) == HEAD


def is_current_on(conn: Connection) -> bool:
    """The same, asked on a connection that is open already."""
    return _version(conn) == HEAD


def version(engine: Engine) -> str | None:
    """The newest migration this database has seen; None when it is empty."""
    with reader(engine).connect() as conn:
        return _version(conn)


def _version(conn: Connection) -> str | None:
    table = (
        "sqlite_master WHERE type = 'table' AND name" if conn.dialect.name == "sqlite" else "pg_tables WHERE tablename"
    )
    if not conn.scalar(text(f"SELECT count(*) FROM {table} = 'alembic_version'")):  # noqa: S608 - two constants
        return None
    found: str | None = conn.scalar(text("SELECT version_num FROM alembic_version"))
    return found
