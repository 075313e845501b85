"""Keys of the practice API: each belongs to one practice, is shown once, and rests as a keyed hash."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.keys import Keys
from bot.store.api_tables import api_keys
from bot.store.tables import practices

PURPOSE = "api key"
PREFIX = "paybot_"
"""So that scanners of leaked secrets, and people, see what they have found."""
LONGEST = 100
USE_NOTED_EVERY = timedelta(hours=1)

_K = api_keys.c


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as the database has it."""

    id: int
    practice_id: int
    name: str
    made_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    practice: str = ""
    """The slug, where keys are listed."""

    @property
    def who(self) -> str:
        """As the audit calls whoever uses it."""
        return f"apikey:{self.id}"

    def use_is_news(self, now: datetime) -> bool:
        """Is it an hour since somebody noted that this key is in use?"""
        return self.used_at is None or now - self.used_at >= USE_NOTED_EVERY


_COLUMNS = (_K.id, _K.practice_id, _K.name, _K.made_at, _K.used_at, _K.revoked_at)


def create(conn: Connection, keys: Keys, practice_id: int, name: str, now: datetime) -> tuple[int, str]:
    """A new key: its id, and the key itself, which nobody can read again."""
    key = PREFIX + secrets.token_urlsafe(32)
    values = {"practice_id": practice_id, "name": name, "digest": keys.digest(PURPOSE, key), "made_at": now}
    made: int = conn.execute(insert(api_keys).values(values).returning(_K.id)).scalar_one()
    return made, key


def find(conn: Connection, keys: Keys, key: str) -> ApiKey | None:
    """Whose key is this? None for one that is unknown or was revoked."""
    if not key.startswith(PREFIX) or len(key) > LONGEST:
        return None
    wanted = select(*_COLUMNS).where(_K.digest.in_(keys.digests(PURPOSE, key)), _K.revoked_at.is_(None))
    row: Any = conn.execute(wanted).one_or_none()
    return ApiKey(*row) if row else None


def every(conn: Connection) -> list[ApiKey]:
    """All keys, the revoked ones too, in the order they were made."""
    wanted = select(*_COLUMNS, practices.c.slug).join_from(api_keys, practices, _K.practice_id == practices.c.id)
    rows: Any = conn.execute(wanted.order_by(_K.id))
    return [ApiKey(*row) for row in rows]


def note_use(conn: Connection, key_id: int, now: datetime) -> None:
    """Somebody uses this key."""
    conn.execute(update(api_keys).where(_K.id == key_id).values(used_at=now))


def revoke(conn: Connection, key_id: int, now: datetime) -> bool:
    """It opens nothing any more. False: there is no such key, or it was revoked before."""
    live = (_K.id == key_id, _K.revoked_at.is_(None))
    return conn.execute(update(api_keys).where(*live).values(revoked_at=now)).rowcount == 1
