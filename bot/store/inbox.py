"""Everything that happened, once: the unique key on the provider's id ends a duplicate (RULES 2.9)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.store.dialects import insert_new
from bot.store.tables import inbox

Key = tuple[str, str]
"""Provider and the provider's id."""

_KEEP = insert_new(inbox, inbox.c.id, inbox.c.provider, inbox.c.provider_id)
_FINISH = (
    update(inbox)
    .where(inbox.c.id == bindparam("row"))
    .values(
        {name: bindparam(name) for name in ("practice_id", "conversation_id", "event", "heard", "outcome", "reason")}
    )
)
_FIND = select(inbox.c.id).where(
    inbox.c.provider == bindparam("provider"), inbox.c.provider_id == bindparam("provider_id")
)


def keep(conn: Connection, rows: Sequence[dict[str, Any]]) -> dict[Key, int]:
    """Keep what is new; the ids of that. Keys that are missing in the answer were there before."""
    return {(row.provider, row.provider_id): row.id for row in conn.execute(_KEEP[conn.dialect.name], list(rows))}


def finish(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write down how these ended; each names its `row`."""
    conn.execute(_FINISH, list(rows))


def find(conn: Connection, provider: str, provider_id: str) -> int | None:
    """The row of that id."""
    found: int | None = conn.scalar(_FIND, {"provider": provider, "provider_id": provider_id})
    return found
