"""Forgetting: what people wrote goes after the practice's months, evidence and books stay, a legal hold stops it."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Table, delete, exists, func, literal, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from bot.progress import Progress, silent
from bot.store import audit, holds
from bot.store import tables as t
from bot.store.api_tables import api_answers
from bot.store.engine import reader
from bot.store.money_tables import aid_requests
from bot.store.practices import Practice, Practices

EVIDENCE = timedelta(days=6 * 366)
"""Consent evidence and the audit are kept for six years at least (45 CFR 164.316(b)(2)(i)); in fact for good."""
SESSIONS = timedelta(days=30)
"""Page sessions and wrong tries at codes are of use for days only."""
CHUNK = 500
OVER = ("uncertain", "sent", "delivered", "undelivered", "failed", "dropped")
"""Nothing is sent from these any more. An uncertain one may stay so for good: nobody could tell what became of it."""


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
    aid: int = 0
    """Forms in which somebody asked for financial help."""


@dataclass(slots=True)
class Purge:
    """What a purge did, or would do."""

    practices: list[Purged]
    sessions: int = 0
    tries: int = 0
    forms: int = 0
    """Of our pages, into which a code was to be typed."""
    reply_addresses: int = 0
    """What our mails could be answered at, run out or taken back."""
    answers: int = 0
    """Of the practice API, kept for requests that are sent again."""


def purge(engine: Engine, now: datetime, *, dry_run: bool = False, progress: Progress = silent) -> Purge:
    """Forget what is due, in small transactions. Consents, audit and books are never touched."""
    with reader(engine).connect() as conn:
        practices = Practices().all(conn)
    work = _Work(engine, dry_run, progress)
    done = Purge([_purge_practice(work, practice, now) for practice in practices])
    before = now - SESSIONS
    done.sessions = work.all("page sessions", t.page_sessions, t.page_sessions.c.seen_at < before)
    done.tries = work.all("wrong tries", t.code_tries, t.code_tries.c.at < before)
    done.forms = work.all("forms that asked for codes", t.code_asks, t.code_asks.c.made_at < before)
    made = t.reply_addresses.c
    gone = or_(made.expires_at <= now, made.revoked_at.is_not(None))
    done.reply_addresses = work.all("addresses of mails", t.reply_addresses, gone)
    done.answers = work.all("answers", api_answers, api_answers.c.at < before)
    if not dry_run:
        _overwrite(engine)
    return done


def cutoff(now: datetime, months: int) -> datetime:
    """So many months ago; the last day of a month where that month is shorter."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, monthrange(year, month + 1)[1]))


def _purge_practice(work: "_Work", practice: Practice, now: datetime) -> Purged:
    done = Purged(practice.file.slug, cutoff(now, practice.file.more.keep_messages_months))
    received, sent = _received(practice.id, done.before), _sent(practice.id, done.before)
    evidence = _is_evidence(now)
    with reader(work.engine).connect() as conn:
        whole = any(hold.patient_id is None for hold in holds.standing(conn, practice.id))
        done.evidence = _count(conn, t.inbox, received & evidence)
        free_in = received & ~evidence & _free(t.inbox, whole=whole)
        free_out = sent & _free(t.outbox, whole=whole)
        kept_in = _count(conn, t.inbox, received & ~evidence) - _count(conn, t.inbox, free_in)
        done.on_hold = kept_in + _count(conn, t.outbox, sent) - _count(conn, t.outbox, free_out)
    done.received = work.all("messages received", t.inbox, free_in, {"text": "", "details": {"purged": True}})
    done.sent = work.all("messages sent", t.outbox, free_out, {"text": None, "values": {}})
    done.aid = work.all(
        "forms for financial help", aid_requests, _asked_for_help(practice.id, done.before, whole=whole)
    )
    if not work.dry_run and (done.received or done.sent or done.aid):
        with work.engine.begin() as conn:
            told = {"received": done.received, "sent": done.sent, "aid": done.aid, "before": done.before.isoformat()}
            audit.note(conn, at=now, who="purge", what="messages_purged", practice_id=practice.id, **told)
    return done


def _received(practice_id: int, before: datetime) -> "ColumnElement[bool]":
    i = t.inbox.c
    return (i.practice_id == practice_id) & (i.received_at < before) & (i.text != "")


def _sent(practice_id: int, before: datetime) -> "ColumnElement[bool]":
    o = t.outbox.c
    # What was dropped or failed before it had its text still has the values that the text was to be made of.
    words = o.text.is_not(None) | (o["values"] != {})
    return (o.practice_id == practice_id) & (o.created_at < before) & o.state.in_(OVER) & words


def _asked_for_help(practice_id: int, before: datetime, *, whole: bool) -> "ColumnElement[bool]":
    a = aid_requests.c
    free = literal(value=False) if whole else or_(a.person_id.is_(None), a.person_id.not_in(holds.held_people()))
    return (a.practice_id == practice_id) & (a.at < before) & free


def _is_evidence(now: datetime) -> "ColumnElement[bool]":
    c = t.consents.c
    return exists().where(c.inbox_id == t.inbox.c.id, c.at >= now - EVIDENCE)


def _free(table: Table, *, whole: bool) -> "ColumnElement[bool]":
    if whole:
        return literal(value=False)
    talk = table.c.conversation_id
    return or_(talk.is_(None), talk.not_in(holds.held_conversations()))


def _count(conn: Connection, table: Table, which: "ColumnElement[bool]") -> int:
    return conn.scalar(select(func.count()).select_from(table).where(which)) or 0


@dataclass(frozen=True, slots=True)
class _Work:
    """What is done with rows that are due, a few in each transaction."""

    engine: Engine
    dry_run: bool
    progress: Progress

    def all(self, called: str, table: Table, which: "ColumnElement[bool]", values: dict[str, Any] | None = None) -> int:
        """Change, or without values delete, all of these; how many."""
        with reader(self.engine).connect() as conn:
            of = _count(conn, table, which)
        if self.dry_run:
            return of
        done = 0
        for count in self._chunks(table, which, values):
            done += count
            self.progress(f"Forgetting {called}", done, max(of, done))
        return done

    def _chunks(self, table: Table, which: "ColumnElement[bool]", values: dict[str, Any] | None) -> Iterator[int]:
        last = 0
        while True:
            ids = select(table.c.id).where(which, table.c.id > last).order_by(table.c.id).limit(CHUNK)
            with self.engine.begin() as conn:
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
            last = found[-1]


def _overwrite(engine: Engine) -> None:
    """Fold SQLite's write-ahead log into the file: it holds what the pages said before."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as conn:
            conn.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
