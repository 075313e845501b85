"""Everything that happened, once: the unique key on the provider's id ends a duplicate (RULES 2.9)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from bot.store.among import among
from bot.store.fresh_ids import FreshIds
from bot.store.many import adding, changing
from bot.store.prepared import Prepared
from bot.store.tables import inbox

Key = tuple[str, str]
"""Provider and the provider's id."""

_KNOWN = Prepared(
    select(inbox.c.provider, inbox.c.provider_id).where(
        among(inbox.c.provider, "providers", words=True), among(inbox.c.provider_id, "ids", words=True)
    )
)
_NEW = ("id", "provider", "provider_id", "event", "received_at", "text", "details", "outcome", "reason")
_KEEP = adding(inbox, _NEW)
_IDS = FreshIds(inbox)
_FINISH = changing(inbox, ("practice_id", "conversation_id", "event", "heard", "outcome", "reason"))
_FIND = select(inbox.c.id).where(
    inbox.c.provider == bindparam("provider"), inbox.c.provider_id == bindparam("provider_id")
)


def keep(conn: Connection, rows: Sequence[dict[str, Any]]) -> dict[Key, int]:
    """Keep what is new; the ids of that. Keys that are missing in the answer were there before.

    Should another process keep the same one in this very moment, the unique key fails the batch: it is taken again.
    """
    asked = {"providers": {row["provider"] for row in rows}, "ids": [row["provider_id"] for row in rows]}
    known = {tuple(row) for row in _KNOWN.rows(conn, asked)}
    new = [row for row in rows if (row["provider"], row["provider_id"]) not in known]
    ids = _IDS.take(conn, len(new)) if new else ()
    _KEEP.each(conn, [row | {"id": key} for key, row in zip(ids, new, strict=True)])
    return {(row["provider"], row["provider_id"]): key for key, row in zip(ids, new, strict=True)}


def finish(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write down how these ended; each names its `row`."""
    _FINISH.each(conn, rows)


def find(conn: Connection, provider: str, provider_id: str) -> int | None:
    """The row of that id."""
    found: int | None = conn.scalar(_FIND, {"provider": provider, "provider_id": provider_id})
    return found
