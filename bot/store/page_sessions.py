"""Who is signed in on our pages, and in which browser: a random cookie, kept as a keyed hash."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.keys import Keys
from bot.store.tables import page_sessions
from conversations.conversation import Proof

PURPOSE = "page"
IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=1)
SEEN_EVERY = timedelta(seconds=30)
LONGEST_TOKEN = 100

_S = page_sessions.c


@dataclass(frozen=True, slots=True)
class PageSession:
    """One browser, for people who are proved."""

    id: int
    practice_id: int
    link_id: int | None
    conversation_id: int | None
    person_ids: tuple[int, ...]
    proof: Proof
    language: str
    made_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class NewSession:
    """What a session begins with."""

    practice_id: int
    link_id: int | None
    conversation_id: int | None
    person_ids: tuple[int, ...]
    proof: Proof
    language: str
    made_at: datetime


_COLUMNS = (
    _S.id, _S.practice_id, _S.link_id, _S.conversation_id, _S.person_ids, _S.proof, _S.language, _S.made_at, _S.seen_at,
)  # fmt: skip


def start(conn: Connection, keys: Keys, new: NewSession) -> str:
    """Begins one; the answer is its cookie."""
    token = secrets.token_urlsafe(24)
    values: dict[str, Any] = {name: getattr(new, name) for name in NewSession.__slots__}
    values |= {"person_ids": list(new.person_ids), "proof": int(new.proof), "seen_at": new.made_at}
    conn.execute(insert(page_sessions).values(**values, token_digest=keys.digest(PURPOSE, token)))
    return token


def find(conn: Connection, keys: Keys, token: str, now: datetime) -> PageSession | None:
    """The session of that cookie, unless it has run out."""
    if not token or len(token) > LONGEST_TOKEN:
        return None
    good = (_S.ended_at.is_(None), _S.seen_at > now - IDLE, _S.made_at > now - LONGEST)
    row = conn.execute(select(*_COLUMNS).where(_S.token_digest.in_(keys.digests(PURPOSE, token)), *good)).one_or_none()
    if row is None:
        return None
    told = row._asdict()
    return PageSession(**{**told, "person_ids": tuple(told["person_ids"]), "proof": Proof(told["proof"])})


def last(conn: Connection, keys: Keys, token: str) -> tuple[int, str] | None:
    """The practice and the language of that cookie's session, also of one that has run out."""
    if not token or len(token) > LONGEST_TOKEN:
        return None
    asked = select(_S.practice_id, _S.language).where(_S.token_digest.in_(keys.digests(PURPOSE, token)))
    row = conn.execute(asked).one_or_none()
    return (row.practice_id, row.language) if row else None


def stale(session: PageSession, now: datetime) -> bool:
    """Is it time to note again that somebody is there?"""
    return now - session.seen_at >= SEEN_EVERY


def seen(conn: Connection, session_id: int, now: datetime) -> None:
    """Somebody is there: the idle time starts again."""
    conn.execute(update(page_sessions).where(_S.id == session_id).values(seen_at=now))


def speak(conn: Connection, session_id: int, language: str) -> None:
    """The page was asked for in this language."""
    conn.execute(update(page_sessions).where(_S.id == session_id).values(language=language))


def end(conn: Connection, keys: Keys, token: str, now: datetime) -> None:
    """They signed out: the cookie is worth nothing any more."""
    mine = (_S.token_digest.in_(keys.digests(PURPOSE, token)), _S.ended_at.is_(None))
    if token and len(token) <= LONGEST_TOKEN:
        conn.execute(update(page_sessions).where(*mine).values(ended_at=now))


def end_others(conn: Connection, practice_id: int, person_id: int, but: int | None, now: datetime) -> None:
    """Whoever else is signed in about this person is so no more; who only pays for them may go on."""
    live = (_S.practice_id == practice_id, _S.ended_at.is_(None), _S.made_at > now - LONGEST)
    rows = conn.execute(select(_S.id, _S.person_ids).where(*live, _S.proof != int(Proof.NONE)))
    theirs = [row.id for row in rows if person_id in row.person_ids and row.id != but]
    conn.execute(update(page_sessions).where(_S.id.in_(theirs)).values(ended_at=now))
