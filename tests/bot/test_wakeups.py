"""Wake-ups: in one process, between processes, and when Redis is gone."""

import asyncio

import pytest

from bot.wakeups import MemoryWakeups, make_wakeups
from bot.wakeups.redis import RedisWakeups
from tests.servers.valkey import running_valkey

LONG = 30.0


async def test_everybody_in_this_process_wakes() -> None:
    wakeups = MemoryWakeups()
    waiting = [wakeups.listen(), wakeups.listen()]
    wakeups.notify()
    assert await asyncio.gather(*(one.wait(LONG) for one in waiting)) == [True, True]


async def test_a_wake_up_that_came_first_is_not_lost_and_counts_once() -> None:
    wakeups = MemoryWakeups()
    one = wakeups.listen()
    wakeups.notify()
    wakeups.notify()
    assert await one.wait(LONG)
    assert not await one.wait(0.001)


async def test_another_process_wakes_through_redis(valkey_url: str) -> None:
    here, there = RedisWakeups.open(valkey_url), RedisWakeups.open(valkey_url)
    woken = there.listen()
    await here.start()
    await there.start()
    # The subscription itself wakes: something may have happened before it stood.
    assert await woken.wait(LONG)
    here.notify()
    assert await woken.wait(LONG)
    await here.close()
    await there.close()


async def test_without_redis_this_process_still_wakes() -> None:
    wakeups = make_wakeups("redis://127.0.0.1:9/0")
    woken = wakeups.listen()
    await wakeups.start()
    wakeups.notify()
    assert await woken.wait(LONG)
    await wakeups.close()


async def test_redis_killed_in_the_middle() -> None:
    with running_valkey() as url:
        wakeups = make_wakeups(url)
        woken = wakeups.listen()
        await wakeups.start()
        assert await woken.wait(LONG)
    for _ in range(3):
        wakeups.notify()
        assert await woken.wait(LONG)
    await wakeups.close()


@pytest.mark.parametrize("url", ["memory://"])
def test_memory_is_the_default(url: str) -> None:
    assert type(make_wakeups(url)) is MemoryWakeups
