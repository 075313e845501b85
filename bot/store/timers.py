"""Moments at which a conversation wants to be woken; a late one is told by the state and the turn it names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from bot.store.among import among
from bot.store.many import adding
from bot.store.prepared import Prepared
from bot.store.tables import timers


@dataclass(frozen=True, slots=True)
class NewTimer:
    """A moment to wake a conversation."""

    conversation_id: int
    state: str
    entered_turn: int
    reason: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Timer(NewTimer):
    """One as the database has it."""

    id: int

    @property
    def provider_id(self) -> str:
        """What makes it happen once. Not its key alone: SQLite gives the key of a deleted row away again."""
        return f"{self.conversation_id}:{self.entered_turn}:{self.state}:{self.reason}:{self.due_at.isoformat()}"


_T = timers.c
_NAMES = ("conversation_id", "state", "entered_turn", "reason", "due_at")
_SET = adding(timers, _NAMES)
_DUE = Prepared(
    select(*(_T[name] for name in _NAMES), _T.id)
    .where(_T.due_at <= bindparam("now"))
    .order_by(_T.due_at, _T.id)
    .limit(bindparam("most"))
)
_NEXT = Prepared(select(_T.due_at).order_by(_T.due_at).limit(1))
_REMOVE = delete(timers).where(among(_T.id, "ids"))


def insert_timers(conn: Connection, new: Sequence[NewTimer]) -> None:
    """Set these."""
    _SET.each(conn, [{name: getattr(one, name) for name in _NAMES} for one in new])


def due(conn: Connection, now: datetime, limit: int = 100) -> list[Timer]:
    """Those that have run out, oldest first."""
    return [Timer(*row) for row in _DUE.rows(conn, {"now": now, "most": limit})]


def next_due(conn: Connection) -> datetime | None:
    """When the next one runs out."""
    found: datetime | None = _NEXT.value(conn, {})
    return found


def remove(conn: Connection, ids: Collection[int]) -> None:
    """These have been taken."""
    if ids:
        conn.execute(_REMOVE, {"ids": list(ids)})
