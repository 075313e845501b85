"""Entries read back from the books: to undo one, to give back what one took, to tell what happened to a patient."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from bot.store.ledger import Posting
from bot.store.tables import entries, postings

_E, _P = entries.c, postings.c


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry as it stands in the books."""

    id: int
    practice_id: int
    kind: str
    reference: str
    at: datetime
    reason: str
    undoes_id: int | None
    lines: tuple[Posting, ...]


class Part(NamedTuple):
    """Whom and which charge money was for; None: it lay beyond every charge."""

    person_id: int
    charge_id: int | None


def undone_by(entry_id: int) -> str:
    """The reference of the one entry that may undo this one."""
    return f"undone:{entry_id}"


def find(conn: Connection, practice_id: int, entry_id: int) -> Posted | None:
    """That entry of this practice."""
    return next(iter(_posted(conn, _E.id == entry_id, practice_id)), None)


def by_reference(conn: Connection, practice_id: int, reference: str) -> Posted | None:
    """The entry of that reference."""
    return next(iter(_posted(conn, _E.reference == reference, practice_id)), None)


def by_ids(conn: Connection, practice_id: int, entry_ids: Collection[int]) -> list[Posted]:
    """Those entries, in the order in which they were written."""
    return _posted(conn, _E.id.in_(entry_ids), practice_id) if entry_ids else []


def is_posted(conn: Connection, practice_id: int, reference: str) -> bool:
    """Is that reference in the books?"""
    asked = select(_E.id).where(_E.practice_id == practice_id, _E.reference == reference)
    return conn.scalar(asked) is not None


def taken_back(conn: Connection, entry: Posted) -> list[Posted]:
    """What has been taken of this entry since, and of that again: refunds, and those that failed."""
    first = _posted(conn, _E.undoes_id == entry.id, entry.practice_id)
    again = _posted(conn, _E.undoes_id.in_([one.id for one in first]), entry.practice_id) if first else []
    return [*first, *again]


def undone(conn: Connection, practice_id: int, entry_ids: Collection[int]) -> set[int]:
    """Those of these entries that were undone."""
    names = {undone_by(one): one for one in entry_ids}
    asked = select(_E.reference).where(_E.practice_id == practice_id, _E.reference.in_(names))
    return {names[name] for name in conn.scalars(asked)} if names else set()


def _posted(conn: Connection, which: object, practice_id: int) -> list[Posted]:
    asked = select(_E.id, _E.practice_id, _E.kind, _E.reference, _E.at, _E.reason, _E.undoes_id)
    rows = conn.execute(asked.where(_E.practice_id == practice_id, which).order_by(_E.id)).all()  # type: ignore[arg-type]
    lines = _lines(conn, [row.id for row in rows])
    return [Posted(*row[:5], row.reason or "", row.undoes_id, tuple(lines.get(row.id, ()))) for row in rows]


def _lines(conn: Connection, entry_ids: Sequence[int]) -> dict[int, list[Posting]]:
    asked = select(_P.entry_id, _P.account, _P.person_id, _P.cents, _P.charge_id)
    found: dict[int, list[Posting]] = {}
    for row in conn.execute(asked.where(_P.entry_id.in_(entry_ids)).order_by(_P.id)) if entry_ids else ():
        found.setdefault(row.entry_id, []).append(Posting(*row[1:]))
    return found
