"""Tells staff once when no mail leaves, and takes it back when mail flows again."""

from datetime import datetime

from sqlalchemy import Connection, exists, select, update

from bot.store.tables import outbox, tasks
from bot.store.tasks import NewTask, open_tasks

KINDS = ("mail_refused", "mail_waits")
_T = tasks.c


def tell(conn: Connection, kind: str, outbox_id: int, now: datetime) -> None:
    """An urgent task for the practice whose mail this is, unless it has one."""
    practice_id = conn.scalar(select(outbox.c.practice_id).where(outbox.c.id == outbox_id))
    known = exists().where(_T.practice_id == practice_id, _T.kind.in_(KINDS), _T.done_at.is_(None))
    if not conn.scalar(select(known)):
        open_tasks(conn, [NewTask(kind, now, practice_id, urgent=True)])


def over(conn: Connection, now: datetime) -> None:
    """The relay is everybody's."""
    told = (_T.kind.in_(KINDS), _T.done_at.is_(None))
    conn.execute(update(tasks).where(*told).values(done_at=now, done_by="paybot"))
