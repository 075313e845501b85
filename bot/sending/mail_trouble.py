"""Tells staff once when no mail leaves, and takes it back when mail flows again."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.store.among import among
from bot.store.tables import outbox, tasks
from bot.store.tasks import NewTask, open_tasks, told

KINDS = ("mail_refused", "mail_waits")
_T, _O = tasks.c, outbox.c
_OPEN = (_T.kind.in_(KINDS), _T.done_at.is_(None))
_WHOSE = select(_O.practice_id).where(among(_O.id, "ids")).distinct()


def tell(conn: Connection, kind: str, outbox_ids: Collection[int], now: datetime) -> None:
    """An urgent task for each practice whose mails these are, unless it has one."""
    whose = set(conn.scalars(_WHOSE, {"ids": list(outbox_ids)}))
    untold = whose - told(conn, whose, *KINDS)
    open_tasks(conn, [NewTask(kind, now, practice_id, urgent=True) for practice_id in sorted(untold)])


def over(conn: Connection, now: datetime) -> None:
    """The relay is everybody's."""
    conn.execute(update(tasks).where(*_OPEN).values(done_at=now, done_by="paybot"))
