"""Tells the road what nobody else would: that a timer has run out, and that a code or a notice did not get through."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Row

from bot.clock import Clock
from bot.store import conversations, follow_ups, timers
from bot.store.conversations import Place
from bot.store.writer import Reader, Writer
from bot.turns.arrivals import Arrival, Taken
from bot.worker.napping import until
from conversations.events import CodeUndelivered, NoticeDue, WaitEnded


class Taker(Protocol):
    """The road, as far as a worker needs it."""

    on_outbox: list[Callable[[], None]]

    async def take(self, arrival: Arrival) -> Taken: ...


async def wake_conversations(writer: Writer, reader: Reader, road: Taker, clock: Clock) -> float:
    """Those whose timers have run out. The seconds until the next one does."""
    now = clock()
    due = await reader.run(lambda conn: timers.due(conn, now))
    if due:
        await asyncio.gather(*(road.take(_ended(timer, now)) for timer in due))
        await writer.run(lambda conn: timers.remove(conn, [timer.id for timer in due]))
        return 0.0
    return until(await reader.run(timers.next_due), clock())


async def tell_the_lost(writer: Writer, reader: Reader, road: Taker, clock: Clock) -> None:
    """Codes and notices that did not get through: the core decides what now."""
    for row in await reader.run(follow_ups.owed):
        arrival = await writer.run(lambda conn, one=row: _news(conn, one, clock()))  # type: ignore[misc]
        if arrival:
            await road.take(arrival)
        await writer.run(lambda conn, one=row: follow_ups.paid(conn, [one.id]))  # type: ignore[misc]


def _ended(timer: timers.Timer, now: datetime) -> Arrival:
    event = WaitEnded(timer.reason, timer.state, timer.entered_turn)
    return Arrival("timer", timer.provider_id, event, now, conversation_id=timer.conversation_id)


def _news(conn: Connection, row: Row[Any], now: datetime) -> Arrival | None:
    if row.follow_up == "code_undelivered" and row.conversation_id is not None:
        lost = CodeUndelivered(row.channel, tuple(row.person_ids))
        return Arrival("outbox", f"{row.id}:code", lost, now, conversation_id=row.conversation_id)
    mail = follow_ups.mail_of(conn, row.notice_of) if row.channel == "text" and row.notice_of else None
    if mail is None:
        return None
    place = Place(row.practice_id, "email", mail)
    conversation_id, _ = conversations.begun(conn, {place})[place]
    return Arrival("outbox", f"{row.id}:mail", NoticeDue(row.notice_of), now, "email", conversation_id=conversation_id)
