"""Requests for financial help, and the task in which somebody answers each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from bot.store.money_tables import aid_requests
from bot.store.tables import tasks

KIND = "aid"
_R = aid_requests.c


def ask(
    conn: Connection, practice_id: int, answers: Mapping[str, Any], network: str, at: datetime, due_at: datetime,
    *, person_ids: tuple[int, ...] = (), conversation_id: int | None = None,
) -> int:  # fmt: skip
    """Keep what they wrote, and open the task; the id of the task."""
    task = {
        "practice_id": practice_id, "conversation_id": conversation_id, "kind": KIND, "person_ids": list(person_ids),
        "opened_at": at, "due_at": due_at,
    }  # fmt: skip
    task_id: int = conn.execute(insert(tasks).values(**task).returning(tasks.c.id)).scalar_one()
    row = {"practice_id": practice_id, "person_id": next(iter(person_ids), None), "network": network, "at": at}
    conn.execute(insert(aid_requests).values(**row, answers=dict(answers), task_id=task_id))
    return task_id


def lately(conn: Connection, practice_id: int, since: datetime, network: str = "") -> int:
    """How many forms came since then, or came from that network."""
    here = [_R.practice_id == practice_id, _R.at > since]
    if network:
        here.append(_R.network == network)
    return conn.scalar(select(func.count()).select_from(aid_requests).where(*here)) or 0


def answers(conn: Connection, practice_id: int, task_id: int) -> Mapping[str, Any] | None:
    """What was written in the form that opened this task."""
    found: Mapping[str, Any] | None = conn.scalar(
        select(_R.answers).where(_R.practice_id == practice_id, _R.task_id == task_id)
    )
    return found
