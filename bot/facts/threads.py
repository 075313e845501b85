"""What people of the practice, and their programs, see of conversations; whichever door they read at audits it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from bot.store.columns import UtcTime
from bot.store.tables import addresses, conversations, inbox, outbox, people, person_addresses, tasks
from conversations.events import Way

STAFF_WORDS = "staff/words"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Where a conversation in which nothing was said yet stands in the order."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation, as lists show it."""

    id: int
    channel: Way
    address: str
    person_ids: tuple[int, ...]
    patient_ids: tuple[str, ...]
    state: str
    owner: str
    needs_answer_since: datetime | None
    answer_due_at: datetime | None
    last_at: datetime | None

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands in the list of all."""
        return self.last_at or NEVER, self.id

    @property
    def place_waiting(self) -> tuple[datetime, int]:
        """Where it stands in the list of those who wait for an answer."""
        return self.needs_answer_since or NEVER, self.id


@dataclass(frozen=True, slots=True)
class Line:
    """One message, theirs or ours."""

    id: int
    conversation_id: int
    at: datetime
    direction: Literal["in", "out"]
    channel: Way
    text: str | None
    """Ours: as it was sent, with {code} and {link} in their places; None before it is."""
    message: str = ""
    """Ours: the name of its words."""
    state: str | None = None
    provider_id: str | None = None
    error_code: str | None = None
    heard: str = ""
    outcome: str | None = None
    reason: str = ""
    """Why a message of theirs ended so, or by which rule ours is held or was dropped."""

    @property
    def place(self) -> "Place":
        """Where it stands in the thread."""
        return self.at, int(self.direction == "out"), self.id


Place = tuple[datetime, int, int]
"""When, theirs before ours, and the row."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something for staff to do."""

    id: int
    kind: str
    conversation_id: int | None
    person_ids: tuple[int, ...]
    urgent: bool
    opened_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    done_by: str | None
    payment_id: int | None


_C, _A, _PA, _I, _O, _T = conversations.c, addresses.c, person_addresses.c, inbox.c, outbox.c, tasks.c
_TASK: tuple[Any, ...] = (
    _T.id, _T.kind, _T.conversation_id, _T.person_ids, _T.urgent, _T.opened_at, _T.due_at, _T.done_at, _T.done_by,
    _T.payment_id,
)  # fmt: skip
_LAST = case(
    (_C.last_out_at.is_(None), _C.last_in_at),
    (_C.last_in_at.is_(None), _C.last_out_at),
    (_C.last_in_at > _C.last_out_at, _C.last_in_at),
    else_=_C.last_out_at,
)
_sort = func.coalesce(_LAST, NEVER, type_=UtcTime)
_TALK = select(
    _C.id, _C.channel, _A.address, _C.address_id, _C.state, _C.owner, _C.needs_answer_since, _C.answer_due_at, _LAST
).join_from(conversations, addresses, _C.address_id == _A.id)


def newest(
    conn: Connection, practice_id: int, *, quiet: bool = False, after: tuple[datetime, int] | None = None,
    channel: Way | None = None, limit: int,
) -> list[Talk]:  # fmt: skip
    """Conversations, the one in which something was said last first; `quiet` leaves out those who need an answer."""
    wanted = _TALK.where(_C.practice_id == practice_id, *_by(channel))
    if quiet:
        wanted = wanted.where(_C.needs_answer_since.is_(None))
    if after:
        wanted = wanted.where(or_(_sort < after[0], and_(_sort == after[0], _C.id < after[1])))
    return _talks(conn, wanted.order_by(_sort.desc(), _C.id.desc()).limit(limit))


def waiting(
    conn: Connection, practice_id: int, *, after: tuple[datetime, int] | None = None, channel: Way | None = None,
    limit: int,
) -> list[Talk]:  # fmt: skip
    """Conversations that need an answer from a person, who has waited longest first."""
    since = _C.needs_answer_since
    wanted = _TALK.where(_C.practice_id == practice_id, since.is_not(None), *_by(channel))
    if after:
        wanted = wanted.where(or_(since > after[0], and_(since == after[0], _C.id > after[1])))
    return _talks(conn, wanted.order_by(since, _C.id).limit(limit))


def talk(conn: Connection, practice_id: int, conversation_id: int) -> Talk | None:
    """One conversation of this practice."""
    found = _talks(conn, _TALK.where(_C.id == conversation_id, _C.practice_id == practice_id))
    return found[0] if found else None


def talks_with(conn: Connection, practice_id: int, person_ids: Collection[int]) -> list[Talk]:
    """Every conversation on an address of these people: one person's texts and mails, to be read as one thread."""
    theirs = select(_PA.address_id).where(_PA.person_id.in_(person_ids))
    return _talks(conn, _TALK.where(_C.practice_id == practice_id, _C.address_id.in_(theirs)).order_by(_C.id))


def lines(conn: Connection, conversation_ids: Collection[int], *, after: Place | None = None, limit: int) -> list[Line]:
    """What was said in these conversations, oldest first, merged into one thread."""
    both = _received(conn, conversation_ids, after, limit) + _sent(conn, conversation_ids, after, limit)
    return sorted(both, key=lambda line: line.place)[:limit]


def latest(
    conn: Connection, conversation_ids: Collection[int], *, before: Place | None = None, limit: int
) -> list[Line]:
    """The last of what was said in these conversations, oldest first; or the last of it before that place."""
    theirs = _RECEIVED.where(_I.conversation_id.in_(conversation_ids), _earlier(_I.received_at, _I.id, 0, before))
    ours = _SENT.where(_to(conversation_ids), _earlier(_O.created_at, _O.id, 1, before))
    newest_first = (
        conn.execute(theirs.order_by(None).order_by(_I.received_at.desc(), _I.id.desc()).limit(limit)),
        conn.execute(ours.order_by(None).order_by(_O.created_at.desc(), _O.id.desc()).limit(limit)),
    )
    both = [_theirs(row) for row in newest_first[0]] + [_ours(row) for row in newest_first[1]]
    return sorted(both, key=lambda line: line.place)[-limit:]


def by_rows(conn: Connection, inbox_ids: Collection[int], outbox_ids: Collection[int]) -> list[Line]:
    """These messages, theirs and ours."""
    theirs = conn.execute(_RECEIVED.where(_I.id.in_(inbox_ids)))
    return [_theirs(row) for row in theirs] + [_ours(row) for row in conn.execute(_SENT.where(_O.id.in_(outbox_ids)))]


def line_out(conn: Connection, outbox_id: int) -> Line:
    """One message of ours."""
    return _ours(conn.execute(_SENT.where(_O.id == outbox_id)).one())


def open_tasks(
    conn: Connection, practice_id: int, *, after: tuple[bool, datetime, int] | None = None, limit: int
) -> list[Task]:
    """What is still to be done, urgent things first, then the oldest; `after` is (urgent, opened_at, id)."""
    wanted = select(*_TASK).where(_T.practice_id == practice_id, _T.done_at.is_(None))
    if after:
        urgent, at, row = after
        later = and_(_T.urgent.is_(urgent), or_(_T.opened_at > at, and_(_T.opened_at == at, _T.id > row)))
        wanted = wanted.where(or_(later, _T.urgent.is_(False)) if urgent else later)
    rows = conn.execute(wanted.order_by(_T.urgent.desc(), _T.opened_at, _T.id).limit(limit))
    return [Task(row[0], row[1], row[2], tuple(row[3]), *row[4:]) for row in rows]


def task(conn: Connection, practice_id: int, task_id: int) -> Task | None:
    """That one, open or done."""
    asked = select(*_TASK).where(_T.practice_id == practice_id, _T.id == task_id)
    row = conn.execute(asked).one_or_none()
    return Task(row[0], row[1], row[2], tuple(row[3]), *row[4:]) if row else None


def _talks(conn: Connection, wanted: Any) -> list[Talk]:
    rows = conn.execute(wanted).all()
    names = _patients(conn, [row.address_id for row in rows])
    return [
        Talk(
            row.id,
            row.channel,
            row.address,
            tuple(person for person, _ in names.get(row.address_id, ())),
            tuple(patient for _, patient in names.get(row.address_id, ())),
            *row[4:],
        )
        for row in rows
    ]


def _patients(conn: Connection, address_ids: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    wanted = select(_PA.address_id, people.c.id, people.c.patient_id).join_from(
        person_addresses, people, _PA.person_id == people.c.id
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for row in conn.execute(wanted.where(_PA.address_id.in_(address_ids)).order_by(people.c.id)):
        found.setdefault(row[0], []).append((row[1], row[2]))
    return found


_RECEIVED = (
    select(
        _I.id, _I.conversation_id, _I.received_at, _C.channel, _I.text, _I.provider_id, _I.heard, _I.outcome, _I.reason
    )
    .join_from(inbox, conversations, _I.conversation_id == _C.id)
    .where(_I.event == "MessageReceived")
    .order_by(_I.received_at, _I.id)
)
_SENT = select(
    _O.id, _O.conversation_id, _O.created_at, _O.channel, _O.text, _O.message, _O["values"], _O.state, _O.provider_id,
    _O.error_code, _O.held_by,
).order_by(_O.created_at, _O.id)  # fmt: skip


def _received(conn: Connection, ids: Collection[int], after: Place | None, limit: int) -> list[Line]:
    wanted = _RECEIVED.where(_I.conversation_id.in_(ids), _later(_I.received_at, _I.id, 0, after)).limit(limit)
    return [_theirs(row) for row in conn.execute(wanted)]


def _sent(conn: Connection, ids: Collection[int], after: Place | None, limit: int) -> list[Line]:
    wanted = _SENT.where(_to(ids), _later(_O.created_at, _O.id, 1, after)).limit(limit)
    return [_ours(row) for row in conn.execute(wanted)]


def _to(conversation_ids: Collection[int]) -> ColumnElement[bool]:
    """What we sent there; looked for by the address, under which messages lie in the order of their moments."""
    return _O.address_id.in_(select(_C.address_id).where(_C.id.in_(conversation_ids)))


def _theirs(row: Any) -> Line:
    return Line(
        row.id, row.conversation_id, row.received_at, "in", row.channel, row.text, provider_id=row.provider_id,
        heard=row.heard, outcome=row.outcome, reason=row.reason,
    )  # fmt: skip


def _ours(row: Any) -> Line:
    # A person's own words are known before they leave, ours are made only then; a purge takes both.
    text = row.text if row.text is not None or row.message != STAFF_WORDS else row.values.get("text")
    return Line(
        row.id, row.conversation_id, row.created_at, "out", row.channel, text, row.message, row.state, row.provider_id,
        row.error_code, reason=row.held_by or "",
    )  # fmt: skip


def _by(channel: Way | None) -> tuple[Any, ...]:
    return (_C.channel == channel,) if channel else ()


def _earlier(at: Any, row_id: Any, side: int, before: Place | None) -> Any:
    """Before that place, for rows that are all theirs (0) or all ours (1)."""
    if before is None:
        return row_id > 0
    when, their_side, row = before
    if side == their_side:
        return or_(at < when, and_(at == when, row_id < row))
    return at <= when if side < their_side else at < when


def _later(at: Any, row_id: Any, side: int, after: Place | None) -> Any:
    """Behind that place, for rows that are all theirs (0) or all ours (1)."""
    if after is None:
        return row_id > 0
    when, their_side, row = after
    if side == their_side:
        return or_(at > when, and_(at == when, row_id > row))
    return at >= when if side > their_side else at > when
