"""Texts without a way out: the token of their practice's own account is missing, and no other may carry them."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.facts.may_send import Hold, Send
from bot.facts.sending import Known
from bot.store import lanes
from bot.store.tables import tasks
from bot.store.tasks import NewTask, finish_all, open_tasks

log = logging.getLogger(__name__)

MUTE = "account_token_missing"
SOON, LATER = timedelta(seconds=15), timedelta(minutes=5)
"""When to look again, for what is urgent and for the rest: a token may come while we run."""


class Mute:
    """The practices that were found so in one transaction, and those that are so no longer."""

    def __init__(self, acts_as: Callable[[str], bool]) -> None:
        self._acts_as = acts_as
        self._new: dict[int, str] = {}
        self._over: set[int] = set()

    def asked(self, known: Known, send: Send, now: datetime) -> Send | Hold:
        """It may leave; or it waits, until its rules forbid it."""
        row, file = known.row, known.practice.file
        if row.channel != "text" or self._acts_as(file.twilio_account_sid):
            if row.held_by == MUTE:
                self._over.add(row.practice_id)
            return send
        if row.held_by != MUTE:
            self._new[row.practice_id] = file.slug
        return Hold(MUTE, now + (SOON if row.rank == lanes.URGENT else LATER))

    def tell(self, conn: Connection, now: datetime) -> None:
        """Staff and the log hear of it once, and the task is done when the token is there."""
        for practice_id in self._over:
            finish_all(conn, practice_id, MUTE, "paybot", now)
        for practice_id, slug in self._new.items():
            t = tasks.c
            told = select(t.id).where(t.practice_id == practice_id, t.kind == MUTE, t.done_at.is_(None)).limit(1)
            if conn.scalar(told) is None:
                log.error("texts of %s wait: the token of its own account is missing", slug)
                open_tasks(conn, [NewTask(MUTE, now, practice_id, urgent=True)])
