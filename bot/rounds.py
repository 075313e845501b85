"""Looks again and again, beside the worker, for as long as it is open."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.wakeups import Wakeup

log = logging.getLogger(__name__)

EVERY_SECONDS = 1.0


@asynccontextmanager
async def rounds(
    look: Callable[[], Awaitable[int]], name: str, *, most: int | None = None, woken: Wakeup | None = None
) -> AsyncIterator[None]:
    """Call `look` each second, or when woken. What it did not finish is rows, found again after the next start.

    `look` tells how many it did; where it did `most`, there is more, and the next look follows at once.
    """
    going = asyncio.create_task(_go_on(look, name, most, woken or Wakeup()))
    try:
        yield
    finally:
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)


async def _go_on(look: Callable[[], Awaitable[int]], name: str, most: int | None, woken: Wakeup) -> None:
    while True:
        try:
            done = await look()
        except Exception as error:  # noqa: BLE001 - the database or a provider is away: looked again
            log.warning("%s: %s", name, type(error).__name__)
            done = 0
        if most is None or done < most:
            await woken.wait(EVERY_SECONDS)
