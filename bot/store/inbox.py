"""Everything that happened, once: the unique key on the provider's id ends a duplicate."""

from collections.abc import Collection, Sequence
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
_WHOLE = (
    "id", "provider", "provider_id", "practice_id", "conversation_id", "event", "received_at", "text", "details",
    "heard", "outcome", "reason",
)  # fmt: skip
_IDS = FreshIds(inbox)
_KEEP = adding(inbox, _WHOLE)
_FINISH = changing(inbox, ("practice_id", "conversation_id", "event", "heard", "outcome", "reason"))
_FIND = select(inbox.c.id).where(
    inbox.c.provider == bindparam("provider"), inbox.c.provider_id == bindparam("provider_id")
)


def new_ids(conn: Connection, keys: Collection[Key]) -> dict[Key, int]:
    """Ids for the rows of those that were never here before. Keep them before you ask again."""
    asked = {"providers": {provider for provider, _ in keys}, "ids": [provider_id for _, provider_id in keys]}
    found = _KNOWN.ask(conn, asked)
    _IDS.reserve(conn, len(keys))
    known = {tuple(row) for row in found()}
    new = [key for key in keys if key not in known]
    return dict(zip(new, _IDS.take(conn, len(new)), strict=True)) if new else {}


def keep(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep these.

    Should another process keep the same one in this very moment, the unique key fails the batch: it is taken again.
    """
    _KEEP.each(conn, rows)


def finish(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write down how these ended; rows as `keep` takes them."""
    _FINISH.each(conn, [row | {"row": row["id"]} for row in rows])


def find(conn: Connection, provider: str, provider_id: str) -> int | None:
    """The row of that id."""
    found: int | None = conn.scalar(_FIND, {"provider": provider, "provider_id": provider_id})
    return found
