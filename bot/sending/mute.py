"""Texts without a way out: the token of their practice's own account is missing, and no other may carry them."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from bot.clock import Clock
from bot.facts.may_send import Hold, Send
from bot.facts.sending import Known
from bot.store import lanes
from bot.store.tables import practices, tasks
from bot.store.tasks import NewTask, finish_all, open_tasks, told
from bot.store.writer import Reader, Writer

log = logging.getLogger(__name__)

MUTE = "account_token_missing"
SOON, LATER = timedelta(seconds=15), timedelta(minutes=5)
"""When to look again, for what is urgent and for the rest: a token may come while we run."""

_P, _T = practices.c, tasks.c
_TOLD = select(_P.id, func.coalesce(_P.file["twilio_account_sid"].as_string(), "")).where(
    _P.id.in_(select(_T.practice_id).where(_T.kind == MUTE, _T.done_at.is_(None)))
)


class Mute:
    """The practices that were found so in one transaction."""

    def __init__(self, acts_as: Callable[[str], bool]) -> None:
        self._acts_as = acts_as
        self._new: dict[int, str] = {}

    def asked(self, known: Known, send: Send, now: datetime) -> Send | Hold:
        """It may leave; or it waits, until its rules forbid it."""
        row, file = known.row, known.practice.file
        if row.channel != "text" or self._acts_as(file.twilio_account_sid):
            return send
        if row.held_by != MUTE:
            self._new[row.practice_id] = file.slug
        return Hold(MUTE, now + (SOON if row.rank == lanes.URGENT else LATER))

    def tell(self, conn: Connection, now: datetime) -> None:
        """Staff and the log hear of it once."""
        if not self._new:
            return
        untold = self._new.keys() - told(conn, self._new, MUTE)
        for practice_id in sorted(untold):
            log.error("texts of %s wait: the token of its own account is missing", self._new[practice_id])
        open_tasks(conn, [NewTask(MUTE, now, practice_id, urgent=True) for practice_id in sorted(untold)])


class TokensThatCame:
    """Once the token is there, the task is done: also where what waited for it has been dropped meanwhile."""

    def __init__(self, writer: Writer, reader: Reader, acts_as: Callable[[str], bool], clock: Clock) -> None:
        self._writer, self._reader, self._acts_as, self._clock = writer, reader, acts_as, clock
        self._look_at: datetime | None = None

    async def look(self) -> None:
        """Not each time: all tasks are gone through."""
        now = self._clock()
        if self._look_at and now < self._look_at:
            return
        self._look_at = now + SOON
        waiting = await self._reader.run(lambda conn: conn.execute(_TOLD).all())
        if over := [practice_id for practice_id, account in waiting if self._acts_as(account)]:
            await self._writer.run(lambda conn: _finish(conn, over, now))


def _finish(conn: Connection, over: Collection[int], now: datetime) -> None:
    for practice_id in over:
        finish_all(conn, practice_id, MUTE, "paybot", now)
