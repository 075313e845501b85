"""Has the provider empty its copies of texts that held a card number or a code."""

import asyncio

from sqlalchemy import Connection

from bot.channels.text import TextChannel
from bot.clock import Clock
from bot.store import redactions
from bot.store.writer import Reader, Writer


async def empty(writer: Writer, reader: Reader, channel: TextChannel, clock: Clock) -> bool:
    """Ask for those whose time has come. Are there more?"""
    asked = await reader.run(lambda conn: redactions.due(conn, clock()))
    if not asked:
        return False
    gone = await asyncio.gather(*(_empty(channel, one) for one in asked))
    now = clock()

    def keep(conn: Connection) -> None:
        redactions.done(conn, [one.id for one, is_gone in zip(asked, gone, strict=True) if is_gone], now)
        redactions.refused(conn, [one for one, is_gone in zip(asked, gone, strict=True) if not is_gone], now)

    await writer.run(keep)
    return len(asked) == redactions.MOST


async def _empty(channel: TextChannel, asked: redactions.Asked) -> bool:
    return asked.provider != "twilio" or await channel.redact(asked.provider_id, asked.account)
