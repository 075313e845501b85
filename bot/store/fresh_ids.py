"""Keys for new rows, taken before the rows are written, so that many go in with one statement that returns nothing."""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, func, select, text

from bot.store.prepared import Prepared


class FreshIds:
    """The next keys of one table.

    On SQLite a writing transaction is alone, and keys count on from the highest one, as SQLite does it itself.
    Use them before you ask again. On PostgreSQL they come from the table's own sequence.
    """

    def __init__(self, table: Table) -> None:
        self._highest = Prepared(select(func.coalesce(func.max(table.c.id), 0)))
        self._next = Prepared(
            text("SELECT nextval(CAST(:named AS regclass)) FROM generate_series(1, CAST(:many AS integer))").bindparams(
                named=f"{table.name}_id_seq"
            )
        )

    def take(self, conn: Connection, many: int) -> Sequence[int]:
        """So many."""
        if conn.dialect.name == "sqlite":
            highest: int = self._highest.rows(conn, {})[0][0]
            return range(highest + 1, highest + 1 + many)
        return [row[0] for row in self._next.rows(conn, {"many": many})]
