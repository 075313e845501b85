"""Tables of the people who work in the console: who they are, how they come in, and in which browsers they are."""

from sqlalchemy import Column, ForeignKey, Index, String, Table

from bot.store.columns import Id, UtcTime
from bot.store.keeping_tables import metadata  # they too are part of the whole

__all__ = ["metadata", "sign_in_tries", "staff", "staff_links", "staff_sessions"]

staff = Table(
    "staff",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("practice_id", Id, ForeignKey("practices.id"), nullable=False),
    Column("email", String(320), nullable=False, unique=True),  # lower case
    Column("role", String(10), nullable=False),  # biller, manager, auditor
    Column("password_hash", String(200)),  # argon2id; None until they choose one
    Column("made_at", UtcTime, nullable=False),
    Column("removed_at", UtcTime),  # the row stays: the audit names it
)

staff_links = Table(  # the way in for somebody who has no password yet, or not any more; once
    "staff_links",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False, index=True),
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("made_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),  # used, or replaced by a newer one
)

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("staff_id", Id, ForeignKey("staff.id"), nullable=False, index=True),
    Column("token_digest", String(64), nullable=False, unique=True),
    Column("made_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
)

sign_in_tries = Table(  # those that failed, and those still being judged
    "sign_in_tries",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("email_digest", String(64), nullable=False),  # keyed hash: what was typed may be anything
    Column("network", String(60), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("ix_sign_in_tries_email_digest", "email_digest", "at"),
    Index("ix_sign_in_tries_network", "network", "at"),
)
