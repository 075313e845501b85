"""Who works for a practice in the console, and the set-up links that let them choose a password."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.keys import Keys
from bot.store.staff_tables import staff, staff_links
from bot.store.tables import practices

PURPOSE = "staff set-up"
LINK_LIFE = timedelta(hours=48)
LONGEST_TOKEN = 100


class Role(StrEnum):
    """What somebody may do."""

    BILLER = "biller"
    MANAGER = "manager"
    AUDITOR = "auditor"  # reads, and does nothing


@dataclass(frozen=True, slots=True)
class Member:
    """One of the practice's people."""

    id: int
    practice_id: int
    practice: str
    """The slug."""
    email: str
    role: Role
    password_hash: str | None
    removed_at: datetime | None

    @property
    def who(self) -> str:
        """As the audit calls them."""
        return f"staff:{self.id}"

    @property
    def may_act(self) -> bool:
        """May they answer, take over and finish tasks, or only read?"""
        return self.role is not Role.AUDITOR


_S, _L = staff.c, staff_links.c
_MEMBER = select(_S.id, _S.practice_id, practices.c.slug, _S.email, _S.role, _S.password_hash, _S.removed_at).join_from(
    staff, practices, _S.practice_id == practices.c.id
)


def by_email(conn: Connection, email: str) -> Member | None:
    """Whoever has that address, removed or not."""
    return _member(conn.execute(_MEMBER.where(_S.email == email)).one_or_none())


def by_id(conn: Connection, staff_id: int) -> Member | None:
    """One of them."""
    return _member(conn.execute(_MEMBER.where(_S.id == staff_id)).one_or_none())


def every(conn: Connection) -> list[Member]:
    """All who may come in, practice by practice."""
    rows = conn.execute(_MEMBER.where(_S.removed_at.is_(None)).order_by(practices.c.slug, _S.email))
    return [_made(row) for row in rows]


def called(conn: Connection, practice_id: int, who: Collection[str]) -> dict[str, str]:
    """Their addresses, for those of these names of the audit who are staff of the practice."""
    ids = [int(one.removeprefix("staff:")) for one in who if one.startswith("staff:")]
    asked = select(_S.id, _S.email).where(_S.id.in_(ids), _S.practice_id == practice_id)
    return {f"staff:{row.id}": row.email for row in conn.execute(asked)} if ids else {}


def add(conn: Connection, practice_id: int, email: str, role: Role, now: datetime) -> int:
    """Somebody new."""
    values = {"practice_id": practice_id, "email": email, "role": role.value, "made_at": now}
    made: int = conn.execute(insert(staff).values(values).returning(_S.id)).scalar_one()
    return made


def take_back(conn: Connection, staff_id: int, practice_id: int, role: Role) -> None:
    """Somebody who was removed works here again; their old password does not."""
    values = {"practice_id": practice_id, "role": role.value, "password_hash": None, "removed_at": None}
    conn.execute(update(staff).where(_S.id == staff_id).values(values))


def remove(conn: Connection, staff_id: int, now: datetime) -> None:
    """They may not come in any more."""
    conn.execute(update(staff).where(_S.id == staff_id).values(removed_at=now, password_hash=None))


def set_password(conn: Connection, staff_id: int, password_hash: str | None) -> None:
    """Their password from now on; None: they have none."""
    conn.execute(update(staff).where(_S.id == staff_id).values(password_hash=password_hash))


def new_link(conn: Connection, keys: Keys, staff_id: int, now: datetime) -> str:
    """A set-up link's token; older links of theirs are void."""
    end_links(conn, staff_id, now)
    token = secrets.token_urlsafe(24)
    row = {"staff_id": staff_id, "token_digest": keys.digest(PURPOSE, token), "made_at": now}
    conn.execute(insert(staff_links).values(row | {"expires_at": now + LINK_LIFE}))
    return token


def end_links(conn: Connection, staff_id: int, now: datetime) -> None:
    """None of their links opens anything any more."""
    conn.execute(update(staff_links).where(_L.staff_id == staff_id, _L.ended_at.is_(None)).values(ended_at=now))


def of_link(conn: Connection, keys: Keys, token: str, now: datetime) -> Member | None:
    """Whose set-up link is this? None when it was used, replaced, is too old, or was never made."""
    if len(token) > LONGEST_TOKEN:
        return None
    good = (_L.token_digest.in_(keys.digests(PURPOSE, token)), _L.ended_at.is_(None), _L.expires_at > now)
    found = conn.execute(
        _MEMBER.join(staff_links, _L.staff_id == _S.id).where(*good, _S.removed_at.is_(None))
    ).one_or_none()
    return _member(found)


def use_link(conn: Connection, keys: Keys, token: str, now: datetime) -> Member | None:
    """The same, and it works once: of two who press at the same moment one gets None."""
    good = (_L.token_digest.in_(keys.digests(PURPOSE, token)), _L.ended_at.is_(None), _L.expires_at > now)
    member = of_link(conn, keys, token, now)
    if member is None or conn.execute(update(staff_links).where(*good).values(ended_at=now)).rowcount != 1:
        return None
    return member


def _member(row: Any) -> Member | None:
    return _made(row) if row else None


def _made(row: Any) -> Member:
    return Member(row.id, row.practice_id, row.slug, row.email, Role(row.role), row.password_hash, row.removed_at)
