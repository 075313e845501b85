"""Billing reviews: opened by a patient's question, closed with the task that staff have for it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.store import people, tasks
from bot.store.among import among
from bot.store.money_tables import reviews
from bot.store.prepared import Prepared
from bot.store.tables import conversations
from bot.store.tables import people as people_table
from bot.store.tasks import NewTask

PAUSED_BY = "review"
TASK = "review"

_R = reviews.c
_OPEN = Prepared(
    select(_R.number, _R.person_ids)
    .join_from(reviews, conversations, _R.conversation_id == conversations.c.id)
    .where(among(conversations.c.address_id, "ids"), _R.closed_at.is_(None))
    .order_by(_R.id)
)


def open_review(
    conn: Connection,
    practice_id: int,
    conversation_id: int,
    number: str,
    person_ids: Sequence[int],
    due_at: datetime,
    inbox_id: int | None,
    now: datetime,
) -> None:
    """Staff are asked, and no reminder leaves until they have answered."""
    task = NewTask(TASK, now, practice_id, conversation_id, inbox_id, tuple(person_ids), due_at=due_at)
    row = {
        "practice_id": practice_id,
        "conversation_id": conversation_id,
        "number": number,
        "person_ids": list(person_ids),
        "task_id": tasks.opened(conn, task),
        "opened_at": now,
        "due_at": due_at,
    }
    conn.execute(insert(reviews).values(row))
    people.pause(conn, person_ids, None, PAUSED_BY)


def open_about(conn: Connection, address_ids: Collection[int]) -> dict[int, str]:
    """The number of the newest open review of each person who asked for one from these addresses."""
    rows = _OPEN.rows(conn, {"ids": address_ids}) if address_ids else ()
    return {person: row[0] for row in rows for person in row[1]}


def close_for(conn: Connection, task_id: int, now: datetime) -> None:
    """Its task is done: reminders may leave again, unless another review of theirs is open."""
    mine = (_R.task_id == task_id, _R.closed_at.is_(None))
    closed = conn.execute(update(reviews).where(*mine).values(closed_at=now).returning(_R.person_ids)).all()
    ids = {person for row in closed for person in row.person_ids}
    if not ids:
        return
    others = conn.scalars(select(_R.person_ids).where(_R.closed_at.is_(None)))
    free = ids - {person for each in others for person in each}
    p = people_table.c
    lifted = {"notices_paused_reason": None, "notices_paused_until": None}
    conn.execute(update(people_table).where(p.id.in_(free), p.notices_paused_reason == PAUSED_BY).values(lifted))
