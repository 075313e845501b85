"""Pay links: 128 random bits, kept as a keyed hash, never deleted: an old one still says what became of it."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.keys import Keys
from bot.store.among import among
from bot.store.prepared import Prepared
from bot.store.tables import links, page_sessions

PURPOSE = "link"
TOKEN_BYTES = 16
TOKEN_LENGTH = 22


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link to be made. Without a conversation it was made to paste, and asks for a code."""

    practice_id: int
    person_ids: tuple[int, ...]
    asks_code: bool
    made_by: str
    made_at: datetime
    open_until: datetime
    conversation_id: int | None = None
    amount_cents: int | None = None
    owed_cents: int | None = None
    page: str = "balance"


@dataclass(frozen=True, slots=True)
class Link:
    """A link as the database has it."""

    id: int
    practice_id: int
    conversation_id: int | None
    person_ids: list[int]
    amount_cents: int | None
    owed_cents: int | None
    asks_code: bool
    made_by: str
    made_at: datetime
    open_until: datetime
    pressed_at: datetime | None
    voided_at: datetime | None
    page: str


_L = links.c
_LINK = (
    _L.id, _L.practice_id, _L.conversation_id, _L.person_ids, _L.amount_cents, _L.owed_cents, _L.asks_code, _L.made_by,
    _L.made_at, _L.open_until, _L.pressed_at, _L.voided_at, _L.page,
)  # fmt: skip
_NEW = (*(name for name in NewLink.__slots__ if name != "person_ids"), "person_ids", "token_digest")
_MAKE = Prepared(insert(links).values({name: bindparam(name) for name in _NEW}).returning(_L.id))
_FIND = select(*_LINK).where(among(_L.token_digest, "digests", words=True))
_VOID = update(links).where(among(_L.conversation_id, "ids"), _L.voided_at.is_(None)).values(voided_at=bindparam("now"))
_SHUT = (
    update(page_sessions)
    .where(
        page_sessions.c.link_id.in_(select(_L.id).where(among(_L.conversation_id, "ids"))),
        page_sessions.c.ended_at.is_(None),
    )
    .values(ended_at=bindparam("now"))
)


def new_token() -> str:
    """22 characters that nobody guesses."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def insert_link(conn: Connection, keys: Keys, token: str, new: NewLink) -> int:
    """Keep a link under the hash of its token; its id."""
    values = {name: getattr(new, name) for name in NewLink.__slots__}
    digest = keys.digest(PURPOSE, token)
    link_id: int = _MAKE.value(conn, values | {"person_ids": list(new.person_ids), "token_digest": digest})
    return link_id


def find(conn: Connection, keys: Keys, token: str) -> Link | None:
    """The link of that token, whichever of our keys it was made with."""
    row: Any = conn.execute(_FIND, {"digests": list(keys.digests(PURPOSE, token))}).one_or_none()
    return Link(*row) if row else None


def void(conn: Connection, conversation_ids: Collection[int], now: datetime) -> None:
    """No link that was sent to these conversations is good any more, nor is what one of them has opened."""
    if conversation_ids:
        conn.execute(_VOID, {"ids": list(conversation_ids), "now": now})
        conn.execute(_SHUT, {"ids": list(conversation_ids), "now": now})


def open_until(conn: Connection, link_id: int) -> datetime | None:
    """The end of that link's hour."""
    return conn.scalar(select(_L.open_until).where(_L.id == link_id))
