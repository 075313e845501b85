"""Staff of a practice: added, reset and removed by the operator; they set a password, sign in and out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from bot.keys import Keys
from bot.staff import passwords
from bot.store import audit, staff_sessions
from bot.store import staff as store
from bot.store.staff import Member, Role
from bot.store.writer import Writer

PURPOSE = "staff sign-in"
MEMORY = timedelta(minutes=15)
"""For so long a failed try counts."""
TRIES_BOTH, TRIES_NETWORK, TRIES_ADDRESS = 5, 30, 50
"""One address from one network; one network; one address from everywhere, so that nobody can lock another out soon."""
LONGEST_EMAIL = 320


class StaffError(Exception):
    """It cannot be done; the message is what the operator reads."""


class Refused(StrEnum):
    """Why somebody is not let in; the name of a sentence."""

    WRONG = "wrong"
    TOO_OFTEN = "too_often"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody came in; the cookie is shown to their browser alone."""

    member: Member
    cookie: str


def add(conn: Connection, keys: Keys, practice_id: int, email: str, role: Role, now: datetime) -> str:
    """Let somebody in; the answer is the token of their set-up link. Raises StaffError."""
    address = clean(email)
    if not _plausible(address):
        raise StaffError(f"{email} is not an email address.")
    known = store.by_email(conn, address)
    if known is None:
        staff_id = store.add(conn, practice_id, address, role, now)
    elif known.removed_at is None:
        raise StaffError(f"{address} is there already. For a new set-up link: paybot staff reset {address}")
    else:
        staff_id = known.id
        store.take_back(conn, staff_id, practice_id, role)
    _note(conn, now, "cli", "staff_added", practice_id, staff_id=staff_id, role=role.value)
    return store.new_link(conn, keys, staff_id, now)


def reset(conn: Connection, keys: Keys, email: str, now: datetime) -> str:
    """A new set-up link; the old password and every session end at once. Raises StaffError."""
    member = _known(conn, email)
    store.set_password(conn, member.id, None)
    staff_sessions.end_all(conn, member.id, now)
    _note(conn, now, "cli", "staff_reset", member.practice_id, staff_id=member.id)
    return store.new_link(conn, keys, member.id, now)


def remove(conn: Connection, email: str, now: datetime) -> None:
    """They are out at once, everywhere. Raises StaffError."""
    member = _known(conn, email)
    store.remove(conn, member.id, now)
    store.end_links(conn, member.id, now)
    staff_sessions.end_all(conn, member.id, now)
    _note(conn, now, "cli", "staff_removed", member.practice_id, staff_id=member.id)


async def set_up(writer: Writer, keys: Keys, token: str, password: str, now: datetime) -> SignedIn | None:
    """Whoever holds the link chooses a password that `passwords.fault` finds good, and is in. None: no such link."""
    kept = await passwords.hashed(password)

    def choose(conn: Connection) -> SignedIn | None:
        member = store.use_link(conn, keys, token, now)
        if member is None:
            return None
        store.set_password(conn, member.id, kept)
        staff_sessions.end_all(conn, member.id, now)
        _note(conn, now, member.who, "staff_set_up", member.practice_id)
        return SignedIn(member, staff_sessions.start(conn, keys, member.id, now))

    return await writer.run(choose)


async def sign_in(
    writer: Writer, keys: Keys, email: str, password: str, network: str, now: datetime
) -> SignedIn | Refused:
    """In, or not: the same answer after the same work for whoever is unknown, removed or has no password yet."""
    address = clean(email)
    digests = keys.digests(PURPOSE, address)

    def begin(conn: Connection) -> tuple[bool, Member | None]:
        before = staff_sessions.tries(conn, digests, network, now - MEMORY)
        if before.of_both >= TRIES_BOTH or before.of_network >= TRIES_NETWORK or before.of_address >= TRIES_ADDRESS:
            return False, None
        staff_sessions.note_try(conn, digests[0], network, now)
        return True, store.by_email(conn, address)

    may_try, member = await writer.run(begin)
    if not may_try:
        return Refused.TOO_OFTEN
    kept = member.password_hash if member and member.removed_at is None else None
    if not await passwords.matches(password, kept) or member is None or kept is None:
        return Refused.WRONG
    fresh = await passwords.hashed(password) if passwords.outdated(kept) else None
    staff_id = member.id

    def enter(conn: Connection) -> SignedIn | Refused:
        # A reset or a removal may have come while the password was being looked at.
        current = store.by_id(conn, staff_id)
        if current is None or current.password_hash != kept:
            return Refused.WRONG
        if fresh:
            store.set_password(conn, staff_id, fresh)
        staff_sessions.forget_tries(conn, digests, network, now - MEMORY)
        _note(conn, now, current.who, "staff_signed_in", current.practice_id)
        return SignedIn(current, staff_sessions.start(conn, keys, staff_id, now))

    return await writer.run(enter)


def sign_out(conn: Connection, member: Member, session_id: int, now: datetime) -> None:
    """This browser is out."""
    staff_sessions.end(conn, session_id, now)
    _note(conn, now, member.who, "staff_signed_out", member.practice_id)


def present(
    conn: Connection, keys: Keys, cookie: str, now: datetime
) -> tuple[Member, staff_sessions.StaffSession] | None:
    """Who is at this browser."""
    session = staff_sessions.find(conn, keys, cookie, now)
    member = store.by_id(conn, session.staff_id) if session else None
    return (member, session) if member and session and member.removed_at is None else None


def clean(email: str) -> str:
    """As addresses are kept and compared."""
    return email.strip().lower()[:LONGEST_EMAIL]


def _plausible(address: str) -> bool:
    name, at, domain = address.rpartition("@")
    return bool(name and at and domain) and address.isprintable() and not any(c in "<>, \"'" for c in address)


def _known(conn: Connection, email: str) -> Member:
    member = store.by_email(conn, clean(email))
    if member is None or member.removed_at is not None:
        raise StaffError(f"Nobody here has the address {clean(email)}. See: paybot staff list")
    return member


def _note(conn: Connection, now: datetime, who: str, what: str, practice_id: int, **details: object) -> None:
    audit.note(conn, at=now, who=who, what=what, practice_id=practice_id, **details)
