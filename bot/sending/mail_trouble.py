"""Tells staff once when no mail leaves, and takes it back when mail flows again."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select, update

from bot.store.among import among
from bot.store.tables import outbox, tasks
from bot.store.tasks import NewTask, open_tasks

KINDS = ("mail_refused", "mail_waits")
_T, _O = tasks.c, outbox.c
_OPEN = (_T.kind.in_(KINDS), _T.done_at.is_(None))
_TOLD = select(_T.practice_id).where(_T.practice_id.is_not(None), *_OPEN)
_UNTOLD = select(_O.practice_id).where(among(_O.id, "ids"), _O.practice_id.not_in(_TOLD)).distinct()


def tell(conn: Connection, kind: str, outbox_ids: Collection[int], now: datetime) -> None:
    """An urgent task for each practice whose mails these are, unless it has one. Tasks are walked, so once for all."""
    untold = conn.scalars(_UNTOLD, {"ids": list(outbox_ids)})
    open_tasks(conn, [NewTask(kind, now, practice_id, urgent=True) for practice_id in sorted(untold)])


def over(conn: Connection, now: datetime) -> None:
    """The relay is everybody's."""
    conn.execute(update(tasks).where(*_OPEN).values(done_at=now, done_by="paybot"))
