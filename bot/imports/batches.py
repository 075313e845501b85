"""How an import reaches the database: in small transactions, so that patients' texts are answered between them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Engine, bindparam, select
from sqlalchemy.exc import OperationalError

from bot.progress import Progress, silent
from bot.store.engine import reader
from bot.store.tables import practices

__all__ = ["CHUNK", "Into", "Progress", "chunks", "known", "silent"]

T = TypeVar("T")
R = TypeVar("R")
CHUNK = 500
TRIES = 5


@dataclass(frozen=True, slots=True)
class Into:
    """Where an import goes."""

    engine: Engine
    practice_id: int
    now: datetime

    def looks(self, fn: Callable[[Connection], T]) -> T:
        """Read, without holding anybody up."""
        with reader(self.engine).connect() as conn:
            return fn(conn)

    def writes(self, fn: Callable[[Connection], T]) -> T:
        """One transaction, alone among the imports of this practice; tried again when another one was in the way."""
        for _ in range(TRIES - 1):
            try:
                return self._writes_once(fn)
            except OperationalError as error:
                if not _passes(error):
                    raise
        return self._writes_once(fn)

    def _writes_once(self, fn: Callable[[Connection], T]) -> T:
        mine = select(practices.c.id).where(practices.c.id == self.practice_id)
        with self.engine.begin() as conn:
            # NO KEY UPDATE: rows that merely point at the practice may still be written beside us.
            conn.execute(mine.with_for_update(key_share=True))
            return fn(conn)


def chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """So many rows a transaction."""
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def known(
    conn: Connection, practice_id: int, key: "Column[Any]", values: Sequence[str], *more: Any, lock: bool = False
) -> dict[str, Any]:
    """The rows of this practice whose key is one of these values, by that key; `lock` keeps others out."""
    table = key.table
    wanted = select(key, *more).where(table.c.practice_id == practice_id, key.in_(bindparam("values", expanding=True)))
    wanted = wanted.order_by(table.c.id).with_for_update(key_share=True) if lock else wanted
    found: dict[str, Any] = {}
    for chunk in chunks(list(dict.fromkeys(values))):
        found |= {row[0]: row for row in conn.execute(wanted, {"values": list(chunk)})}
    return found


def _passes(error: OperationalError) -> bool:
    """Deadlocks and lost races pass, and so does a lock that another command holds."""
    return getattr(error.orig, "sqlstate", None) in {"40001", "40P01"} or "locked" in str(error.orig)
