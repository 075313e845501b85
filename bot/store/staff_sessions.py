"""In which browsers staff are signed in: a random cookie, kept as a keyed hash, and failed tries."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from bot.keys import Keys
from bot.store.staff_tables import sign_in_tries, staff_sessions

PURPOSE = "staff session"
IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(seconds=30)
LONGEST_TOKEN = 100

_S, _T = staff_sessions.c, sign_in_tries.c


@dataclass(frozen=True, slots=True)
class StaffSession:
    """One browser."""

    id: int
    staff_id: int
    made_at: datetime
    seen_at: datetime


def start(conn: Connection, keys: Keys, staff_id: int, now: datetime) -> str:
    """Begins one; the answer is its cookie."""
    token = secrets.token_urlsafe(24)
    row = {"staff_id": staff_id, "token_digest": keys.digest(PURPOSE, token), "made_at": now, "seen_at": now}
    conn.execute(insert(staff_sessions).values(row))
    return token


def find(conn: Connection, keys: Keys, token: str, now: datetime) -> StaffSession | None:
    """The session of that cookie, unless it has run out."""
    if not token or len(token) > LONGEST_TOKEN:
        return None
    good = (_S.ended_at.is_(None), _S.seen_at > now - IDLE, _S.made_at > now - LONGEST)
    wanted = select(_S.id, _S.staff_id, _S.made_at, _S.seen_at)
    row = conn.execute(wanted.where(_S.token_digest.in_(keys.digests(PURPOSE, token)), *good)).one_or_none()
    return StaffSession(*row) if row else None


def stale(session: StaffSession, now: datetime) -> bool:
    """Is it time to note again that somebody is there?"""
    return now - session.seen_at >= SEEN_EVERY


def seen(conn: Connection, session_id: int, now: datetime) -> None:
    """Somebody is there: the idle time starts again."""
    conn.execute(update(staff_sessions).where(_S.id == session_id).values(seen_at=now))


def end(conn: Connection, session_id: int, now: datetime) -> None:
    """They signed out."""
    conn.execute(update(staff_sessions).where(_S.id == session_id, _S.ended_at.is_(None)).values(ended_at=now))


def end_all(conn: Connection, staff_id: int, now: datetime) -> None:
    """Out, everywhere."""
    conn.execute(update(staff_sessions).where(_S.staff_id == staff_id, _S.ended_at.is_(None)).values(ended_at=now))


@dataclass(frozen=True, slots=True)
class Tries:
    """How often somebody tried lately."""

    of_both: int
    of_address: int
    of_network: int


def tries(conn: Connection, digests: tuple[str, ...], network: str, since: datetime) -> Tries:
    """Of this address from this network, of this address from anywhere, of anybody from this network."""
    mine, here = _T.email_digest.in_(digests), _T.network == network

    def count(*where: ColumnElement[bool]) -> int:
        return conn.scalar(select(func.count()).select_from(sign_in_tries).where(_T.at > since, *where)) or 0

    return Tries(count(mine, here), count(mine), count(here))


def note_try(conn: Connection, digest: str, network: str, now: datetime) -> int:
    """Written before the password is looked at, so that many at once do not get more tries."""
    row = {"email_digest": digest, "network": network, "at": now}
    made: int = conn.execute(insert(sign_in_tries).values(row).returning(_T.id)).scalar_one()
    return made


def forget_tries(conn: Connection, digests: tuple[str, ...], network: str, before: datetime) -> None:
    """Somebody knew the password: their earlier slips from there are forgotten, and everybody's old ones."""
    conn.execute(delete(sign_in_tries).where(_T.email_digest.in_(digests), _T.network == network))
    conn.execute(delete(sign_in_tries).where(_T.at < before))
