"""Tables of the practice API: its keys, and the answers it gave to requests that may be sent again."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from bot.store.columns import Id, UtcTime
from bot.store.tables import metadata

__all__ = ["api_answers", "api_keys", "metadata"]

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("practice_id", Id, ForeignKey("practices.id"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("digest", String(64), nullable=False, unique=True),  # keyed hash: the key itself is shown once, never kept
    Column("made_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),  # to the hour, so that a key nobody uses any more is seen
    Column("revoked_at", UtcTime),
)

api_answers = Table(  # written in the transaction of what was done: both are there, or neither
    "api_answers",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("api_key_id", Id, ForeignKey("api_keys.id"), nullable=False),
    Column("key_digest", String(64), nullable=False),  # of the Idempotency-Key
    Column("request_digest", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),  # as it was sent, byte for byte; a link's token is not in it
    Column("at", UtcTime, nullable=False, index=True),
    UniqueConstraint("api_key_id", "key_digest"),
)
