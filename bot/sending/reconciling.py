"""Finds out what became of messages that nobody told us about, by asking the provider; never by sending again."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from bot.channels.text import Found, TextChannel
from bot.clock import Clock
from bot.sending import deliveries
from bot.store import follow_ups
from bot.store.tasks import NewTask, open_tasks
from bot.store.writer import Reader, Writer

log = logging.getLogger(__name__)

ASK_EVERY = timedelta(seconds=30)
GIVE_UP = timedelta(minutes=10)
SKEW = timedelta(seconds=5)
"""The provider's clock may be behind ours; it tells whole seconds."""
LONGEST_CALL = timedelta(seconds=60)


async def reconcile(writer: Writer, reader: Reader, channel: TextChannel, clock: Clock) -> int:
    """Ask about the messages whose time has come. How many they were."""
    rows = await reader.run(lambda conn: follow_ups.checks(conn, clock()))
    await asyncio.gather(*(_ask(writer, channel, row, clock) for row in rows))
    return len(rows)


async def _ask(writer: Writer, channel: TextChannel, row: Row[Any], clock: Clock) -> None:
    # Questions go out together; what is found is matched one by one, so that no message is given to two rows.
    if row.state == "uncertain":
        await _settle(writer, channel, row, clock)
    else:
        await _look_up(writer, channel, row, clock)


async def _settle(writer: Writer, channel: TextChannel, row: Row[Any], clock: Clock) -> None:
    found: list[Found] = []
    # A twin on its way to the same number could be mistaken for this one: it comes back first.
    if row.channel == "text" and not row.being_sent:
        try:
            found = await channel.find(row.address, row.number, row.submitted_at - SKEW, row.account or "")
        except Exception as error:  # noqa: BLE001 - the provider cannot be asked now; later
            log.warning("could not ask for a message: %s", type(error).__name__)
    await writer.run(lambda conn: _match(conn, row, found, clock()))


def _match(conn: Connection, row: Row[Any], found: list[Found], now: datetime) -> None:
    """The earliest message to that number, made during our call, which is no other row of ours: it is this one."""
    known = follow_ups.known(conn, [one.provider_id for one in found])
    ours = [one for one in found if one.provider_id not in known and _made_by(row, one)]
    if ours:
        first = min(ours, key=lambda one: (one.created_at or row.submitted_at, one.provider_id))
        deliveries.accepted(conn, row.id, first.provider_id, "queued", now)
        deliveries.record_status(conn, first.provider_id, row.id, first.state, first.error_code, now)
    elif now - row.submitted_at < GIVE_UP:
        follow_ups.check_again(conn, row.id, now + ASK_EVERY)
    else:
        follow_ups.check_again(conn, row.id, None)
        about = tuple(row.person_ids)
        open_tasks(conn, [NewTask("message_uncertain", now, row.practice_id, row.conversation_id, person_ids=about)])


def _made_by(row: Row[Any], one: Found) -> bool:
    return one.created_at is None or one.created_at <= row.submitted_at + LONGEST_CALL


async def _look_up(writer: Writer, channel: TextChannel, row: Row[Any], clock: Clock) -> None:
    found = await channel.look_up(row.provider_id, row.account or "")
    await writer.run(lambda conn: _learn(conn, row, found, clock()))


def _learn(conn: Connection, row: Row[Any], found: Found | None, now: datetime) -> None:
    age = now - row.submitted_at
    later = now + max(age, deliveries.FIRST_CHECK)
    may_come = age < deliveries.NO_RECEIPT
    follow_ups.check_again(conn, row.id, later if may_come else None)
    if found:
        deliveries.record_status(conn, found.provider_id, row.id, found.state, found.error_code, now)
    if not may_come and not (found and deliveries.is_final(found.state)):
        deliveries.forget_code(conn, row, row.provider_id, now)
