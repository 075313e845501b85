"""What happens when somebody opens a pay link: the first press in its hour, a code, or a friendly dead end."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, and_, or_, select, update

from bot.facts.code_verdicts import blocked_until, judge
from bot.facts.people import answered_for
from bot.keys import Keys
from bot.paying.entry.asked_codes import CodeAnswer
from bot.store import codes, links, page_sessions, people
from bot.store import conversations as talks
from bot.store.conversations import Place
from bot.store.links import Link
from bot.store.money_tables import plans
from bot.store.page_sessions import NewSession
from bot.store.practices import Practice
from bot.store.tables import conversations
from bot.store.tables import links as link_rows
from bot.turns.arrivals import Arrival
from conversations.conversation import Proof
from conversations.events import CodeAcceptedOnPage, CodeAskedOnPage, Way
from conversations.facts import Verdict


class Asks(StrEnum):
    """Why a code comes first; the page says it in these words."""

    TIMED_OUT = "timed_out"
    OTHER_BROWSER = "other_browser"
    PRIVACY = "privacy"


@dataclass(frozen=True, slots=True)
class Opened:
    """The link is open in this browser. `cookie` is empty when it was open already."""

    session_id: int | None
    cookie: str = ""


def usable(conn: Connection, keys: Keys, token: str) -> Link | None:
    """The link of that token, unless it was taken back. A paid or an old one is as good as any."""
    link = links.find(conn, keys, token) if len(token) == links.TOKEN_LENGTH else None
    return link if link and link.voided_at is None else None


def language_of(conn: Connection, link: Link) -> str:
    """What the person reads to whom the link was sent."""
    patient = people.by_id(conn, link.person_ids[:1]).get(link.person_ids[0]) if link.person_ids else None
    return patient.language if patient else "en"


def press(conn: Connection, keys: Keys, link: Link, cookie: str, language: str, now: datetime) -> Opened | Asks:
    """The button on the landing page. The first press within its hour opens a link sent to one person's address."""
    session = page_sessions.find(conn, keys, cookie, now)
    if session and session.link_id == link.id:
        return Opened(session.id)
    if link.asks_code or link.conversation_id is None or len(_holders(conn, link)) != 1 or _moved(conn, link, now):
        return Asks.PRIVACY
    if now >= link.open_until:
        return Asks.TIMED_OUT
    first = (link_rows.c.id == link.id, link_rows.c.pressed_at.is_(None))
    if conn.execute(update(link_rows).where(*first).values(pressed_at=now)).rowcount != 1:
        return Asks.OTHER_BROWSER
    new = _session(link, link.conversation_id, Proof.PHONE, language, now)
    return Opened(None, page_sessions.start(conn, keys, new))


def plan_to_sign(conn: Connection, link: Link) -> int | None:
    """The plan whose agreement this link was sent about: what waits for a signature, else what runs."""
    waiting = and_(plans.c.state == "pending", plans.c.waits == "signature")
    running = or_(plans.c.state == "active", and_(plans.c.state == "dormant", plans.c.paused_at.is_not(None)))
    mine = plans.c.person_id.in_(link.person_ids)
    first = select(plans.c.id).where(mine, or_(waiting, running)).order_by(waiting.desc(), plans.c.id.desc()).limit(1)
    return conn.scalar(first) if link.page == "agreement" else None


def why_code(link: Link, now: datetime) -> Asks:
    """Why this link asks for a code, to whom has none of its sessions."""
    if link.asks_code or link.conversation_id is None:
        return Asks.PRIVACY
    return Asks.TIMED_OUT if now >= link.open_until else Asks.OTHER_BROWSER


def type_code(
    conn: Connection, keys: Keys, link: Link, digits: str | None, side: str, language: str, now: datetime
) -> tuple[CodeAnswer, str, int | None]:
    """A code was typed into the page: what it is worth, the new cookie, and the conversation to tell.

    It has to be one that was meant for this link (OWASP ASVS 5.0, 6.6.2): a wrong try is none at any other.
    Wrong tries count for the network they come from, so that nobody can lock a patient out from elsewhere,
    and for the person, so that neighbours on one network do not lock each other out.
    """
    side = f"{side} for {min(link.person_ids)}"
    lately = _lately(conn, link, now)
    mine = sorted((one for one in lately if _is_for(one, link)), key=lambda one: one.link_id is None)
    if blocked_until(lately, codes.tries(conn, [side], now), now):
        return CodeAnswer.BLOCKED, "", None
    verdict, code = judge(mine, digits, keys, now)
    if verdict is Verdict.RIGHT and code is not None:
        try:
            codes.use(conn, [code.id])
        except LookupError:  # another server took it, or ended it, in this very moment
            return CodeAnswer.EXPIRED, "", None
        new = _session(link, code.conversation_id, Proof.PERSON, language, now)
        return CodeAnswer.RIGHT, page_sessions.start(conn, keys, new), code.conversation_id
    if verdict is Verdict.OLDER:
        return CodeAnswer.OLDER, "", None
    if verdict in {Verdict.EXPIRED, Verdict.USED, Verdict.VOID}:
        return CodeAnswer.EXPIRED, "", None
    # The same words whether a code was sent or not: nobody learns from here who is on file (OWASP ASVS 5.0, 6.3.8).
    codes.miss(conn, [codes.WrongTry(side, code.id if code else None, now)])
    blocked = blocked_until(_lately(conn, link, now), codes.tries(conn, [side], now), now)
    return (CodeAnswer.BLOCKED if blocked else CodeAnswer.WRONG), "", None


def code_asked(conn: Connection, link: Link, practice: Practice, way: Way, now: datetime) -> Arrival | None:
    """The arrival that has the conversation send a code. None: nobody can be reached, and the page says the same."""
    event = CodeAskedOnPage(way, tuple(link.person_ids), link_id=link.id)
    marks = {"provider": "page", "provider_id": f"code:{secrets.token_hex(12)}", "received_at": now}
    if link.conversation_id is not None and not _moved(conn, link, now):
        return Arrival(event=event, conversation_id=link.conversation_id, **marks)  # type: ignore[arg-type]
    every = [r for each in people.reaches(conn, link.person_ids).values() for r in each]
    sender = next(iter(practice.file.senders), "")
    usable = (r for r in every if not r.blocked and not r.problem and (sender or r.channel == "email"))
    first = min(usable, key=lambda r: r.channel != "text", default=None)
    if first is None:
        return None
    place = Place(practice.id, first.channel, first.address)
    talk, _ = talks.begun(conn, [place])[place]
    return Arrival(event=event, ours=sender, channel=first.channel, conversation_id=talk, **marks)  # type: ignore[arg-type]


def code_accepted(link: Link, conversation_id: int, now: datetime) -> Arrival:
    """The arrival that tells the conversation: the person is proved."""
    return Arrival(
        provider="page",
        provider_id=f"accepted:{secrets.token_hex(12)}",
        event=CodeAcceptedOnPage(tuple(link.person_ids)),
        received_at=now,
        conversation_id=conversation_id,
    )


def _session(link: Link, conversation_id: int | None, proof: Proof, language: str, now: datetime) -> NewSession:
    return NewSession(link.practice_id, link.id, conversation_id, tuple(link.person_ids), proof, language, now)


def _is_for(code: codes.Code, link: Link) -> bool:
    """Was this code meant to be typed into this link's page?

    That which its page asked for; of those that its conversation asked for, one for our page; and any that this link
    was sent to type in, since the provider had taken it out of a text, or it was typed into the thread.
    """
    if code.ask_id is not None or not set(link.person_ids) <= set(code.person_ids):
        return False
    if code.link_id == link.id:
        return True
    sent_for_it = link.asks_code and code.sent_at is not None and code.sent_at <= link.made_at
    asked_there = code.typed == "page" and code.link_id is None
    return code.conversation_id == link.conversation_id and (asked_there or sent_for_it)


def _lately(conn: Connection, link: Link, now: datetime) -> list[codes.Code]:
    return codes.ask_lately(conn, _addresses(conn, link, now), now)()


def _sent_to(conn: Connection, link: Link) -> int | None:
    return conn.scalar(select(conversations.c.address_id).where(conversations.c.id == link.conversation_id))


def _holders(conn: Connection, link: Link) -> set[int]:
    """Whose file carries the address that the link was sent to, as the files say now."""
    address = _sent_to(conn, link)
    return {one.id for one in people.on_addresses(conn, [address]).get(address, [])} if address else set()


def _moved(conn: Connection, link: Link, now: datetime) -> bool:
    """Is it no longer the address of these people, or of who pays for them? Then it proves nothing about them."""
    holders = _holders(conn, link)
    theirs = {person for person, payer in answered_for(conn, link.person_ids, now) if payer in holders}
    return not set(link.person_ids) <= holders | theirs


def _addresses(conn: Connection, link: Link, now: datetime) -> list[int]:
    """Where a code for this link may have been sent."""
    address = _sent_to(conn, link)
    if address is not None and not _moved(conn, link, now):
        return [address]
    return [reach.address_id for each in people.reaches(conn, link.person_ids).values() for reach in each]
