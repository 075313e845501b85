"""Which numbers rest, and how long: taken to be changed, changed, and lifted once staff say that it is mended."""

from collections.abc import Collection
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from bot.store.among import among
from bot.store.lanes import Lane
from bot.store.tables import outbox, practices, sending_numbers, tasks

TASK = "sending_paused"
LIMITED = "account_limit"
"""The rule that holds what an account may not send now."""

_S, _O, _T = sending_numbers.c, outbox.c, tasks.c
_BY_ACCOUNT = select(practices.c.id).where(
    func.coalesce(practices.c.file["twilio_account_sid"].as_string(), "") == bindparam("key")
)
# A practice's first number first, as whoever sends takes them: neither waits for the other for ever.
_STATE = select(*(_S[field.name] for field in fields(Lane))).order_by(_S.id).with_for_update(key_share=True)
_NUMBER = _STATE.where(_S.id == bindparam("key"))
_PRACTICE = _STATE.where(_S.practice_id == bindparam("key"))
_ALL_OF_ACCOUNT = _STATE.where(_S.practice_id.in_(_BY_ACCOUNT))
_CHANGE = update(sending_numbers).where(among(_S.id, "ids"))
_PAUSE = _CHANGE.values({f"paused_{name}": bindparam(name) for name in ("reason", "at", "until")})
_LIMIT = _CHANGE.values(limited_until=bindparam("until"))
_REST = (
    update(sending_numbers)
    .where(_S.id == bindparam("key"), func.coalesce(_S.next_free_at, bindparam("until")) <= bindparam("until"))
    .values(next_free_at=bindparam("until"))
)
_PRACTICE_OF = select(_T.practice_id).where(_T.id == bindparam("task"), _T.kind == TASK)
_FREE = (
    update(outbox)
    .where(_O.state == "held", among(_O.number_id, "ids"), _O.rank == 0, _O.held_by == LIMITED)
    .values(due_at=bindparam("now"))
)


def number(conn: Connection, number_id: int) -> list[Lane]:
    """That number, ours for this transaction."""
    return _lanes(conn, _NUMBER, number_id)


def of_practice(conn: Connection, practice_id: int) -> list[Lane]:
    """All numbers of the practice."""
    return _lanes(conn, _PRACTICE, practice_id)


def of_account(conn: Connection, account: str) -> list[Lane]:
    """All numbers that text by this account, whosever they are; empty: by the one that is everybody's."""
    return _lanes(conn, _ALL_OF_ACCOUNT, account)


def pause(
    conn: Connection, ids: Collection[int], reason: str | None, at: datetime | None, until: datetime | None
) -> None:
    """Only codes and replies leave these until then, or until staff say so. Without a reason: all may leave."""
    conn.execute(_PAUSE, {"ids": list(ids), "reason": reason, "at": at, "until": until})


def limit(conn: Connection, ids: Collection[int], until: datetime | None) -> None:
    """Only what must go leaves these until then."""
    conn.execute(_LIMIT, {"ids": list(ids), "until": until})


def rest(conn: Connection, number_id: int, until: datetime) -> None:
    """Nothing at all starts on this number before that."""
    conn.execute(_REST, {"key": number_id, "until": until})


def lift_for(conn: Connection, task_id: int, now: datetime) -> None:
    """That task is done. If it told of a pause, all may leave again; what is refused once more pauses once more."""
    practice_id = conn.scalar(_PRACTICE_OF, {"task": task_id})
    if practice_id is not None:
        ids = [lane.id for lane in of_practice(conn, practice_id)]
        pause(conn, ids, None, None, None)
        limit(conn, ids, None)
        conn.execute(_FREE, {"ids": ids, "now": now})


def _lanes(conn: Connection, which: Any, key: int | str) -> list[Lane]:
    return [Lane(*row) for row in conn.execute(which, {"key": key})]
