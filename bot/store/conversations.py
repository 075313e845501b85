"""Conversations: found or begun, locked in the order of their ids, saved whole."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from bot.store.among import among
from bot.store.many import adding, changing
from bot.store.prepared import Prepared
from bot.store.tables import addresses, conversations
from conversations.conversation import Conversation
from conversations.events import Way


class Place(NamedTuple):
    """Where a conversation is held: one address at one practice."""

    practice_id: int
    channel: Way
    address: str


@dataclass(slots=True)
class Thread:
    """A conversation as the database has it, with its address."""

    id: int
    kept: Conversation
    number_id: int | None
    last_in_at: datetime | None
    last_out_at: datetime | None
    needs_answer_since: datetime | None
    answer_due_at: datetime | None
    practice_id: int
    channel: Way
    address_id: int
    address: str
    verified: bool
    zones: list[str]
    problem: str | None
    consent: str
    blocked: bool

    @property
    def place(self) -> Place:
        """Where it is held."""
        return Place(self.practice_id, self.channel, self.address)


_C, _A = conversations.c, addresses.c
_STANDING = _A.verified, _A.zones, _A.problem, _A.consent, _A.blocked
"""What others change on an address; the last fields of a thread."""
_THREAD = (
    select(
        _C.id, _C.kept, _C.number_id, _C.last_in_at, _C.last_out_at, _C.needs_answer_since, _C.answer_due_at,
        _A.practice_id, _A.channel, _A.id.label("address_id"), _A.address, *_STANDING,
    )
    .join_from(conversations, addresses, _C.address_id == _A.id)
    .order_by(_C.id)
    .with_for_update(of=conversations)
)  # fmt: skip
_NOW = select(_C.id, *_STANDING).join_from(conversations, addresses, _C.address_id == _A.id)


class _Question(NamedTuple):
    """Which conversations, asked twice.

    Who has waited for a lock is given the locked row as it is now, but of the joined one what it was before the wait.
    A second statement sees what is committed by then, although it is sent together with the first.
    """

    lock: Prepared
    now: Prepared


def _question(*which: "ColumnElement[bool]") -> _Question:
    return _Question(Prepared(_THREAD.where(*which)), Prepared(_NOW.where(*which)))


_BY_ID = _question(among(_C.id, "ids"))
_HERE = (
    among(_A.practice_id, "practices"),
    among(_A.channel, "channels", words=True),  # without it the unique index would end at the practice
    among(_A.address, "addresses", words=True),
)
_BY_PLACE = _question(*_HERE)
# One statement for both, so that all locks are taken in the order of the ids.
_OTHER_C, _OTHER_A = conversations.alias("other_c"), addresses.alias("other_a")
_BY_EITHER = _question(
    _C.id.in_(
        union_all(
            select(_OTHER_C.c.id).where(among(_OTHER_C.c.id, "ids")),
            select(_OTHER_C.c.id)
            .join_from(_OTHER_C, _OTHER_A, _OTHER_C.c.address_id == _OTHER_A.c.id)
            .where(
                among(_OTHER_A.c.practice_id, "practices"),
                among(_OTHER_A.c.channel, "channels", words=True),
                among(_OTHER_A.c.address, "addresses", words=True),
            ),
        )
    )
)
_NEW_ADDRESSES = adding(addresses, Place._fields, new_only=True)
_NEW_CONVERSATIONS = adding(conversations, ("practice_id", "address_id", "channel", "kept"), new_only=True)
_ADDRESSES = Prepared(select(_A.practice_id, _A.channel, _A.address, _A.id).where(*_HERE).order_by(_A.id))
_PLACES = Prepared(
    select(_C.id, _A.id, _A.practice_id, _A.channel, _A.address)
    .join_from(conversations, addresses, _C.address_id == _A.id)
    .where(*_HERE)
)
_SAVED = ("state", "owner", "kept", "number_id", "last_in_at", "last_out_at", "needs_answer_since", "answer_due_at")
_SAVE = changing(conversations, _SAVED)


def lock(conn: Connection, ids: Collection[int], places: Collection[Place]) -> list[Thread]:
    """Load these conversations and hold them until the commit; those that do not exist yet are not in the answer."""
    if not ids and not places:
        return []
    if not places:
        return _threads(conn, _BY_ID, {"ids": ids})
    if not ids:
        return _threads(conn, _BY_PLACE, _names(places))
    return _threads(conn, _BY_EITHER, {"ids": ids} | _names(places))


def begin(conn: Connection, places: Collection[Place], language: str = "en") -> None:
    """Make sure that these addresses and their conversations exist; somebody else may be making them right now."""
    if not places:
        return
    _NEW_ADDRESSES.each(conn, [place._asdict() for place in places])
    kept = Conversation(language=language).to_json()
    new = [
        {"practice_id": practice_id, "address_id": address_id, "channel": channel, "kept": kept}
        for practice_id, channel, address, address_id in _ADDRESSES.rows(conn, _names(places))
        if Place(practice_id, channel, address) in places
    ]
    _NEW_CONVERSATIONS.each(conn, new)


def begun(conn: Connection, places: Collection[Place], language: str = "en") -> dict[Place, tuple[int, int]]:
    """The (conversation, address) of each of these places, begun where there was none."""
    there = _there(conn, places)
    missing = [place for place in places if place not in there]
    if missing:
        begin(conn, missing, language)
        there |= _there(conn, missing)
    return there


def _there(conn: Connection, places: Collection[Place]) -> dict[Place, tuple[int, int]]:
    rows = _PLACES.rows(conn, _names(places)) if places else ()
    return {Place(row[2], row[3], row[4]): (row[0], row[1]) for row in rows}


def save(conn: Connection, threads: Sequence[Thread]) -> None:
    """Write down how these stand now."""
    _SAVE.each(conn, [_row(thread) for thread in threads])


def _names(places: Collection[Place]) -> dict[str, Any]:
    return {
        "practices": {place.practice_id for place in places},
        "channels": {place.channel for place in places},
        "addresses": [place.address for place in places],
    }


def _row(thread: Thread) -> dict[str, Any]:
    return {
        "row": thread.id,
        "state": thread.kept.state,
        "owner": thread.kept.owner.value,
        "kept": thread.kept.to_json(),
        "number_id": thread.number_id,
        "last_in_at": thread.last_in_at,
        "last_out_at": thread.last_out_at,
        "needs_answer_since": thread.needs_answer_since,
        "answer_due_at": thread.answer_due_at,
    }


def _threads(conn: Connection, which: _Question, values: dict[str, Any]) -> list[Thread]:
    locked = which.lock.ask(conn, values)
    if conn.dialect.name == "sqlite":  # has one writer: nobody changed anything meanwhile
        rows = locked()
    else:
        now = which.now.ask(conn, values)
        before = [row[: -len(_STANDING)] for row in locked()]
        standing = {row[0]: row[1:] for row in now()}
        rows = [(*row, *standing[row[0]]) for row in before]
    return [Thread(row[0], Conversation.from_json(row[1]), *row[2:]) for row in rows]
