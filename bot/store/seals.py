"""Audit rows and their seals, as the database has them."""

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from bot.store.keeping_tables import audit_seals
from bot.store.tables import audit

NOTHING_BEFORE = "0" * 64
_A, _S = audit.c, audit_seals.c
_ROW = (_A.id, _A.practice_id, _A.at, _A.who, _A.what, _A.details)


@dataclass(frozen=True, slots=True)
class Seal:
    """One seal: which rows it covers, and what they came to."""

    id: int
    first_id: int
    last_id: int
    missing: tuple[int, ...]
    late: tuple[int, ...]
    rows: int
    at: datetime
    previous_hash: str
    hash: str

    def hashed(self, covered: Sequence[Row[Any]]) -> str:
        """What the hash of this seal over these rows must be."""
        told = [self.id, self.first_id, self.last_id, self.missing, self.late, self.rows, self.at, self.previous_hash]
        whole = hashlib.sha256(_line(told))
        for row in covered:
            whole.update(_line(tuple(row)))
        return whole.hexdigest()


def newest(conn: Connection) -> Seal | None:
    """The last link of the chain."""
    return next(_seals(conn.execute(select(audit_seals).order_by(_S.id.desc()).limit(1))), None)


def chain(conn: Connection) -> Iterator[Seal]:
    """Every seal, from the first one; never more than some of them in memory."""
    return _seals(conn.execute(select(audit_seals).order_by(_S.id), execution_options={"yield_per": 500}))


def gaps_since(conn: Connection, at: datetime) -> set[int]:
    """Ids that were missing in a seal set after that, and came in no later one."""
    missing: set[int] = set()
    for gone, came in conn.execute(select(_S.missing, _S.late).where(_S.at >= at).order_by(_S.id)):
        missing = (missing | set(gone)) - set(came)
    return missing


def count(conn: Connection) -> int:
    """How many seals there are."""
    return conn.scalar(select(func.count()).select_from(audit_seals)) or 0


def waits(conn: Connection) -> bool:
    """Is there a row that no seal covers?"""
    last = conn.scalar(select(func.max(_A.id))) or 0
    return last > (conn.scalar(select(func.max(_S.last_id))) or 0)


def after(conn: Connection, audit_id: int, limit: int | None = None) -> list[Row[Any]]:
    """The rows after this one."""
    return list(conn.execute(select(*_ROW).where(_A.id > audit_id).order_by(_A.id).limit(limit)))


def among(conn: Connection, ids: Collection[int]) -> list[Row[Any]]:
    """Those of these rows that are there."""
    return list(conn.execute(select(*_ROW).where(_A.id.in_(ids)).order_by(_A.id))) if ids else []


def between(conn: Connection, first_id: int, last_id: int) -> list[Row[Any]]:
    """The rows from the first to the last."""
    return list(conn.execute(select(*_ROW).where(_A.id.between(first_id, last_id)).order_by(_A.id)))


def add(conn: Connection, seal: Seal) -> None:
    """Append a seal; fails when somebody else has just set the one of this number."""
    values = {name: getattr(seal, name) for name in Seal.__slots__}
    conn.execute(insert(audit_seals), values | {"missing": list(seal.missing), "late": list(seal.late)})


def _seals(rows: Any) -> Iterator[Seal]:
    for row in rows:
        told = row._asdict()
        yield Seal(**told | {"missing": tuple(told["missing"]), "late": tuple(told["late"])})


def _line(values: Sequence[Any]) -> bytes:
    return json.dumps(values, sort_keys=True, separators=(",", ":"), default=_moment).encode()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")
