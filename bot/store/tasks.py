"""What the practice's staff should do. A task names its kind and the people, never their words."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, insert, or_, select, update

from bot.store.among import among
from bot.store.many import adding
from bot.store.tables import tasks
from conversations.values import value


@value(frozen=True, slots=True)
class NewTask:
    """Something for staff."""

    kind: str
    opened_at: datetime
    practice_id: int | None
    conversation_id: int | None = None
    inbox_id: int | None = None
    person_ids: tuple[int, ...] = ()
    urgent: bool = False
    due_at: datetime | None = None
    payment_id: int | None = None


class AboutPayment(Protocol):
    """What a task says of a payment."""

    @property
    def id(self) -> int: ...
    @property
    def practice_id(self) -> int: ...
    @property
    def conversation_id(self) -> int | None: ...
    @property
    def person_ids(self) -> tuple[int, ...]: ...


_NAMES = (
    "kind", "opened_at", "practice_id", "conversation_id", "inbox_id", "person_ids", "urgent", "due_at", "payment_id",
)  # fmt: skip
_OPEN = adding(tasks, _NAMES)
_T = tasks.c


def open_tasks(conn: Connection, new: Sequence[NewTask]) -> None:
    """Open these."""
    _OPEN.each(conn, [{name: getattr(task, name) for name in _NAMES} for task in new])


def opened(conn: Connection, new: NewTask) -> int:
    """Open this one; its id."""
    made: int = conn.execute(insert(tasks).values({n: getattr(new, n) for n in _NAMES}).returning(_T.id)).scalar_one()
    return made


def told(conn: Connection, practice_ids: Collection[int], *kinds: str) -> set[int]:
    """Those of these practices that have a task of such a kind open. All tasks are walked: ask once for all."""
    wanted = (among(_T.practice_id, "practices"), _T.kind.in_(kinds), _T.done_at.is_(None))
    return set(conn.scalars(select(_T.practice_id).where(*wanted), {"practices": practice_ids}))


def open_task(
    conn: Connection,
    *,
    kind: str,
    opened_at: datetime,
    practice_id: int | None,
    conversation_id: int | None = None,
    inbox_id: int | None = None,
    person_ids: Sequence[int] = (),
    urgent: bool = False,
    due_at: datetime | None = None,
    payment_id: int | None = None,
) -> None:
    """Open one."""
    people = tuple(person_ids)
    new = NewTask(kind, opened_at, practice_id, conversation_id, inbox_id, people, urgent, due_at, payment_id)
    open_tasks(conn, (new,))


def about_payment(conn: Connection, kind: str, payment: AboutPayment, now: datetime, *, urgent: bool = True) -> None:
    """Open one that names its payment, so that staff need not look for it."""
    open_task(
        conn,
        kind=kind,
        opened_at=now,
        practice_id=payment.practice_id,
        conversation_id=payment.conversation_id,
        person_ids=payment.person_ids,
        urgent=urgent,
        payment_id=payment.id,
    )


def is_there(conn: Connection, practice_id: int, task_id: int) -> bool:
    """Does the practice have this task, open or done?"""
    return conn.scalar(select(_T.id).where(_T.id == task_id, _T.practice_id == practice_id)) is not None


def finish(conn: Connection, practice_id: int, task_id: int, who: str, now: datetime) -> bool:
    """Done. False: the practice has no such task that is still open."""
    mine = (_T.id == task_id, _T.practice_id == practice_id, _T.done_at.is_(None))
    return conn.execute(update(tasks).where(*mine).values(done_at=now, done_by=who)).rowcount == 1


def finish_about(conn: Connection, practice_id: int, kind: str, person_id: int, who: str, now: datetime) -> None:
    """Done otherwise: what staff were asked to do about this patient has happened."""
    wanted = (_T.practice_id == practice_id, _T.kind == kind, _T.done_at.is_(None))
    found = conn.execute(select(_T.id, _T.person_ids).where(*wanted))
    ids = [row.id for row in found if person_id in row.person_ids]
    conn.execute(update(tasks).where(_T.id.in_(ids), _T.done_at.is_(None)).values(done_at=now, done_by=who))


def finish_all(conn: Connection, practice_id: int, kind: str, who: str, now: datetime) -> None:
    """Done otherwise, whomever it was about."""
    mine = (_T.practice_id == practice_id, _T.kind == kind, _T.done_at.is_(None))
    conn.execute(update(tasks).where(*mine).values(done_at=now, done_by=who))


def finish_hand_offs(conn: Connection, conversation_id: int, who: str, now: datetime) -> None:
    """Somebody answered there, or handed the thread back: nobody is waited for in it any more."""
    asked = or_(_T.kind.startswith("hand_off.", autoescape=True), _T.kind == "unanswered")
    mine = (_T.conversation_id == conversation_id, _T.done_at.is_(None), asked)
    conn.execute(update(tasks).where(*mine).values(done_at=now, done_by=who))
