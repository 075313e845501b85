"""Forgetting: what people wrote goes after the practice's months, evidence and books stay, a legal hold stops it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, exists, func, literal, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from bot.store import audit, holds
from bot.store import tables as t
from bot.store.api_tables import api_answers
from bot.store.engine import reader
from bot.store.practices import Practice, Practices

EVIDENCE = timedelta(days=6 * 366)
"""Consent evidence and the audit are kept for six years at least (45 CFR 164.316(b)(2)(i)); in fact for good."""
SESSIONS = timedelta(days=30)
"""Page sessions and wrong tries at codes are of use for days only."""
CHUNK = 500
OVER = ("sent", "delivered", "undelivered", "failed", "dropped")


@dataclass(slots=True)
class Purged:
    """What was forgotten of one practice, or would be."""

    slug: str
    before: datetime
    received: int = 0
    sent: int = 0
    on_hold: int = 0
    """Messages old enough that a legal hold keeps."""
    evidence: int = 0
    """Messages old enough that are somebody's consent or opt-out, less than six years old."""


@dataclass(slots=True)
class Purge:
    """What a purge did, or would do."""

    practices: list[Purged]
    sessions: int = 0
    tries: int = 0
    answers: int = 0
    """Of the practice API, kept for requests that are sent again."""


def purge(engine: Engine, now: datetime, *, dry_run: bool = False) -> Purge:
    """Forget what is due, in small transactions. Consents, audit and books are never touched."""
    with reader(engine).connect() as conn:
        practices = Practices().all(conn)
    done = Purge([_purge_practice(engine, practice, now, dry_run=dry_run) for practice in practices])
    done.sessions = _all(engine, t.page_sessions, _old_sessions(now), None, dry_run=dry_run)
    done.tries = _all(engine, t.code_tries, t.code_tries.c.at < now - SESSIONS, None, dry_run=dry_run)
    done.answers = _all(engine, api_answers, api_answers.c.at < now - SESSIONS, None, dry_run=dry_run)
    if not dry_run:
        _overwrite(engine)
    return done


def cutoff(now: datetime, months: int) -> datetime:
    """So many months ago; the last day of a month where that month is shorter."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    for day in (now.day, 30, 29, 28):
        try:
            return now.replace(year=year, month=month + 1, day=min(day, now.day))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _purge_practice(engine: Engine, practice: Practice, now: datetime, *, dry_run: bool) -> Purged:
    done = Purged(practice.file.slug, cutoff(now, practice.file.more.keep_messages_months))
    received, sent = _received(practice.id, done.before), _sent(practice.id, done.before)
    evidence = _is_evidence(now)
    with reader(engine).connect() as conn:
        whole = any(hold.patient_id is None for hold in holds.standing(conn, practice.id))
        done.evidence = _count(conn, t.inbox, received & evidence)
        free_in = received & ~evidence & _free(t.inbox, whole=whole)
        free_out = sent & _free(t.outbox, whole=whole)
        kept_in = _count(conn, t.inbox, received & ~evidence) - _count(conn, t.inbox, free_in)
        done.on_hold = kept_in + _count(conn, t.outbox, sent) - _count(conn, t.outbox, free_out)
    done.received = _all(engine, t.inbox, free_in, {"text": "", "details": {"purged": True}}, dry_run=dry_run)
    done.sent = _all(engine, t.outbox, free_out, {"text": None, "values": {}}, dry_run=dry_run)
    if not dry_run and (done.received or done.sent):
        with engine.begin() as conn:
            told = {"received": done.received, "sent": done.sent, "before": done.before.isoformat()}
            audit.note(conn, at=now, who="purge", what="messages_purged", practice_id=practice.id, **told)
    return done


def _received(practice_id: int, before: datetime) -> "ColumnElement[bool]":
    i = t.inbox.c
    return (i.practice_id == practice_id) & (i.received_at < before) & (i.text != "")


def _sent(practice_id: int, before: datetime) -> "ColumnElement[bool]":
    o = t.outbox.c
    # A row without its text still has the values that its text was made of.
    return (o.practice_id == practice_id) & (o.created_at < before) & o.state.in_(OVER) & o.text.is_not(None)


def _is_evidence(now: datetime) -> "ColumnElement[bool]":
    c = t.consents.c
    return exists().where(c.inbox_id == t.inbox.c.id, c.at >= now - EVIDENCE)


def _free(table: Table, *, whole: bool) -> "ColumnElement[bool]":
    if whole:
        return literal(value=False)
    talk = table.c.conversation_id
    return or_(talk.is_(None), talk.not_in(holds.held_conversations()))


def _old_sessions(now: datetime) -> "ColumnElement[bool]":
    return t.page_sessions.c.seen_at < now - SESSIONS


def _count(conn: Connection, table: Table, which: "ColumnElement[bool]") -> int:
    return conn.scalar(select(func.count()).select_from(table).where(which)) or 0


def _all(
    engine: Engine, table: Table, which: "ColumnElement[bool]", values: dict[str, Any] | None, *, dry_run: bool
) -> int:
    """Change, or delete, all of these; how many."""
    if dry_run:
        with reader(engine).connect() as conn:
            return _count(conn, table, which)
    return sum(_chunks(engine, table, which, values))


def _chunks(engine: Engine, table: Table, which: "ColumnElement[bool]", values: dict[str, Any] | None) -> Iterator[int]:
    ids = select(table.c.id).where(which).order_by(table.c.id).limit(CHUNK)
    while True:
        with engine.begin() as conn:
            if conn.dialect.name == "sqlite":
                # What is forgotten is written over, not only let go of.
                conn.exec_driver_sql("PRAGMA secure_delete=ON")
            found = list(conn.scalars(ids))
            these = table.c.id.in_(found)
            if found:
                conn.execute(update(table).where(these).values(values) if values else delete(table).where(these))
        yield len(found)
        if len(found) < CHUNK:
            return


def _overwrite(engine: Engine) -> None:
    """Fold SQLite's write-ahead log into the file: it holds what the pages said before."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as conn:
            conn.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
