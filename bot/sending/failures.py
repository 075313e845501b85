"""Carries out what follows from a message that did not arrive, in the transaction that learns of it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, update

from bot.channels.email import ABOUT_THE_MESSAGE, ABOUT_US
from bot.sending import pausing
from bot.sending.provider_errors import Action, ErrorClass, class_of
from bot.store import consents, lanes, pauses
from bot.store import outbox as messages
from bot.store.tables import addresses, outbox
from bot.store.tasks import NewTask, open_tasks
from conversations.effects import Kind

BEGUN = (Kind.CODE, Kind.REPLY, Kind.RECEIPT, Kind.NOTICE)
WORTH_WAITING = frozenset({Kind.NOTICE, Kind.RECEIPT})
"""A reply that comes hours later answers nothing; a code must not."""
PROMPT = timedelta(minutes=15)
COPIED = (
    "practice_id", "conversation_id", "address_id", "number_id", "channel", "kind", "rank", "message", "language",
    "values", "link", "code_id", "person_ids", "ground", "ground_id", "expires_at", "notice_of",
)  # fmt: skip
NEVER_AGAIN = frozenset({Action.SUPPRESS, Action.BAD_NUMBER, Action.CODE_FILTERED, Action.STOP, Action.LIMIT})


def follow(conn: Connection, row: Row[Any], error_code: str | None, now: datetime) -> None:
    """A text or mail failed for good, or came back undelivered."""
    if row.channel == "email":
        _mail_failed(conn, row, error_code, now)
        return
    error = class_of(error_code)
    if error.action is Action.SUPPRESS:
        _suppress(conn, row, now)
    elif error.action is Action.BAD_NUMBER:
        _mark(conn, row, error.problem, now)
    else:
        _slow_down(conn, row, error, f"{pausing.FOR}{error_code}", now)
    _go_on(conn, row, error, now)


def _slow_down(conn: Connection, row: Row[Any], error: ErrorClass, reason: str, now: datetime) -> None:
    """The number that it was sent from, or all of the account's, for a while or until staff say so."""
    match error.action:
        case Action.STOP:
            if pausing.stop(conn, row.number_id, reason, now):
                _task(conn, row, pauses.TASK, now, urgent=True)
        case Action.PAUSE:
            if pausing.pause(conn, row.number_id, error, reason, now):
                _task(conn, row, pauses.TASK, now)
        case Action.LIMIT:
            whose = pausing.limit(conn, row.account or "", error, now)
            open_tasks(conn, [NewTask(pauses.TASK, now, practice_id, urgent=True) for practice_id in sorted(whose)])
        case Action.SLOW_DOWN:
            pauses.rest(conn, row.number_id, now + error.wait)
        case Action.WAIT_FOR_MIDNIGHT:
            pausing.use_up_the_day(conn, row.practice_id, reason, now)
        case _:
            pass  # about this message only


def _go_on(conn: Connection, row: Row[Any], error: ErrorClass, now: datetime) -> None:
    """Another try, another way, or a person."""
    again_at = _again_at(row, error, now)
    if again_at:
        _retry(conn, row, again_at, now)
    elif row.code_id is not None:
        _owe(conn, row, "code_undelivered")
    elif row.notice_of is not None:
        # Whoever opted out of texts may still want mail; the road asks that again.
        _owe(conn, row, "notice_undelivered")
    if error.action is Action.ONCE_MORE and row.retry_of is not None:
        _task(conn, row, "delivery_failed", now)


def _again_at(row: Row[Any], error: ErrorClass, now: datetime) -> datetime | None:
    """When it goes once more; None: never."""
    if row.retry_of is not None or error.action in NEVER_AGAIN:
        return None
    midnight = error.action is Action.WAIT_FOR_MIDNIGHT
    if Kind(row.kind) in WORTH_WAITING:
        return lanes.next_pacific_day(now) if midnight else now + error.wait
    if error.soon is not None:
        return now + error.soon
    # A code is sent once more only where the first surely never reached a phone.
    return None if row.code_id is not None or midnight or error.wait > PROMPT else now + error.wait


def _retry(conn: Connection, row: Row[Any], due_at: datetime, now: datetime) -> None:
    """A row of its own, decided anew when it is due: states only move forward."""
    copy = {name: getattr(row, name) for name in COPIED}
    conn.execute(insert(outbox), copy | {"retry_of": row.id, "due_at": due_at, "created_at": now})


def _suppress(conn: Connection, row: Row[Any], now: datetime) -> None:
    """They opted out and we never saw the STOP."""
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


def _owe(conn: Connection, row: Row[Any], what: str) -> None:
    conn.execute(update(outbox).where(outbox.c.id == row.id).values(follow_up=what))


def _task(conn: Connection, row: Row[Any], kind: str, now: datetime, *, urgent: bool = False) -> None:
    about = tuple(dict.fromkeys([*row.person_ids, *([row.notice_of] if row.notice_of else [])]))
    open_tasks(conn, [NewTask(kind, now, row.practice_id, row.conversation_id, person_ids=about, urgent=urgent)])
