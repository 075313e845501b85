"""One transaction's worth of turns: keep what arrived, lock and load, gather facts, decide, write, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from bot.facts import gathering as facts
from bot.store import conversations, inbox
from bot.store.conversations import Place, Thread
from bot.store.practices import Practice
from bot.store.tasks import open_task
from bot.store.writer import TRY_AGAIN
from bot.turns.arrivals import Advance, Arrival, Ended, Taken, World
from bot.turns.carrying_out import Case, Writes, carry_out
from bot.turns.writing import write
from conversations.events import Event, MessageReceived


@dataclass(frozen=True, slots=True)
class _Open:
    """A new arrival of this batch, and where its turn will be."""

    at: int
    arrival: Arrival
    inbox_id: int
    event: Event
    conversation_id: int | None
    place: Place | None


def take_batch(conn: Connection, arrivals: Sequence[Arrival], world: World) -> list[Taken]:
    """Take these in one transaction, which the caller commits. Raises if any of them fails: then none was taken."""
    taken: dict[int, Taken] = {}
    ended: list[dict[str, Any]] = []
    pending = _keep(conn, arrivals, world, taken, ended)
    while pending:
        threads = _lock(conn, pending)
        pending = _round(conn, pending, threads, world, taken, ended)
    if ended:
        inbox.finish(conn, ended)
    return [taken[at] for at in range(len(arrivals))]


def take_now(engine: Engine, world: World, arrival: Arrival) -> Taken:
    """Take one in a transaction of its own; on PostgreSQL tried again once when another pushed it aside."""
    try:
        return _once(engine, world, arrival)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) not in TRY_AGAIN:
            raise
    return _once(engine, world, arrival)


def is_poison(error: Exception) -> bool:
    """Is it the event that cannot be taken, rather than the database that is away?"""
    away = isinstance(error, OperationalError | InterfaceError | NoConnectionError | OSError)
    return not away and not (isinstance(error, DBAPIError) and error.connection_invalidated)


def shunt(conn: Connection, arrival: Arrival, error: Exception, world: World) -> Taken:
    """Keep an event that cannot be taken, with what kind of error that was but not its words, and tell staff."""
    row = _row(arrival) | {"outcome": Ended.SHUNTED.value, "reason": f"the turn failed: {type(error).__name__}"}
    try:
        with conn.begin_nested():
            kept = inbox.keep(conn, [row])
    except (DBAPIError, ValueError, TypeError):  # no text, or no JSON
        kept = inbox.keep(conn, [row | {"text": "", "details": {}}])
    inbox_id = kept.get((arrival.provider, arrival.provider_id))
    if inbox_id is None:
        return Taken(Ended.DUPLICATE)
    practice_id, conversation_id = _where(conn, arrival, world)
    if conversation_id or practice_id:
        end = {"practice_id": practice_id, "conversation_id": conversation_id, "event": row["event"], "heard": ""}
        inbox.finish(conn, [end | {"row": inbox_id, "outcome": row["outcome"], "reason": row["reason"]}])
    open_task(
        conn,
        kind="shunted",
        opened_at=arrival.received_at,
        practice_id=practice_id,
        conversation_id=conversation_id,
        inbox_id=inbox_id,
    )
    return Taken(Ended.SHUNTED, row["reason"], inbox_id)


def _once(engine: Engine, world: World, arrival: Arrival) -> Taken:
    with engine.begin() as conn:
        return take_batch(conn, (arrival,), world)[0]


def _keep(
    conn: Connection, arrivals: Sequence[Arrival], world: World, taken: dict[int, Taken], ended: list[dict[str, Any]]
) -> list[_Open]:
    """The new ones that a turn waits for; the others are answered here."""
    first: dict[inbox.Key, int] = {}
    for at, arrival in enumerate(arrivals):
        first.setdefault((arrival.provider, arrival.provider_id), at)
    kept = inbox.keep(conn, [_row(arrivals[at]) for at in first.values()])
    pending: list[_Open] = []
    for at, arrival in enumerate(arrivals):
        key = (arrival.provider, arrival.provider_id)
        if key not in kept or first[key] != at:
            taken[at] = Taken(Ended.DUPLICATE)
            continue
        found = _prepared(conn, at, arrival, kept[key], world)
        if isinstance(found, _Open):
            pending.append(found)
        else:
            taken[at] = found
            ended.append(_end(found, arrival.practice_id, arrival.conversation_id, arrival.event))
    return pending


def _prepared(conn: Connection, at: int, arrival: Arrival, inbox_id: int, world: World) -> _Open | Taken:
    conversation_id, event, place = arrival.conversation_id, arrival.event, None
    if arrival.prepare is not None:
        conversation_id, event = arrival.prepare(conn)
        if conversation_id is None or event is None:
            return Taken(Ended.SILENT, "nothing to tell", inbox_id)
    if event is None:
        return Taken(Ended.SHUNTED, "no event", inbox_id)
    if conversation_id is None:
        practice = world.practices.by_number(conn, arrival.ours)
        if practice is None:
            return Taken(Ended.SHUNTED, "no practice owns that number", inbox_id)
        place = Place(practice.id, arrival.channel, arrival.address)
    if isinstance(event, MessageReceived) and (text := _storable(event.text)) is not event.text:
        event = replace(event, text=text)
    return _Open(at, arrival, inbox_id, event, conversation_id, place)


def _lock(conn: Connection, pending: Sequence[_Open]) -> dict[object, Thread]:
    """The conversations of these, by id and by place, begun where there was none."""
    ids = {one.conversation_id for one in pending if one.conversation_id is not None}
    places = dict.fromkeys(one.place for one in pending if one.place)
    found = conversations.lock(conn, ids, places)
    there = {thread.place for thread in found}
    missing = [place for place in places if place not in there]
    if missing:
        conversations.begin(conn, missing)
        found += conversations.lock(conn, (), missing)
    return {thread.id: thread for thread in found} | {thread.place: thread for thread in found}


def _round(
    conn: Connection,
    pending: Sequence[_Open],
    threads: dict[object, Thread],
    world: World,
    taken: dict[int, Taken],
    ended: list[dict[str, Any]],
) -> list[_Open]:
    """A turn for each conversation; a second event of one waits for the next round."""
    now: list[tuple[_Open, facts.Asked]] = []
    later: list[_Open] = []
    busy: set[int] = set()
    for one in pending:
        thread = threads.get(one.place or one.conversation_id)
        practice = world.practices.by_id(conn, thread.practice_id) if thread else None
        if thread is None or practice is None:
            taken[one.at] = Taken(Ended.SHUNTED, "no such conversation", one.inbox_id)
            ended.append(_end(taken[one.at], None, None, one.event))
        elif thread.id in busy:
            later.append(one)
        else:
            busy.add(thread.id)
            _know_by(thread, practice, one.arrival)
            now.append((one, facts.Asked(practice, thread, one.event, one.arrival.received_at, one.inbox_id)))
    if now:
        _turns(conn, now, world, taken, ended)
    return later


def _know_by(thread: Thread, practice: Practice, arrival: Arrival) -> None:
    """The number they know us by is the one they wrote to last."""
    if thread.channel == "text":
        thread.number_id = practice.numbers.get(arrival.ours) or thread.number_id or practice.first_number_id


def _turns(
    conn: Connection,
    asked: Sequence[tuple[_Open, facts.Asked]],
    world: World,
    taken: dict[int, Taken],
    ended: list[dict[str, Any]],
) -> None:
    advance = world.advance or _core()
    given = facts.gather(conn, [one for _, one in asked], world.keys, simulated=world.simulated)
    writes, cases = Writes(), []
    for (one, where), known in zip(asked, given, strict=True):
        if where.thread.kept.turn == 0 and known.circle.here.get(where.thread.address_id):
            where.thread.kept.language = known.circle.here[where.thread.address_id][0].language
        case = Case(
            practice=where.practice,
            thread=where.thread,
            event=one.event,
            given=known,
            outcome=advance(where.thread.kept, one.event, known.facts),
            inbox_id=one.inbox_id,
            provider=one.arrival.provider,
            provider_id=one.arrival.provider_id,
            now=where.now,
            simulated=world.simulated,
        )
        carry_out(case, writes)
        cases.append(case)
    conversations.save(conn, [case.thread for case in cases])
    sent = write(conn, writes, world.practices)
    wakes = {timer.conversation_id for timer in writes.timers}
    for (one, _), case in zip(asked, cases, strict=True):
        mine = tuple(sent.get(case.inbox_id, ())) or tuple(sent.get(-case.thread.id, ()))
        outcome = case.outcome
        found = Taken(
            Ended(outcome.result.value), outcome.reason, one.inbox_id, mine, outcome.effects,
            bool(mine) or case.thread.id in wakes,
        )  # fmt: skip
        taken[one.at] = found
        ended.append(_end(found, case.practice.id, case.thread.id, one.event, outcome.heard))


def _core() -> Advance:
    from conversations.engine import advance

    return advance


def _row(arrival: Arrival) -> dict[str, Any]:
    return {
        "provider": arrival.provider,
        "provider_id": arrival.provider_id,
        "event": type(arrival.event).__name__ if arrival.event else "",
        "received_at": arrival.received_at,
        "text": _storable(arrival.text),
        "details": dict(arrival.details),
        "outcome": "open",
        "reason": "",
    }


def _end(
    found: Taken, practice_id: int | None, conversation_id: int | None, event: Event | None, heard: str = ""
) -> dict[str, Any]:
    return {
        "row": found.inbox_id,
        "practice_id": practice_id,
        "conversation_id": conversation_id,
        "event": type(event).__name__ if event else "",
        "heard": heard[:80],
        "outcome": found.outcome.value,
        "reason": found.reason[:200],
    }


def _where(conn: Connection, arrival: Arrival, world: World) -> tuple[int | None, int | None]:
    """The practice and the conversation of an arrival, as far as they are known."""
    if arrival.conversation_id is not None:
        found = conversations.lock(conn, (arrival.conversation_id,), ())
        return (found[0].practice_id, found[0].id) if found else (None, None)
    practice = world.practices.by_number(conn, arrival.ours)
    if practice is None:
        return None, None
    found = conversations.lock(conn, (), (Place(practice.id, arrival.channel, arrival.address),))
    return practice.id, found[0].id if found else None


def _storable(text: str) -> str:
    """PostgreSQL keeps no NUL, and no database half a surrogate pair."""
    return text if text.isascii() and "\0" not in text else text.replace("\0", "").encode(errors="replace").decode()
