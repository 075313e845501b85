"""One statement for many rows: the driver's own loop on SQLite, one parameter that holds them all on PostgreSQL.

There each row of `executemany` is a message of its own, answered by itself: 32 took longer than all their turns.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    Connection,
    Insert,
    Table,
    Text,
    Update,
    bindparam,
    cast,
    column,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnClause, ColumnElement
from sqlalchemy.sql.selectable import TableValuedAlias

from bot.store.columns import in_utc
from bot.store.prepared import Prepared, Values

ROW = "row"
"""What names the row that changes."""


class Many:
    """An insert or an update, and the rows it is for."""

    def __init__(self, one_by_one: Insert | Update, together: Insert | Update) -> None:
        self._one_by_one, self._together = Prepared(one_by_one), Prepared(together)

    def each(self, conn: Connection, rows: Sequence[Values]) -> None:
        """Once for each of these, if there are any."""
        if rows and conn.dialect.name == "postgresql":
            self._together.tell(conn, {"rows": _json(rows)})
        else:
            self._one_by_one.each(conn, rows)


def adding(table: Table, names: Iterable[str], *, new_only: bool = False) -> Many:
    """Add rows with these columns; `new_only`: pass over those that a unique key refuses."""
    names = tuple(names)
    rows = _rows(table.c[name] for name in names)
    one_by_one = sqlite.insert(table).values({name: bindparam(name) for name in names})
    together = postgresql.insert(table).from_select(names, select(*(rows.c[name] for name in names)))
    if new_only:
        return Many(one_by_one.on_conflict_do_nothing(), together.on_conflict_do_nothing())
    return Many(one_by_one, together)


def changing(table: Table, names: Iterable[str], *only: ColumnElement[bool]) -> Many:
    """Change these columns of the row whose key each of them has under `row`, where it is such a one."""
    names = tuple(names)
    rows = _rows((*(table.c[name] for name in names), column(ROW, table.c.id.type)))
    return Many(
        update(table).where(table.c.id == bindparam(ROW), *only).values({name: bindparam(name) for name in names}),
        update(table).where(table.c.id == rows.c[ROW], *only).values({name: rows.c[name] for name in names}),
    )


def _rows(columns: Iterable["ColumnClause[Any]"]) -> TableValuedAlias:
    given = cast(bindparam("rows", type_=Text()), JSON)
    wanted = [column(one.name, one.type) for one in columns]
    return func.json_to_recordset(given).table_valued(*wanted).render_derived(name="given", with_types=True)


def _json(rows: Sequence[Values]) -> str:
    return orjson.dumps(rows, default=_plain, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATETIME).decode()


def _plain(value: object) -> str:
    """Moments must be aware, as on SQLite."""
    if isinstance(value, datetime):
        return in_utc(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no column keeps a {type(value).__name__}")
