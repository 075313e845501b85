"""Signing in without a link: what was typed is looked up later, off the path of the request (OWASP ASVS 5.0, 6.3.8)."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, select

from bot.keys import Keys
from bot.paying.entry import asked_codes
from bot.paying.entry.asked_codes import CodeAnswer
from bot.paying.entry.identifying import Details
from bot.store import code_asks, page_sessions
from bot.store.code_asks import SIGN_IN, Ask, NewAsk
from bot.store.page_sessions import NewSession, PageSession
from bot.store.practices import Practice
from bot.store.tables import people
from bot.turns.arrivals import Arrival
from conversations.conversation import Proof
from conversations.events import CodeAcceptedOnPage
from conversations.steps.code_limits import GAP, SENDS_IN_SOME_TIME, SOME_TIME

MOST_OF_A_NETWORK = 30
"""Forms in ten minutes: an office or a clinic's waiting room needs fewer, somebody who tries names needs more."""
EARLIEST_YEAR = 1900


def begin(
    conn: Connection, keys: Keys, practice: Practice, details: Details, network: str, language: str, now: datetime
) -> str | None:
    """The cookie of the form that asks for the code; None: too many came from that network."""
    if crowded(conn, network, now):
        return None
    subject = details.digest(keys, practice.id)
    new = NewAsk(practice.id, SIGN_IN, network, subject, details.told(), language, now)
    return code_asks.begin(conn, keys, new)


def prove_more(
    conn: Connection, keys: Keys, session: PageSession, network: str, language: str, now: datetime
) -> str | None:
    """The same for who is here by a link already, and wants to show who they are as well."""
    if crowded(conn, network, now):
        return None
    subject = keys.digest(code_asks.PURPOSE, f"people:{sorted(session.person_ids)}")
    new = NewAsk(session.practice_id, SIGN_IN, network, subject, {}, language, now, session.id, session.person_ids)
    return code_asks.begin(conn, keys, new)


def crowded(conn: Connection, network: str, now: datetime) -> bool:
    """More forms from one network than people fill in. It tells nothing about anybody."""
    return code_asks.lately(conn, network, now - SOME_TIME) >= MOST_OF_A_NETWORK


def again(conn: Connection, ask: Ask, now: datetime) -> str:
    """Another code for the same form: the words that say what became of it, whether or not it is about anybody."""
    if now - ask.asked_at < GAP:
        return "code_wait"
    if ask.asks >= SENDS_IN_SOME_TIME and now - ask.made_at < SOME_TIME:
        return "code_too_many"
    code_asks.again(conn, ask, now)
    return "code_both_again"


def enter(
    conn: Connection, keys: Keys, ask: Ask, digits: str, language: str, now: datetime
) -> tuple[CodeAnswer, str, Arrival | None]:
    """A code was typed: what it is worth, the cookie of the session it opens, and what to tell the conversation."""
    answer, code = asked_codes.type_code(conn, keys, ask, digits, now)
    if code is None:
        return answer, "", None
    whom = tuple(code.person_ids)
    new = NewSession(ask.practice_id, None, code.conversation_id, whom, Proof.PERSON, language, now)
    accepted = Arrival(
        provider="page",
        provider_id=f"accepted:{secrets.token_hex(12)}",
        event=CodeAcceptedOnPage(whom),
        received_at=now,
        conversation_id=code.conversation_id,
    )
    return answer, page_sessions.start(conn, keys, new), accepted


def born_as_typed(conn: Connection, person_ids: tuple[int, ...], born: str) -> bool:
    """Is it the birth date of one of these people? Whose file has none is not asked (policy.birth_date_with_code)."""
    known = conn.scalars(select(people.c.birth_date).where(people.c.id.in_(person_ids))).all()
    dates = [one.isoformat() for one in known if one is not None]
    return not dates or born in dates
