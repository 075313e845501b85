"""What a request with an Idempotency-Key was answered, so that sending it again does nothing again."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select, update

from bot.store.api_tables import api_answers
from bot.store.dialects import insert_new

_A = api_answers.c
_BEGIN = insert_new(api_answers, _A.id)


class ReusedKeyError(Exception):
    """The same Idempotency-Key came with another request."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that may be sent again."""

    api_key_id: int
    key_digest: str
    request_digest: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What it was answered."""

    status: int
    body: str


def asked(api_key_id: int, idempotency_key: str, *request: str) -> Asked:
    """Told apart by the caller and their key; `request` is all that must not differ."""
    return Asked(api_key_id, _digest(idempotency_key), _digest("\0".join(request)))


def begin(conn: Connection, one: Asked, now: datetime) -> Kept | None:
    """None: it is new, and the caller ends with `finish`. Whoever sent the same at this moment waits for our commit.

    Raises ReusedKeyError.
    """
    values = {
        "api_key_id": one.api_key_id, "key_digest": one.key_digest, "request_digest": one.request_digest,
        "status": 0, "body": "", "at": now,
    }  # fmt: skip
    if conn.execute(_BEGIN[conn.dialect.name], values).first() is not None:
        return None
    row: Any = conn.execute(select(_A.request_digest, _A.status, _A.body).where(*_mine(one))).one()
    if row.request_digest != one.request_digest:
        raise ReusedKeyError
    return Kept(row.status, row.body)


def finish(conn: Connection, one: Asked, answer: Kept) -> None:
    """This is what it was answered."""
    conn.execute(update(api_answers).where(*_mine(one)).values(status=answer.status, body=answer.body))


def _mine(one: Asked) -> tuple[Any, Any]:
    return _A.api_key_id == one.api_key_id, _A.key_digest == one.key_digest


def _digest(text: str) -> str:
    # Not keyed: while the secret key is rotated, a request that is sent again must still be recognised.
    return sha256(text.encode()).hexdigest()
