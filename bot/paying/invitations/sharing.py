"""Somebody else pays: a link that the patient hands on, which shows the sum and nothing of what it is for."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from bot.keys import Keys
from bot.store import ledger, links, page_sessions
from bot.store.links import Link, NewLink
from bot.store.page_sessions import NewSession, PageSession
from bot.store.tables import links as link_rows
from bot.store.tables import page_sessions as session_rows
from conversations.conversation import Proof

PAGE = "pay_only"
GOOD_FOR = timedelta(days=7)
MOST = 5
"""Open ones of the same people."""

_L = link_rows.c


def share(conn: Connection, keys: Keys, session: PageSession, now: datetime) -> str | None:
    """The token of a link for somebody who pays for these people; None: nothing is owed, or too many are open."""
    owed = sum(max(0, cents) for cents in ledger.balances(conn, session.person_ids).values())
    if owed <= 0 or len(shared(conn, session, now)) >= MOST:
        return None
    token = links.new_token()
    new = NewLink(
        practice_id=session.practice_id,
        person_ids=session.person_ids,
        asks_code=False,
        made_by="patient",
        made_at=now,
        open_until=now + GOOD_FOR,
        conversation_id=session.conversation_id,  # the patient is told what came of it
        owed_cents=owed,
        page=PAGE,
    )
    links.insert_link(conn, keys, token, new)
    return token


def shared(conn: Connection, session: PageSession, now: datetime) -> list[tuple[int, datetime]]:
    """The links of these people that are open: their ids and until when, newest first."""
    mine = (_L.practice_id == session.practice_id, _L.page == PAGE, _L.voided_at.is_(None), _L.open_until > now)
    rows = conn.execute(select(_L.id, _L.open_until, _L.person_ids).where(*mine).order_by(_L.id.desc()))
    return [(row.id, row.open_until) for row in rows if set(row.person_ids) <= set(session.person_ids)]


def take_back(conn: Connection, session: PageSession, link_id: int, now: datetime) -> bool:
    """That link is good no more, nor is any page it has opened. False: these people have no such link."""
    if link_id not in {one for one, _ in shared(conn, session, now)}:
        return False
    conn.execute(update(link_rows).where(_L.id == link_id).values(voided_at=now))
    opened = (session_rows.c.link_id == link_id, session_rows.c.ended_at.is_(None))
    conn.execute(update(session_rows).where(*opened).values(ended_at=now))
    return True


def is_over(link: Link, now: datetime) -> bool:
    """A link that was handed on ends; others never do."""
    return link.page == PAGE and now >= link.open_until


def open_link(conn: Connection, keys: Keys, link: Link, language: str, now: datetime) -> str:
    """The cookie of somebody who pays: nothing is proved, so they see the sum only."""
    people = tuple(link.person_ids)
    new = NewSession(link.practice_id, link.id, link.conversation_id, people, Proof.NONE, language, now)
    return page_sessions.start(conn, keys, new)
