"""What waits to be sent: rows with a message's name, values and places, never a code or a token."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, and_, bindparam, case, func, select, update

from bot.store.among import among
from bot.store.fresh_ids import FreshIds
from bot.store.many import adding
from bot.store.prepared import Found, Prepared
from bot.store.tables import outbox
from conversations.effects import Kind, Value
from conversations.events import Way
from conversations.values import value

WAITING = ("queued", "held")
UNSENT = ("dropped", "failed", "undelivered")
"""States of a message that did not bother anybody."""
RANKS = {Kind.RECEIPT: 1, Kind.NOTICE: 2}
"""Codes and replies leave before receipts, receipts before notices."""
TO_STRANGERS = "unknown/told"
"""However many strangers write, no patient's code waits for their answers, nor is its share of the day used up."""
REMEMBERED = timedelta(days=30)
LATELY = timedelta(minutes=10)
THIS_HOUR = timedelta(hours=1)
TODAY = timedelta(hours=24)


@dataclass(slots=True)
class NewMessage:
    """A message to be sent. `conversation_id` is the one of the address that gets it."""

    practice_id: int
    conversation_id: int
    address_id: int
    channel: Way
    number_id: int | None
    kind: Kind
    message: str
    language: str
    ground: str
    ground_id: int | None
    due_at: datetime
    created_at: datetime
    values: dict[str, Value] = field(default_factory=dict)
    link: dict[str, Value] | None = None
    code_id: int | None = None
    person_ids: tuple[int, ...] = ()
    notice_of: int | None = None
    expires_at: datetime | None = None
    state: str = "queued"
    held_by: str | None = None


class Written(NamedTuple):
    """What tells a row of ours from its siblings after it was added."""

    id: int
    conversation_id: int
    code_id: int | None
    ground: str
    ground_id: int | None


@value(frozen=True, slots=True)
class Past:
    """What one address got from us: answers of late, and when we last began something about whom."""

    answers_lately: int = 0
    answers_this_hour: int = 0
    answers_today: int = 0
    noticed_at: dict[int, datetime] = field(default_factory=dict)


_O = outbox.c
_SAME = (
    "practice_id", "conversation_id", "address_id", "channel", "number_id", "message", "language", "ground",
    "ground_id", "due_at", "created_at", "values", "link", "code_id", "notice_of", "expires_at", "state", "held_by",
    "person_ids",
)  # fmt: skip
_GET = attrgetter(*_SAME)
_OWN = ("id", "kind", "rank")
_ADD = adding(outbox, (*_SAME, *_OWN))
_IDS = FreshIds(outbox)
_ANSWER = and_(_O.kind != Kind.NOTICE.value, _O.created_at > bindparam("today"))
_PAST = Prepared(
    select(
        _O.address_id,
        _O.notice_of,
        func.max(_O.created_at),
        func.sum(case((and_(_ANSWER, _O.created_at > bindparam("lately")), 1), else_=0)).cast(Integer),
        func.sum(case((and_(_ANSWER, _O.created_at > bindparam("hour")), 1), else_=0)).cast(Integer),
        func.sum(case((_ANSWER, 1), else_=0)).cast(Integer),
    )
    .where(
        among(_O.address_id, "ids"),
        _O.created_at > bindparam("since"),
        _O.state.not_in(UNSENT),
    )
    .group_by(_O.address_id, _O.notice_of)
)
_NOTICES = (
    select(_O.notice_of, _O.created_at)
    .where(among(_O.notice_of, "ids"), _O.created_at > bindparam("since"))
    .where(_O.kind == Kind.NOTICE.value, _O.state.not_in(UNSENT))
    .order_by(_O.created_at.desc())
)
_DROP = (
    update(outbox)
    .where(_O.address_id == bindparam("address"), _O.state.in_(WAITING), among(_O.kind, "kinds", words=True))
    .values(state="dropped", held_by=bindparam("rule"))
)


def reserve(conn: Connection, many: int) -> None:
    """So many messages may be added soon."""
    _IDS.reserve(conn, many)


def insert_messages(conn: Connection, new: Sequence[NewMessage]) -> list[Written]:
    """Add these, in any order."""
    if not new:
        return []
    ids = _IDS.take(conn, len(new))
    _ADD.each(conn, [_row(key, message) for key, message in zip(ids, new, strict=True)])
    return [
        Written(key, one.conversation_id, one.code_id, one.ground, one.ground_id)
        for key, one in zip(ids, new, strict=True)
    ]


def ask_past(conn: Connection, address_ids: Collection[int], now: datetime) -> Callable[[], dict[int, Past]]:
    """What each of these addresses got from us, when it is asked for."""
    times = {"today": now - TODAY, "lately": now - LATELY, "hour": now - THIS_HOUR, "since": now - REMEMBERED}
    return partial(_past, _PAST.ask(conn, {"ids": address_ids} | times))


def _past(found: Found) -> dict[int, Past]:
    answers: dict[int, tuple[int, int, int]] = {}
    noticed: dict[int, dict[int, datetime]] = {}
    for address, person, last, few, some, many in found():
        if person is not None:
            noticed.setdefault(address, {})[person] = last
        before = answers.get(address, (0, 0, 0))
        answers[address] = (before[0] + few, before[1] + some, before[2] + many)
    return {address: Past(*counts, noticed.get(address, {})) for address, counts in answers.items()}


def notices(conn: Connection, person_ids: Collection[int], since: datetime) -> dict[int, list[datetime]]:
    """When we began something about these people, on whatever address, newest first."""
    found: dict[int, list[datetime]] = {}
    for person, at in conn.execute(_NOTICES, {"ids": list(person_ids), "since": since}) if person_ids else ():
        found.setdefault(person, []).append(at)
    return found


def drop(conn: Connection, address_id: int, rule: str, kinds: Collection[Kind] = tuple(Kind)) -> None:
    """Whatever of these kinds waits for this address is not sent, for this rule."""
    conn.execute(_DROP, {"address": address_id, "rule": rule, "kinds": [kind.value for kind in kinds]})


def rank(kind: Kind, message: str) -> int:
    """Who leaves first: the lowest."""
    return RANKS[Kind.NOTICE] if message == TO_STRANGERS else RANKS.get(kind, 0)


def _row(key: int, new: NewMessage) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(_SAME, _GET(new), strict=True))
    row["id"], row["kind"], row["rank"] = key, new.kind.value, rank(new.kind, new.message)
    return row
