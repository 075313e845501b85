"""Who did or saw what: rows that are only ever added, and sealed later."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from bot.store.tables import audit

_NOTE = insert(audit)


def note(
    conn: Connection, *, at: datetime, who: str, what: str, practice_id: int | None = None, **details: Any
) -> None:
    """Add a row. `details` are ids and names of things of ours, never what a patient wrote."""
    conn.execute(_NOTE, {"practice_id": practice_id, "at": at, "who": who, "what": what, "details": details})
