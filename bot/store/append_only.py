"""What is written in the books stays written: the database itself refuses to change or delete it."""

from sqlalchemy import Connection, text

BOOKS = ("entries", "postings", "consents", "audit", "audit_seals")

SQLITE = """CREATE TRIGGER {table}_{verb}_refused BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""

POSTGRESQL_FUNCTION = """CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"""

POSTGRESQL = """CREATE TRIGGER {table}_{verb}_refused BEFORE {verb} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION append_only()"""


def guard(conn: Connection, tables: tuple[str, ...] = BOOKS) -> None:
    """Set the guard on these tables of a database that has none yet."""
    if conn.dialect.name == "postgresql":
        conn.execute(text(POSTGRESQL_FUNCTION))
    guard_more(conn, tables)


def guard_more(conn: Connection, tables: tuple[str, ...]) -> None:
    """Set the guard on more tables, where some are guarded already."""
    trigger = POSTGRESQL if conn.dialect.name == "postgresql" else SQLITE
    for table in tables:
        for verb in ("UPDATE", "DELETE"):
            conn.execute(text(trigger.format(table=table, verb=verb)))


def unguard(conn: Connection, tables: tuple[str, ...] = BOOKS) -> None:
    """Take the guard away, for a migration that goes back."""
    for table in tables:
        for verb in ("update", "delete"):
            on = f" ON {table}" if conn.dialect.name == "postgresql" else ""
            conn.execute(text(f"DROP TRIGGER {table}_{verb}_refused{on}"))
    if conn.dialect.name == "postgresql":
        conn.execute(text("DROP FUNCTION append_only()"))
