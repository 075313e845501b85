"""The list of conversations: who waits, since when, and what was said last."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, select

from bot.facts import threads
from bot.facts.threads import Line, Talk
from bot.store import people
from bot.store.tables import conversations, inbox, outbox
from conversations.events import Way

Show = Literal["all", "waiting"]
PIECE = 50

Mark = tuple[str, datetime, int]
"""Where a piece of the list ended: among those who wait or the quiet ones, and there."""


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation of the list."""

    talk: Talk
    names: tuple[str, ...]
    language: str
    last: Line | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A piece of the list, and where the next one begins."""

    rows: tuple[Row, ...]
    following: Mark | None


def listing(conn: Connection, practice_id: int, show: Show, channel: Way | None, after: Mark | None) -> Listing:
    """Those who need an answer first, who has waited longest before the others; then the rest, the newest first."""
    talks: list[Talk] = []
    if after is None or after[0] == "waiting":
        place = after[1:] if after else None
        talks = threads.waiting(conn, practice_id, after=place, channel=channel, limit=PIECE + 1)
    if show == "all" and len(talks) <= PIECE:
        place = after[1:] if after and after[0] == "quiet" else None
        more = PIECE + 1 - len(talks)
        talks += threads.newest(conn, practice_id, quiet=True, after=place, channel=channel, limit=more)
    shown = talks[:PIECE]
    following = _mark(shown[-1]) if len(talks) > PIECE else None
    return Listing(_rows(conn, shown), following)


def names_of(conn: Connection, person_ids: Collection[int]) -> dict[int, str]:
    """What these people are called."""
    return {one.id: f"{one.first_name} {one.last_name}" for one in people.by_id(conn, set(person_ids)).values()}


def _mark(talk: Talk) -> Mark:
    return ("waiting", *talk.place_waiting) if talk.needs_answer_since else ("quiet", *talk.place)


def _rows(conn: Connection, talks: Sequence[Talk]) -> tuple[Row, ...]:
    ids = [talk.id for talk in talks]
    names = names_of(conn, [person for talk in talks for person in talk.person_ids])
    spoken, last = _languages(conn, ids), _last_lines(conn, ids)
    return tuple(
        Row(talk, tuple(names[one] for one in talk.person_ids), spoken.get(talk.id, ""), last.get(talk.id))
        for talk in talks
    )


def _languages(conn: Connection, ids: Collection[int]) -> dict[int, str]:
    asked = select(conversations.c.id, conversations.c.kept).where(conversations.c.id.in_(ids))
    return {row.id: row.kept.get("language", "") for row in conn.execute(asked)}


def _last_lines(conn: Connection, ids: Collection[int]) -> Mapping[int, Line]:
    """The newest line of each: of the newest message of theirs and the newest of ours."""
    heard = inbox.c.event == "MessageReceived"
    newest = [_newest(conn, inbox, ids, heard), _newest(conn, outbox, ids)]
    found: dict[int, Line] = {}
    for line in threads.by_rows(conn, *newest):
        known = found.get(line.conversation_id)
        if known is None or line.place > known.place:
            found[line.conversation_id] = line
    return found


def _newest(conn: Connection, table: Any, ids: Collection[int], *where: Any) -> list[int]:
    asked = select(func.max(table.c.id)).where(table.c.conversation_id.in_(ids), *where)
    return list(conn.scalars(asked.group_by(table.c.conversation_id)))
