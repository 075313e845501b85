"""Wake-ups between processes, through Redis, which may be lost at any time: everybody polls as well."""

import asyncio
import contextlib
import logging
from typing import Self

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.wakeups import MemoryWakeups

log = logging.getLogger(__name__)

CHANNEL = "paybot:outbox"
PUBLISHERS = 2
TRY_AGAIN_SECONDS = 1.0
ANSWER_SECONDS = 1.5
ALIVE_SECONDS = 15
"""A subscriber hears nothing for hours on a quiet day; it asks so often whether the line still stands."""


class RedisWakeups(MemoryWakeups):
    """Within this process at once, and in the others by a message that may get lost: everybody polls as well."""

    def __init__(self, publisher: Redis, subscriber: Redis) -> None:
        super().__init__()
        self._publisher = publisher
        self._subscriber = subscriber
        self._tasks: list[asyncio.Task[None]] = []
        self._told = asyncio.Event()

    @classmethod
    def open(cls, url: str) -> Self:
        """Clients for that address. A publish is tried once, for a moment; a subscriber may hear nothing for hours."""
        once = Retry(NoBackoff(), 0)
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=PUBLISHERS,
            timeout=ANSWER_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=once,
        )
        listening = BlockingConnectionPool.from_url(
            url, max_connections=1, socket_timeout=None, socket_connect_timeout=ANSWER_SECONDS, retry=once
        )
        return cls(Redis.from_pool(pool), Redis.from_pool(listening))

    async def start(self) -> None:
        """Begin to listen and to tell."""
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._tell())]

    async def close(self) -> None:
        """Hang up."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await super().close()
        for client in (self._publisher, self._subscriber):
            with contextlib.suppress(RedisError, OSError):
                await client.aclose()

    def notify(self) -> None:
        """Wake everybody here, and let the others know."""
        self.wake()
        self._told.set()

    async def _tell(self) -> None:
        while True:
            await self._told.wait()
            # However many notices came meanwhile, one message wakes the others.
            self._told.clear()
            with contextlib.suppress(RedisError, OSError, TimeoutError):
                await self._publisher.publish(CHANNEL, "")

    async def _listen(self) -> None:
        while True:
            try:
                async with self._subscriber.pubsub() as line:
                    await line.subscribe(CHANNEL)
                    await self._hear(line)
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("no wake-ups through redis, polling: %s", type(error).__name__)
                await asyncio.sleep(TRY_AGAIN_SECONDS)

    async def _hear(self, line: PubSub) -> None:
        asked = False
        while True:
            heard = await line.get_message(timeout=ALIVE_SECONDS)
            if heard is None:
                if asked:
                    raise TimeoutError
                await line.ping()
            asked = heard is None
            # The answer to a subscription too: something may have happened while nobody listened.
            if heard and heard["type"] in {"message", "subscribe"}:
                self.wake()
