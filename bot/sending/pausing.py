"""What a refusal means for the numbers we text from: which of them rest, and for how long."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from bot.sending.provider_errors import ErrorClass, class_of
from bot.store import lanes, pauses
from bot.store.lanes import Lane

FOR = "error_"
"""What stands before the code in the reason of a pause."""
NEARLY_OVER = 10
"""With less than this part of its time left, a refusal begins a limit anew; before that it tells nothing new."""
_FOREVER = datetime.max.replace(tzinfo=UTC)


def stop(conn: Connection, number_id: int, reason: str, now: datetime) -> bool:
    """Only codes and replies leave this number until staff say so. False: that was so already."""
    return _pause(conn, pauses.number(conn, number_id), reason, now, None)


def pause(conn: Connection, number_id: int, error: ErrorClass, reason: str, now: datetime) -> bool:
    """The same for a while. True: it has come again so often that it will be no longer."""
    [lane] = pauses.number(conn, number_id)
    if lane.paused(now):
        return False  # what was on its way when that began tells nothing new
    lasted = _just_lasted(lane, error, now)
    wait = min(error.longest, 2 * lasted) if lasted else error.wait
    pauses.pause(conn, [lane.id], reason, now, now + wait)
    return lasted is not None and lasted < wait == error.longest


def use_up_the_day(conn: Connection, practice_id: int, reason: str, now: datetime) -> None:
    """Notices wait for the carrier's new day, whatever we counted; codes and replies still reach other carriers."""
    _pause(conn, pauses.of_practice(conn, practice_id), reason, now, lanes.next_pacific_day(now))


def limit(conn: Connection, account: str, error: ErrorClass, now: datetime) -> set[int]:
    """This account may send no more for a while. The practices whose numbers learn it only now."""
    nearly = now + error.wait / NEARLY_OVER
    new = [lane for lane in pauses.of_account(conn, account) if not lane.limited(nearly)]
    if new:
        pauses.limit(conn, [lane.id for lane in new], now + error.wait)
    return {lane.practice_id for lane in new}


def _pause(conn: Connection, found: Collection[Lane], reason: str, now: datetime, until: datetime | None) -> bool:
    """Pause these, all but those that are paused for longer already."""
    ids = [lane.id for lane in found if not lane.paused(until or _FOREVER)]
    if ids:
        pauses.pause(conn, ids, reason, now, until)
    return bool(ids)


def _just_lasted(lane: Lane, error: ErrorClass, now: datetime) -> timedelta | None:
    """How long the last pause of this kind was, if it ended no longer ago than that."""
    if lane.paused_at is None or lane.paused_until is None or _cause(lane) != error:
        return None
    lasted = lane.paused_until - lane.paused_at
    return lasted if now < lane.paused_until + lasted else None


def _cause(lane: Lane) -> ErrorClass:
    return class_of((lane.paused_reason or "").removeprefix(FOR))
