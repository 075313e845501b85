"""Keys for new rows, taken before the rows are written, so that many go in with one statement that returns nothing."""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, func, select, text

from bot.store.prepared import Found, Prepared


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
        kept = conn.info.pop(self, None)
        ids = self._read(kept[1]) if kept and kept[0] is conn.get_transaction() else []
        return ids[:many] if len(ids) >= many else [*ids, *self._read(self._ask(conn, many - len(ids)))]

    def reserve(self, conn: Connection, many: int) -> None:
        """So many may be taken in this transaction: PostgreSQL brings them while we wait for something else."""
        if conn.dialect.name != "sqlite":
            conn.info[self] = conn.get_transaction(), self._ask(conn, many)

    def _ask(self, conn: Connection, many: int) -> Found:
        return self._next.ask(conn, {"many": many})

    @staticmethod
    def _read(found: Found) -> list[int]:
        return [row[0] for row in found()]
