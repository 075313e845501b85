"""Carries out what follows from a message that did not arrive, in the transaction that learns of it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, update

from bot.channels.email import ABOUT_THE_MESSAGE, ABOUT_US
from bot.sending.provider_errors import Action, ErrorClass, class_of
from bot.store import consents, lanes
from bot.store import outbox as messages
from bot.store.tables import addresses, outbox, sending_numbers
from bot.store.tasks import NewTask, open_tasks
from conversations.effects import Kind

BEGUN = (Kind.CODE, Kind.REPLY, Kind.RECEIPT, Kind.NOTICE)
WORTH_WAITING = frozenset({Kind.NOTICE, Kind.RECEIPT})
"""A reply that comes hours later answers nothing; a code must not."""
PROMPT = timedelta(minutes=15)
COPIED = (
    "practice_id", "conversation_id", "address_id", "number_id", "channel", "kind", "rank", "message", "language",
    "values", "link", "person_ids", "ground", "ground_id", "expires_at", "notice_of",
)  # fmt: skip
ACCOUNT_WIDE = (Action.STOP, Action.PAUSE)


def follow(conn: Connection, row: Row[Any], error_code: str | None, now: datetime) -> None:
    """A text or mail failed for good, or came back undelivered."""
    if row.channel == "email":
        _mail_failed(conn, row, error_code, now)
        return
    error = class_of(error_code)
    match error.action:
        case Action.SUPPRESS:
            _suppress(conn, row, now)
        case Action.BAD_NUMBER:
            _mark(conn, row, error.problem, now)
        case Action.STOP | Action.PAUSE:
            _pause(conn, row, error, f"error_{error_code}", now)
        case Action.SLOW_DOWN:
            _rest(conn, row, now + error.wait)
        case Action.WAIT_FOR_MIDNIGHT:
            _use_up_the_day(conn, row, now)
        case Action.RETRY_LATER | Action.DECIDE_AGAIN | Action.CODE_FILTERED | Action.ONCE_MORE:
            pass
    _go_on(conn, row, error, now)


def _go_on(conn: Connection, row: Row[Any], error: ErrorClass, now: datetime) -> None:
    """Another try, another way, or a person."""
    if row.code_id is not None:
        _owe(conn, row, "code_undelivered")
    elif _again(row, error):
        _retry(conn, row, _retry_at(error, now), now)
    elif row.notice_of is not None:
        # Whoever opted out of texts may still want mail; the road asks that again.
        _owe(conn, row, "notice_undelivered")
    if error.action is Action.ONCE_MORE and row.retry_of is not None:
        _task(conn, row, "delivery_failed", now)


def _again(row: Row[Any], error: ErrorClass) -> bool:
    if row.retry_of is not None or error.action in {
        Action.SUPPRESS,
        Action.BAD_NUMBER,
        Action.CODE_FILTERED,
        *ACCOUNT_WIDE,
    }:
        return False
    long = error.action is Action.WAIT_FOR_MIDNIGHT or error.wait > PROMPT
    return Kind(row.kind) in WORTH_WAITING or not long


def _retry_at(error: ErrorClass, now: datetime) -> datetime:
    return lanes.next_pacific_day(now) if error.action is Action.WAIT_FOR_MIDNIGHT else now + error.wait


def _retry(conn: Connection, row: Row[Any], due_at: datetime, now: datetime) -> None:
    """A row of its own, decided anew when it is due: states only move forward."""
    copy = {name: getattr(row, name) for name in COPIED}
    conn.execute(insert(outbox), copy | {"retry_of": row.id, "due_at": due_at, "created_at": now})


def _suppress(conn: Connection, row: Row[Any], now: datetime) -> None:
    """They opted out and we never saw the STOP (RULES 2.15)."""
    said = consents.Consent(row.practice_id, row.address_id, row.channel, "revoked", "21610", "provider", now)
    consents.record(conn, [said])
    messages.drop(conn, row.address_id, "opted_out", BEGUN)


def _mark(conn: Connection, row: Row[Any], problem: str, now: datetime) -> None:
    conn.execute(update(addresses).where(addresses.c.id == row.address_id).values(problem=problem))
    messages.drop(conn, row.address_id, problem, BEGUN)
    _task(conn, row, "bad_number", now)


def _mail_failed(conn: Connection, row: Row[Any], error_code: str | None, now: datetime) -> None:
    code = error_code or ""
    if code.startswith(ABOUT_US):
        pass  # staff hear of the relay, once
    elif code.startswith(ABOUT_THE_MESSAGE):
        # The address was taken before that: the next mail may well arrive there.
        _task(conn, row, "delivery_failed", now)
    else:
        conn.execute(update(addresses).where(addresses.c.id == row.address_id).values(problem="bounced"))
        _task(conn, row, "bad_email", now)
    if row.code_id is not None:
        _owe(conn, row, "code_undelivered")


def _pause(conn: Connection, row: Row[Any], error: ErrorClass, reason: str, now: datetime) -> None:
    until = now + error.wait if error.wait else None
    lane = sending_numbers.c
    # A limit of the account holds for all of the practice's numbers.
    whose = lane.id == row.number_id if error.action is Action.STOP else lane.practice_id == row.practice_id
    conn.execute(update(sending_numbers).where(whose).values(paused_reason=reason, paused_until=until))
    _task(conn, row, "sending_paused", now, urgent=True)


def _rest(conn: Connection, row: Row[Any], until: datetime) -> None:
    lane = sending_numbers.c
    later = func.coalesce(lane.next_free_at, until)
    rests = update(sending_numbers).where(lane.id == row.number_id, later <= until)
    conn.execute(rests.values(next_free_at=until))


def _use_up_the_day(conn: Connection, row: Row[Any], now: datetime) -> None:
    """Notices wait for the carrier's new day, whatever we counted; codes and replies still reach other carriers."""
    until = lanes.next_pacific_day(now)
    all_of_them = update(sending_numbers).where(sending_numbers.c.practice_id == row.practice_id)
    conn.execute(all_of_them.values(paused_reason="error_30023", paused_until=until))


def _owe(conn: Connection, row: Row[Any], what: str) -> None:
    conn.execute(update(outbox).where(outbox.c.id == row.id).values(follow_up=what))


def _task(conn: Connection, row: Row[Any], kind: str, now: datetime, *, urgent: bool = False) -> None:
    about = tuple(dict.fromkeys([*row.person_ids, *([row.notice_of] if row.notice_of else [])]))
    open_tasks(conn, [NewTask(kind, now, row.practice_id, row.conversation_id, person_ids=about, urgent=urgent)])
