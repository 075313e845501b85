"""What the practice's staff should do. A task names its kind and the people, never their words."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert

from bot.store.tables import tasks


@dataclass(frozen=True, slots=True)
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


_OPEN = insert(tasks)


def open_tasks(conn: Connection, new: Sequence[NewTask]) -> None:
    """Open these."""
    if new:
        conn.execute(_OPEN, [asdict(task) | {"person_ids": list(task.person_ids)} for task in new])


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
) -> None:
    """Open one."""
    people = tuple(person_ids)
    open_tasks(conn, (NewTask(kind, opened_at, practice_id, conversation_id, inbox_id, people, urgent, due_at),))
