"""What the database says about the work that waits: a few numbers, nobody's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, func, select

from bot.store.codes import GOOD_FOR
from bot.store.tables import codes, outbox, payments, tasks

WAITING = ("queued", "held", "sending", "uncertain")
"""What has left is not counted: those rows only grow in number."""
RANKS = ("reply", "receipt", "notice")
PAYMENTS = ("open", "unknown", "paid", "declined", "expired")
LATELY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Figures:
    """At one moment."""

    outbox: Mapping[str, int]
    """Rows by state."""
    oldest_due: Mapping[str, float]
    """For how many seconds the first of each rank has been due; zero: none is."""
    payments: Mapping[str, int]
    codes: Mapping[str, int]
    """Those of an hour whose ten minutes are over: used, or not. Few used ones are the mark of pumping."""
    tasks_open: int
    tasks_overdue: int


_O, _T = outbox.c, tasks.c
_OUTBOX = select(_O.state, func.count()).where(_O.state.in_(WAITING)).group_by(_O.state)
_OLDEST = (
    select(_O.rank, func.min(_O.due_at)).where(_O.state == "queued", _O.due_at <= bindparam("now")).group_by(_O.rank)
)
_PAYMENTS = select(payments.c.state, func.count()).group_by(payments.c.state)
_CODES = select(func.count(case((codes.c.state == "used", 1))), func.count()).where(
    codes.c.sent_at > bindparam("since"), codes.c.sent_at <= bindparam("until")
)
_TASKS = select(func.count(), func.count(case((_T.due_at < bindparam("now"), 1)))).where(_T.done_at.is_(None))


def read(conn: Connection, now: datetime) -> Figures:
    """Count."""
    states = dict.fromkeys(WAITING, 0) | {row[0]: row[1] for row in conn.execute(_OUTBOX)}
    oldest = dict.fromkeys(RANKS, 0.0)
    for rank, due_at in conn.execute(_OLDEST, {"now": now}):
        oldest[RANKS[rank]] = (now - due_at).total_seconds()
    paid = dict.fromkeys(PAYMENTS, 0) | {row[0]: row[1] for row in conn.execute(_PAYMENTS)}
    over = now - GOOD_FOR
    used, sent = conn.execute(_CODES, {"since": over - LATELY, "until": over}).one()
    waiting, late = conn.execute(_TASKS, {"now": now}).one()
    return Figures(states, oldest, paid, {"used": used, "not_used": sent - used}, waiting, late)
