"""Tells workers that there is something to do: in this process at once, in others through Redis, which may be lost."""

import asyncio
import contextlib
from typing import Protocol

IN_MEMORY = "memory://"


class Wakeup:
    """One who waits."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        """There is something to do."""
        self._event.set()

    async def wait(self, seconds: float) -> bool:
        """Until woken, or for so long. True when woken."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
        woken = self._event.is_set()
        self._event.clear()
        return woken


class Wakeups(Protocol):
    """Who wakes, and who is woken."""

    async def start(self) -> None: ...
    async def close(self) -> None: ...
    def listen(self) -> Wakeup: ...
    def notify(self) -> None: ...


class MemoryWakeups:
    """Within this process."""

    def __init__(self) -> None:
        self._waiting: list[Wakeup] = []

    async def start(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nobody waits any longer."""
        self.wake()

    def listen(self) -> Wakeup:
        """Another one who waits."""
        wakeup = Wakeup()
        self._waiting.append(wakeup)
        return wakeup

    def notify(self) -> None:
        """Wake everybody. Called in the event loop."""
        self.wake()

    def wake(self) -> None:
        """Wake those of this process."""
        for wakeup in self._waiting:
            wakeup.set()


def make_wakeups(url: str) -> Wakeups:
    """What PAYBOT_REDIS_URL asks for; Redis is loaded only where it is used."""
    if url == IN_MEMORY:
        return MemoryWakeups()
    from bot.wakeups.redis import RedisWakeups

    return RedisWakeups.open(url)
