"""A sending number is a lane: it knows its next free instant, its day's count, and whether it is paused."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BindParameter,
    Connection,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from bot.store.among import among
from bot.store.columns import UtcTime
from bot.store.prepared import Prepared
from bot.store.tables import outbox, sending_numbers

WAITING = ("queued", "held")
SOON = timedelta(milliseconds=250)
"""Only what can start within this time is taken: the rest stays where a STOP or a cancelled blast still reaches it."""
MOST_LANES = 50
URGENT = 0
"""The rank of codes and replies: they leave a paused lane too."""
LEAST_URGENT = 2
RANKS = range(URGENT, LEAST_URGENT + 1)
PACIFIC = ZoneInfo("America/Los_Angeles")
"""Carriers count a brand's day there."""


@dataclass(slots=True)
class Lane:
    """One sending number, taken by us for this transaction."""

    id: int
    practice_id: int
    number: str
    next_free_at: datetime | None
    day: date | None
    segments_today: int
    paused_reason: str | None
    paused_at: datetime | None
    paused_until: datetime | None
    limited_until: datetime | None

    def limited(self, now: datetime) -> bool:
        """Does only what must go leave now? The account may send no more."""
        return self.limited_until is not None and now < self.limited_until

    def paused(self, now: datetime) -> bool:
        """Do only codes and replies leave now?"""
        return self.paused_reason is not None and (self.paused_until is None or now < self.paused_until)

    def starts_at(self, now: datetime) -> datetime:
        """When the next message may start."""
        return max(now, self.next_free_at) if self.next_free_at else now

    def take(self, now: datetime, segments: int, per_second: float) -> datetime:
        """Book so many segments; when they start."""
        start = self.starts_at(now)
        self.next_free_at = start + timedelta(seconds=segments / per_second)
        today = pacific_day(now)
        self.day, self.segments_today = today, segments + (self.segments_today if self.day == today else 0)
        return start


def pacific_day(now: datetime) -> date:
    """The day that a brand's segments count for."""
    return now.astimezone(PACIFIC).date()


def next_pacific_day(now: datetime) -> datetime:
    """When that day ends."""
    return datetime.combine(pacific_day(now) + timedelta(days=1), datetime.min.time(), PACIFIC)


_S = sending_numbers.c
_O = outbox.c
_NOW: BindParameter[Any] = bindparam("now", type_=UtcTime())
_FREE = or_(_S.next_free_at.is_(None), _S.next_free_at <= bindparam("horizon"))


def _due(ranks: Collection[int] = RANKS) -> "ColumnElement[bool]":
    """All that the index has: without the rank, whatever is held for tomorrow would be walked to find what is due."""
    return and_(_O.state.in_(WAITING), _O.rank.in_(ranks), _O.due_at <= _NOW)


def _one_waits(ranks: Collection[int]) -> "ScalarSelect[int]":
    """One look into the index for each number. As EXISTS, PostgreSQL would walk everything that waits to join it."""
    one = select(literal(1)).where(_O.number_id == _S.id, _due(ranks)).limit(1)
    return one.correlate(sending_numbers).scalar_subquery()


# What a lane that rests may not send now is no reason to take it: it would take the place of one with a code to send.
_AWAKE = and_(
    or_(_S.paused_reason.is_(None), _S.paused_until <= _NOW), or_(_S.limited_until.is_(None), _S.limited_until <= _NOW)
)
_WAITS = case((_AWAKE, _one_waits(RANKS)), else_=_one_waits((URGENT,))) == 1
_BUSY = select(_S.practice_id).where(_FREE, _WAITS).order_by(func.coalesce(_S.next_free_at, _NOW)).limit(MOST_LANES)
_FIRSTS = Prepared(select(func.min(_S.id)).where(_S.practice_id.in_(_BUSY)).group_by(_S.practice_id))
# Every process takes a practice's first number before it sends from any of them, so that the brand's count is exact.
# NO KEY UPDATE: rows that are being queued refer to the number, and must not wait.
_HOLD = Prepared(select(_S.practice_id).where(among(_S.id, "ids")).with_for_update(skip_locked=True, key_share=True))
_LANES = Prepared(
    select(*(_S[field.name] for field in fields(Lane))).where(among(_S.practice_id, "ids")).order_by(_S.id)
)
_BOOK = Prepared(
    update(sending_numbers)
    .where(_S.id == bindparam("row"))
    .values({name: bindparam(f"new_{name}") for name in ("next_free_at", "day", "segments_today")})
)
_NEXT_FREE = Prepared(select(func.min(_S.next_free_at, type_=UtcTime)).where(_S.next_free_at > _NOW, _WAITS))
_ANY_MAIL = exists().where(_O.number_id.is_(None), _due())
_WORK_WAITS = Prepared(select(or_(_ANY_MAIL, exists().where(_FREE, _WAITS))))
_PLACES = union_all(
    *(select(literal(state).label("state"), literal(rank).label("rank")) for state in WAITING for rank in RANKS)
).subquery("places")


def _first_due(of_lane: "ColumnElement[bool]") -> "ScalarSelect[datetime]":
    """Found by a look into the index for each state, lane and rank; what waits is not walked, however much it is."""
    later = (_O.state == _PLACES.c.state, of_lane, _O.rank == _PLACES.c.rank, _O.due_at > _NOW)
    return select(func.min(_O.due_at)).where(*later).correlate(_PLACES, sending_numbers).scalar_subquery()


_FIRST_DUE = union_all(
    select(_first_due(_O.number_id == _S.id).label("at")).select_from(sending_numbers.join(_PLACES, true())),
    select(_first_due(_O.number_id.is_(None)).label("at")).select_from(_PLACES),
).subquery("due")
_NEXT_DUE = Prepared(select(func.min(_FIRST_DUE.c.at, type_=UtcTime)))


def take_lanes(conn: Connection, now: datetime) -> dict[int, list[Lane]]:
    """Practices with something to send on a lane that is free soon: all their lanes, which nobody else has now."""
    times = {"now": now, "horizon": now + SOON}
    firsts = [row[0] for row in _FIRSTS.rows(conn, times)]
    held = [row[0] for row in _HOLD.rows(conn, {"ids": firsts})] if firsts else []
    taken: dict[int, list[Lane]] = {}
    for row in _LANES.rows(conn, {"ids": held}) if held else ():
        taken.setdefault(row[1], []).append(Lane(*row))
    return taken


def book(conn: Connection, lanes: Collection[Lane]) -> None:
    """Keep what was booked."""
    names = ("next_free_at", "day", "segments_today")
    _BOOK.each(conn, [{"row": lane.id} | {f"new_{n}": getattr(lane, n) for n in names} for lane in lanes])


def rows_due(conn: Connection, lane_id: int | None, now: datetime, lowest_rank: int, limit: int) -> Sequence[Any]:
    """The next rows of a lane (None: mail), the most urgent first, locked; others' rows are passed over."""
    values = {"now": now, "most": limit} | ({} if lane_id is None else {"lane": lane_id})
    due = _DUE_MAIL if lane_id is None else _DUE_TEXT
    found: list[Any] = []
    for rank in range(URGENT, lowest_rank + 1):
        if len(found) < limit:
            found += _of_rank(conn, due, values | {"rank": rank})[: limit - len(found)]
    return found


def _of_rank(conn: Connection, due: Prepared, values: dict[str, Any]) -> list[Any]:
    """The index has them in the order of their moments for each state."""
    found = [row for state in WAITING for row in due.records(conn, values | {"state": state})]
    return sorted(found, key=lambda row: (row.due_at, row.id))


def work_waits(conn: Connection, now: datetime) -> bool:
    """Could anything start soon? A cheap question, so that an idle process takes no lock."""
    return bool(_WORK_WAITS.value(conn, {"now": now, "horizon": now + SOON}))


def next_start(conn: Connection, now: datetime) -> datetime | None:
    """When to look again: a lane becomes free, or a row comes due."""
    moments = [statement.value(conn, {"now": now}) for statement in (_NEXT_FREE, _NEXT_DUE)]
    return min((moment for moment in moments if moment), default=None)


def _due_statement(of_lane: Any) -> Select[Any]:
    return (
        select(outbox)
        .where(and_(_O.state == bindparam("state"), of_lane, _O.rank == bindparam("rank"), _O.due_at <= _NOW))
        .order_by(_O.due_at, _O.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, key_share=True)
    )


_DUE_TEXT = Prepared(_due_statement(_O.number_id == bindparam("lane")))
_DUE_MAIL = Prepared(_due_statement(_O.number_id.is_(None)))
