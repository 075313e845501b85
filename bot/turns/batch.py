"""One transaction's worth of turns: keep what arrived, lock and load, gather facts, decide, write, and nothing else."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from bot.facts import gathering as facts
from bot.store import codes, conversations, inbox, outbox, pipeline
from bot.store.conversations import Place, Thread
from bot.store.practices import Practice
from bot.store.tasks import open_task
from bot.store.writer import TRY_AGAIN
from bot.turns.arrivals import Advance, Arrival, Ended, Taken, World
from bot.turns.booking import Book, row, storable
from bot.turns.carrying_out import Case, Writes, carry_out
from bot.turns.writing import write
from conversations.events import Event, MessageReceived
from conversations.turn import Result
from conversations.values import value

log = logging.getLogger(__name__)

ENDED = {result: Ended(result.value) for result in Result}


@value(frozen=True, slots=True)
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
    book = Book()
    pending = _sort_out(conn, arrivals, world, taken, book)
    while pending:
        threads = _lock(conn, pending)
        pending = _round(conn, pending, threads, world, taken, book)
    book.write(conn)
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
    inbox_id = inbox.new_ids(conn, [arrival.key]).get(arrival.key)
    if inbox_id is None:
        return Taken(Ended.DUPLICATE)
    practice_id, conversation_id = _where(conn, arrival, world)
    reason = f"the turn failed: {type(error).__name__}"
    kept = row(inbox_id, arrival, arrival.event, Ended.SHUNTED.value, reason, practice_id, conversation_id)
    try:
        with conn.begin_nested():
            inbox.keep(conn, [kept])
            pipeline.step_out(conn)
    except (DBAPIError, ValueError, TypeError):  # no text, or no JSON
        inbox.keep(conn, [kept | {"text": "", "details": {}}])
    open_task(
        conn,
        kind="shunted",
        opened_at=arrival.received_at,
        practice_id=practice_id,
        conversation_id=conversation_id,
        inbox_id=inbox_id,
    )
    return Taken(Ended.SHUNTED, reason, inbox_id)


def _once(engine: Engine, world: World, arrival: Arrival) -> Taken:
    with engine.begin() as conn:
        return take_batch(conn, (arrival,), world)[0]


def _sort_out(
    conn: Connection, arrivals: Sequence[Arrival], world: World, taken: dict[int, Taken], book: Book
) -> list[_Open]:
    """The new ones that a turn waits for; the others are answered here."""
    ids = inbox.new_ids(conn, dict.fromkeys(arrival.key for arrival in arrivals))
    book.begin(conn, {arrival.key: arrival for arrival in arrivals}, ids)
    pending: list[_Open] = []
    for at, arrival in enumerate(arrivals):
        inbox_id = ids.pop(arrival.key, None)  # the first of them has it
        found = _prepared(conn, at, arrival, inbox_id, world) if inbox_id else Taken(Ended.DUPLICATE)
        if isinstance(found, _Open):
            pending.append(found)
            continue
        taken[at] = found
        if inbox_id:
            where = arrival.practice_id, arrival.conversation_id
            book.end(inbox_id, arrival, arrival.event, found.outcome, found.reason, *where)
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
        practice = _whose(conn, arrival, world)
        if practice is None:
            return Taken(Ended.SHUNTED, _nobodys(arrival), inbox_id)
        place = Place(practice.id, arrival.channel, arrival.address)
    if isinstance(event, MessageReceived) and (text := storable(event.text)) is not event.text:
        event = replace(event, text=text)
    return _Open(at, arrival, inbox_id, event, conversation_id, place)


def _nobodys(arrival: Arrival) -> str:
    """Why no practice gets it. Where an account is named, a file and Twilio may differ about where a number is."""
    if not arrival.account:
        return "no practice owns that number"
    log.warning("a text that the account %s brought is put aside: no practice of it owns the number", arrival.account)
    return "no practice of that account owns that number"


def _whose(conn: Connection, arrival: Arrival, world: World) -> Practice | None:
    """The practice whose number, or else whose messaging service, they wrote to.

    A practice's own account speaks for that practice only. Ours may speak for all: a number is in it until it moves to
    the practice's account, and a STOP that comes meanwhile counts.
    """
    practice = world.practices.by_number(conn, arrival.ours)
    if practice is None and arrival.service:
        practice = world.practices.by_number(conn, arrival.service)
    if practice and arrival.account and arrival.account != practice.file.twilio_account_sid:
        return None
    return practice


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
    book: Book,
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
            book.end(one.inbox_id, one.arrival, one.event, taken[one.at].outcome, taken[one.at].reason)
        elif thread.id in busy:
            later.append(one)
        else:
            busy.add(thread.id)
            _know_by(thread, practice, one.arrival)
            now.append((one, facts.Asked(practice, thread, one.event, one.arrival.received_at, one.inbox_id)))
    if now:
        _turns(conn, now, world, taken, book)
    return later


def _know_by(thread: Thread, practice: Practice, arrival: Arrival) -> None:
    """The number, or messaging service, they know us by is the one they wrote to last."""
    if thread.channel == "text":
        wrote_to = practice.numbers.get(arrival.ours) or practice.numbers.get(arrival.service)
        thread.number_id = wrote_to or thread.number_id or practice.first_number_id


def _turns(
    conn: Connection,
    asked: Sequence[tuple[_Open, facts.Asked]],
    world: World,
    taken: dict[int, Taken],
    book: Book,
) -> None:
    advance = world.advance or _core()
    outbox.reserve(conn, len(asked))
    codes.reserve(conn, len(asked))
    given = facts.gather(conn, [one for _, one in asked], world.keys, simulated=world.simulated)
    # One step for all of them, then the next: what a step needs is still at hand then, in the processor's own memory.
    for (_, where), known in zip(asked, given, strict=True):
        _greet(where.thread, known)
    pairs = zip(asked, given, strict=True)
    outcomes = [advance(where.thread.kept, one.event, known.facts) for (one, where), known in pairs]
    cases = [
        Case(
            where.practice, where.thread, one.event, known, outcome, one.inbox_id, one.arrival.provider,
            one.arrival.provider_id, where.now, world.simulated,
        )
        for (one, where), known, outcome in zip(asked, given, outcomes, strict=True)
    ]  # fmt: skip
    writes = Writes()
    for case in cases:
        carry_out(case, writes)
    for (one, where), outcome in zip(asked, outcomes, strict=True):
        book.end(
            one.inbox_id, one.arrival, one.event, ENDED[outcome.result], outcome.reason,
            where.practice.id, where.thread.id, outcome.heard,
        )  # fmt: skip
    book.write(conn)
    conversations.save(conn, [case.thread for case in cases])
    sent = write(conn, writes, world.practices)
    wakes = {timer.conversation_id for timer in writes.timers}
    orders = {work.conversation_id for work in writes.money}
    for (one, _), case in zip(asked, cases, strict=True):
        mine = tuple(sent.get(case.inbox_id, ())) or tuple(sent.get(-case.thread.id, ()))
        outcome = case.outcome
        taken[one.at] = Taken(
            ENDED[outcome.result], outcome.reason, one.inbox_id, mine, outcome.effects,
            bool(mine) or case.thread.id in wakes, case.thread.id in orders,
        )  # fmt: skip


def _greet(thread: Thread, known: facts.Given) -> None:
    """A talk begins in the language that their file names."""
    here = known.circle.here.get(thread.address_id)
    if here and thread.kept.turn == 0:
        thread.kept.language = here[0].language


def _core() -> Advance:
    from conversations.engine import advance

    return advance


def _where(conn: Connection, arrival: Arrival, world: World) -> tuple[int | None, int | None]:
    """The practice and the conversation of an arrival, as far as they are known."""
    if arrival.conversation_id is not None:
        found = conversations.lock(conn, (arrival.conversation_id,), ())
        return (found[0].practice_id, found[0].id) if found else (None, None)
    practice = _whose(conn, arrival, world)
    if practice is None:
        return None, None
    found = conversations.lock(conn, (), (Place(practice.id, arrival.channel, arrival.address),))
    return practice.id, found[0].id if found else None
