"""Tables about how long and how safely things are kept: seals of the audit, and holds against the purge."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from bot.store.api_tables import metadata  # they too are part of the whole
from bot.store.columns import Id, Json, UtcTime

__all__ = ["audit_seals", "legal_holds", "metadata"]

audit_seals = Table(  # append-only; one hash over the previous seal and the audit rows that came since
    "audit_seals",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),  # 1, 2, 3 …: two who seal at once collide here
    Column("first_id", Id, nullable=False),
    Column("last_id", Id, nullable=False),
    Column("missing", Json, nullable=False),  # ids between them that were not there: not committed yet, or never
    Column("late", Json, nullable=False),  # ids that were missing in an earlier seal
    Column("rows", Integer, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

legal_holds = Table(  # nothing of theirs is purged while one stands
    "legal_holds",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("practice_id", Id, ForeignKey("practices.id"), nullable=False),
    Column("person_id", Id, ForeignKey("people.id"), index=True),  # None: the whole practice
    Column("reason", String(200), nullable=False),
    Column("placed_at", UtcTime, nullable=False),
    Column("lifted_at", UtcTime),
)
