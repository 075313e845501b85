"""What makes a mail ours: 128 random bits in its address, kept as a keyed hash, for one conversation."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.keys import Keys
from bot.store.tables import addresses, conversations, reply_addresses

PURPOSE = "reply-address"
TOKEN_BYTES = 16


class Kind(StrEnum):
    """What may be done with a token."""

    REPLY = "reply"
    BOUNCE = "bounce"
    UNSUBSCRIBE = "unsubscribe"


LIFE = {
    Kind.REPLY: timedelta(days=365),  # people answer old mail; a refusal would be all that they learn
    Kind.BOUNCE: timedelta(days=30),  # servers give up after five days, some report late
    Kind.UNSUBSCRIBE: timedelta(days=730),
}


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """A token that is good, and whom it belongs to."""

    id: int
    kind: Kind
    conversation_id: int
    practice_id: int
    address: str
    outbox_id: int | None


_R = reply_addresses.c
_MAKE = insert(reply_addresses)
_FIND = (
    select(_R.id, _R.conversation_id, addresses.c.practice_id, addresses.c.address, _R.outbox_id)
    .join_from(reply_addresses, conversations, _R.conversation_id == conversations.c.id)
    .join(addresses, conversations.c.address_id == addresses.c.id)
    .where(
        _R.kind == bindparam("kind"),
        _R.token_digest.in_(bindparam("digests", expanding=True)),
        _R.revoked_at.is_(None),
        _R.expires_at > bindparam("now"),
    )
)
_REVOKE = (
    update(reply_addresses)
    .where(_R.conversation_id.in_(bindparam("ids", expanding=True)), _R.revoked_at.is_(None))
    .values(revoked_at=bindparam("now"))
)


def new_token() -> str:
    """32 characters that nobody guesses; no capitals, since some mail systems fold the case of an address."""
    return secrets.token_hex(TOKEN_BYTES)


def make(
    conn: Connection, keys: Keys, kinds: Collection[Kind], conversation_id: int, outbox_id: int | None, now: datetime
) -> dict[Kind, str]:
    """Fresh tokens of these kinds, for one mail; only their hashes are kept."""
    tokens = {kind: new_token() for kind in kinds}
    row: dict[str, Any] = {"conversation_id": conversation_id, "outbox_id": outbox_id, "made_at": now}
    conn.execute(
        _MAKE,
        [
            row | {"kind": kind.value, "token_digest": _digest(keys, kind, token), "expires_at": now + LIFE[kind]}
            for kind, token in tokens.items()
        ],
    )
    return tokens


def find(conn: Connection, keys: Keys, kind: Kind, token: str, now: datetime) -> ReplyAddress | None:
    """Whose token this is; None when it never was one, ran out, or was taken back."""
    digests = keys.digests(f"{PURPOSE}:{kind.value}", token.lower())
    row: Any = conn.execute(_FIND, {"kind": kind.value, "digests": list(digests), "now": now}).one_or_none()
    return ReplyAddress(row[0], kind, *row[1:]) if row else None


def revoke(conn: Connection, conversation_ids: Collection[int], now: datetime) -> None:
    """No token of these conversations is good any more."""
    if conversation_ids:
        conn.execute(_REVOKE, {"ids": list(conversation_ids), "now": now})


def _digest(keys: Keys, kind: Kind, token: str) -> str:
    return keys.digest(f"{PURPOSE}:{kind.value}", token)
