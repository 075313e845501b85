"""Seals the audit each second, one hash over the previous seal, and checks the whole chain when asked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.progress import Progress, silent
from bot.store import seals
from bot.store.seals import NOTHING_BEFORE, Seal
from bot.store.writer import Reader, Writer

MOST_ROWS = 1000
STILL_COMING = timedelta(minutes=5)
"""For so long a row that was missing may still be committed by somebody slow."""


def seal(conn: Connection, now: datetime) -> int:
    """Seal what no seal covers yet, at most a thousand rows; how many."""
    before = seals.newest(conn)
    rows = seals.after(conn, before.last_id if before else 0, MOST_ROWS)
    late = seals.among(conn, _may_come(conn, now))
    if not rows and not late:
        return 0
    made = _next(before, [row.id for row in rows], [row.id for row in late], now)
    seals.add(conn, replace(made, hash=made.hashed([*late, *rows])))
    return len(rows) + len(late)


def _next(before: Seal | None, ids: Sequence[int], late: Sequence[int], now: datetime) -> Seal:
    first = before.last_id + 1 if before else 1
    last = ids[-1] if ids else first - 1
    missing = tuple(sorted(set(range(first, last + 1)) - set(ids)))
    number, previous = (before.id + 1, before.hash) if before else (1, NOTHING_BEFORE)
    return Seal(number, first, last, missing, tuple(late), len(ids) + len(late), now, previous, "")


def _may_come(conn: Connection, now: datetime) -> set[int]:
    """Numbers that were given out before a seal was set, and may be committed after it: PostgreSQL does that."""
    return seals.gaps_since(conn, now - STILL_COMING)


def _is_due(conn: Connection, now: datetime) -> bool:
    return seals.waits(conn) or bool(seals.among(conn, _may_come(conn, now)))


@dataclass(slots=True)
class Verdict:
    """What checking found."""

    seals: int = 0
    rows: int = 0
    newest_hash: str = NOTHING_BEFORE
    newest_at: datetime | None = None
    unsealed: int = 0
    oldest_unsealed_at: datetime | None = None
    faults: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Is nothing wrong?"""
        return not self.faults


def tail(conn: Connection) -> list[datetime]:
    """Of when the rows are that no seal covers yet."""
    last = seals.newest(conn)
    return [row.at for row in seals.after(conn, last.last_id if last else 0)]


def verify(conn: Connection, now: datetime, expected: str = "", progress: Progress = silent) -> Verdict:
    """Check every seal against its rows. `expected` is a hash that was noted earlier and must be in the chain."""
    found, last, missing, seen = Verdict(), 0, set[int](), not expected
    of = seals.count(conn)
    for one in seals.chain(conn):
        rows = _covered(conn, one)
        found.faults += _faults(one, rows, found, last, missing)
        missing = (missing | set(one.missing)) - set(one.late)
        seen = seen or one.hash == expected
        last, found.newest_hash, found.newest_at = one.last_id, one.hash, one.at
        found.seals, found.rows = found.seals + 1, found.rows + len(rows)
        progress("Checking seals", found.seals, of)
    if not seen:
        found.faults.append("The seal that was noted earlier is not in the chain: seals were removed or made again.")
    coming = _may_come(conn, now)
    for row in seals.among(conn, missing - coming):
        found.faults.append(f"Audit row {row.id} appeared long after the seals around it.")
    unsealed = [*seals.among(conn, missing & coming), *seals.after(conn, last)]
    found.unsealed, found.oldest_unsealed_at = len(unsealed), min((row.at for row in unsealed), default=None)
    return found


def _covered(conn: Connection, one: Seal) -> list[Row[Any]]:
    gone = set(one.missing)
    rows = [row for row in seals.between(conn, one.first_id, one.last_id) if row.id not in gone]
    return [*seals.among(conn, one.late), *rows]


def _faults(one: Seal, rows: Sequence[Row[Any]], before: Verdict, last: int, missing: set[int]) -> Iterable[str]:
    if one.id != before.seals + 1 or one.previous_hash != before.newest_hash or one.first_id != last + 1:
        yield f"Seal {one.id} does not follow the one before it: seals were removed or changed."
        return
    if not set(one.late) <= missing:
        yield f"Seal {one.id} covers rows twice."
    if len(rows) != one.rows:
        yield f"Seal {one.id}: {one.rows - len(rows)} of its audit rows are gone."
    elif one.hashed(rows) != one.hash:
        yield f"Seal {one.id}: the seal or an audit row from {one.first_id} to {one.last_id} was changed."


class Sealer:
    """Looks beside the worker. Several processes may each run one: only one of them sets the next seal."""

    def __init__(self, writer: Writer, reader: Reader, clock: Clock) -> None:
        self._writer, self._reader, self._clock = writer, reader, clock

    async def look(self) -> int:
        """Seal what there is; how many rows."""
        if not await self._reader.run(lambda conn: _is_due(conn, self._clock())):
            return 0
        try:
            return await self._writer.run(lambda conn: seal(conn, self._clock()))
        except IntegrityError:
            return 0
