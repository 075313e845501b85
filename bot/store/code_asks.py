"""Forms of our pages that ask for a code without a link: who somebody says they are, and how often they were wrong."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from bot.keys import Keys
from bot.store.tables import code_asks

PURPOSE = "code_ask"
GOOD_FOR = timedelta(minutes=30)
"""So long a form may be filled in; its codes last ten minutes each."""
SIGN_IN, CONTACT = "sign_in", "contact"
MOST = 50
"""Looked up in one transaction."""

_A = code_asks.c


@dataclass(frozen=True, slots=True)
class Ask:
    """One such form, as one browser has it open."""

    id: int
    practice_id: int
    kind: str
    session_id: int | None
    network: str
    subject: str
    typed: Mapping[str, Any] | None
    person_ids: tuple[int, ...]
    language: str
    made_at: datetime
    asks: int
    asked_at: datetime
    wrong_tries: int

    @property
    def side(self) -> str:
        """Whose wrong tries these are: of this network, about whom they say they are."""
        return f"{self.network} for {self.subject[:24]}"


@dataclass(frozen=True, slots=True)
class NewAsk:
    """A form that was just filled in."""

    practice_id: int
    kind: str
    network: str
    subject: str
    typed: Mapping[str, Any]
    language: str
    made_at: datetime
    session_id: int | None = None
    person_ids: tuple[int, ...] = ()


_COLUMNS = (
    _A.id, _A.practice_id, _A.kind, _A.session_id, _A.network, _A.subject, _A.typed, _A.person_ids, _A.language,
    _A.made_at, _A.asks, _A.asked_at, _A.wrong_tries,
)  # fmt: skip


def begin(conn: Connection, keys: Keys, new: NewAsk) -> str:
    """Keep one, to be looked up at once; the answer is its cookie."""
    token = secrets.token_urlsafe(24)
    values: dict[str, Any] = {name: getattr(new, name) for name in NewAsk.__slots__}
    values |= {"typed": dict(new.typed), "person_ids": list(new.person_ids)}
    values |= {"asked_at": new.made_at, "look_at": new.made_at, "token_digest": keys.digest(PURPOSE, token)}
    conn.execute(insert(code_asks).values(**values))
    return token


def find(conn: Connection, keys: Keys, token: str, now: datetime) -> Ask | None:
    """The form of that cookie, unless it is over."""
    if not token or len(token) > 100:
        return None
    mine = (_A.token_digest.in_(keys.digests(PURPOSE, token)), _A.ended_at.is_(None), _A.made_at > now - GOOD_FOR)
    return _one(conn, select(*_COLUMNS).where(*mine))


def of_session(conn: Connection, session_id: int, now: datetime) -> Ask | None:
    """The newest form that is open on the pages of this session."""
    mine = (_A.session_id == session_id, _A.kind == CONTACT, _A.ended_at.is_(None), _A.made_at > now - GOOD_FOR)
    return _one(conn, select(*_COLUMNS).where(*mine).order_by(_A.id.desc()).limit(1))


def lately(conn: Connection, network: str, since: datetime) -> int:
    """How many forms came from that network."""
    mine = (_A.network == network, _A.made_at > since)
    return conn.scalar(select(func.count()).select_from(code_asks).where(*mine)) or 0


def how_many(conn: Connection, session_id: int) -> int:
    """How many new addresses this session has had confirmed, or tried to."""
    mine = (_A.session_id == session_id, _A.kind == CONTACT)
    return conn.scalar(select(func.count()).select_from(code_asks).where(*mine)) or 0


def again(conn: Connection, ask: Ask, now: datetime) -> None:
    """They ask for another code."""
    conn.execute(update(code_asks).where(_A.id == ask.id).values(asks=_A.asks + 1, asked_at=now, look_at=now))


def due(conn: Connection) -> list[Ask]:
    """Those that wait to be looked up; nobody else gets them."""
    wanted = select(*_COLUMNS).where(_A.look_at.is_not(None)).order_by(_A.id).limit(MOST)
    return [_ask(row) for row in conn.execute(wanted.with_for_update(skip_locked=True))]


def looked_up(conn: Connection, ask: Ask, person_ids: tuple[int, ...], typed: Mapping[str, Any] | None) -> None:
    """It is known now whom a code proves; of what they wrote only `typed` stays."""
    kept = {"look_at": None, "person_ids": list(person_ids), "typed": dict(typed) if typed else None}
    conn.execute(update(code_asks).where(_A.id == ask.id).values(**kept))


def miss(conn: Connection, ask: Ask) -> None:
    """A wrong code was typed into it."""
    conn.execute(update(code_asks).where(_A.id == ask.id).values(wrong_tries=_A.wrong_tries + 1))


def end(conn: Connection, ask: Ask, now: datetime) -> None:
    """It has done its work."""
    conn.execute(update(code_asks).where(_A.id == ask.id).values(ended_at=now, look_at=None, typed=None))


def _one(conn: Connection, wanted: Select[Any]) -> Ask | None:
    row = conn.execute(wanted).first()
    return _ask(row) if row else None


def _ask(row: Any) -> Ask:
    told = row._asdict()
    return Ask(**{**told, "person_ids": tuple(told["person_ids"])})
