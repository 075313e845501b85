"""One person's conversations by text and mail, read as one thread, and how each of them stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, select

from bot.desk.listing import names_of
from bot.facts import threads
from bot.facts.threads import Line, Place, Talk
from bot.store import ledger, staff
from bot.store.tables import addresses, conversations, inbox, outbox

PIECE = 100


@dataclass(frozen=True, slots=True)
class Step:
    """Something staff did in a conversation besides writing."""

    id: int
    conversation_id: int
    at: datetime
    what: Literal["StaffTook", "StaffReleased"]
    who: str


@dataclass(frozen=True, slots=True)
class Standing:
    """May this address be written to, and what was said about it."""

    consent: str
    blocked: bool
    problem: str | None

    @property
    def refusal(self) -> str:
        """The rule by which nothing may be said there; empty: it may."""
        if self.blocked or self.problem == "wrong_number":
            return "wrong_number"
        return {"revoked": "opted_out", "held": "held"}.get(self.consent, "")


@dataclass(frozen=True, slots=True)
class Thread:
    """Everything of one page."""

    talk: Talk
    standing: Standing
    language: str
    names: Mapping[int, str]
    owed_cents: Mapping[int, int]
    """What each patient of this conversation owes."""
    merged: tuple[Talk, ...]
    """The conversations whose lines are shown, this one among them."""
    others: tuple[Talk, ...]
    """Further conversations of somebody here, that not everybody here takes part in."""
    items: tuple[Line | Step, ...]
    writers: Mapping[int, str]
    """Who of the practice wrote a message of ours, by its row."""
    earlier: Place | None
    """Where what is not shown ends; None: everything is shown."""


def thread(conn: Connection, practice_id: int, conversation_id: int, before: Place | None = None) -> Thread | None:
    """The page of one conversation, with those of the same people on other addresses."""
    talk = threads.talk(conn, practice_id, conversation_id)
    if talk is None:
        return None
    around = threads.talks_with(conn, practice_id, talk.person_ids) if talk.person_ids else [talk]
    merged = tuple(one for one in around if _belongs(talk, one))
    lines = threads.latest(conn, [one.id for one in merged], before=before, limit=PIECE + 1)
    shown = lines[-PIECE:]
    standing, language = _stands(conn, talk.id)
    return Thread(
        talk,
        standing,
        language,
        names_of(conn, [person for one in around for person in one.person_ids]),
        ledger.balances(conn, talk.person_ids),
        merged,
        tuple(one for one in around if one not in merged),
        _with_steps(shown, _steps(conn, practice_id, merged), from_start=len(lines) <= PIECE, to_end=before is None),
        _writers(conn, shown),
        shown[0].place if len(lines) > PIECE else None,
    )


def _belongs(talk: Talk, other: Talk) -> bool:
    """Roommates on one phone do not have their own mails read into each other's thread."""
    return other.id == talk.id or set(talk.person_ids) <= set(other.person_ids)


def _stands(conn: Connection, conversation_id: int) -> tuple[Standing, str]:
    asked = (
        select(addresses.c.consent, addresses.c.blocked, addresses.c.problem, conversations.c.kept)
        .join_from(conversations, addresses, conversations.c.address_id == addresses.c.id)
        .where(conversations.c.id == conversation_id)
    )
    row = conn.execute(asked).one()
    return Standing(row.consent, row.blocked, row.problem), row.kept.get("language", "en")


def _steps(conn: Connection, practice_id: int, merged: Sequence[Talk]) -> list[Step]:
    c = inbox.c
    asked = select(c.id, c.conversation_id, c.received_at, c.event, c.details).where(
        c.conversation_id.in_([one.id for one in merged]), c.event.in_(("StaffTook", "StaffReleased"))
    )
    rows = conn.execute(asked.order_by(c.received_at, c.id)).all()
    names = staff.called(conn, practice_id, {str(row.details.get("who", "")) for row in rows})
    return [
        Step(row.id, row.conversation_id, row.received_at, row.event, names.get(str(row.details.get("who", "")), ""))
        for row in rows
    ]


def _with_steps(
    lines: Sequence[Line], steps: Sequence[Step], *, from_start: bool, to_end: bool
) -> tuple[Line | Step, ...]:
    """What staff did, in its place among the lines of this piece."""
    if not lines:
        return tuple(steps) if from_start and to_end else ()
    first, last = lines[0].at, lines[-1].at
    here = [s for s in steps if (from_start or s.at >= first) and (to_end or s.at <= last)]
    return tuple(sorted([*lines, *here], key=lambda one: one.place if isinstance(one, Line) else (one.at, 1, 0)))


def _writers(conn: Connection, lines: Collection[Line]) -> dict[int, str]:
    ids = [line.id for line in lines if line.message == threads.STAFF_WORDS]
    asked = select(outbox.c.id, outbox.c["values"]).where(outbox.c.id.in_(ids))
    return {row[0]: str(row[1].get("staff", "")) for row in conn.execute(asked)} if ids else {}
