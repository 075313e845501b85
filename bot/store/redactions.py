"""Messages whose copy at the provider is still to be deleted, because a card number was in them (RULES 5.9)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.store.among import among
from bot.store.tables import redactions


@dataclass(frozen=True, slots=True)
class Redaction:
    """A message to be emptied at the provider."""

    inbox_id: int
    provider: str
    provider_id: str
    asked_at: datetime


_R = redactions.c
_NAMES = ("inbox_id", "provider", "provider_id", "asked_at")
_ASK = insert(redactions)
_WAITING = (
    select(_R.id, *(_R[name] for name in _NAMES)).where(_R.done_at.is_(None)).order_by(_R.id).limit(bindparam("most"))
)
_DONE = update(redactions).where(among(_R.id, "ids")).values(done_at=bindparam("now"))


def ask(conn: Connection, wanted: Sequence[Redaction]) -> None:
    """Ask for these to be emptied."""
    if wanted:
        conn.execute(_ASK, [{name: getattr(one, name) for name in _NAMES} for one in wanted])


def waiting(conn: Connection, limit: int = 50) -> dict[int, Redaction]:
    """Those that nobody has emptied yet, by id, oldest first."""
    return {row[0]: Redaction(*row[1:]) for row in conn.execute(_WAITING, {"most": limit})}


def done(conn: Connection, ids: Collection[int], now: datetime) -> None:
    """These are empty."""
    if ids:
        conn.execute(_DONE, {"ids": list(ids), "now": now})
