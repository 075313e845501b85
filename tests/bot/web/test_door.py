"""Who knocks while the server goes home is told so, and left hanging by nobody."""

import asyncio
import socket
from collections.abc import Callable

import pytest
from aiohttp import web

from bot.loop import make_loop
from bot.web.door import Door


async def _hello(_: web.BaseRequest) -> web.Response:
    return web.Response()


@pytest.mark.parametrize("turns", range(8))
@pytest.mark.parametrize("loop", [asyncio.new_event_loop, make_loop])
def test_whoever_comes_in_the_moment_of_closing_is_hung_up_on(
    loop: Callable[[], asyncio.AbstractEventLoop], turns: int
) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(_heard_while_closing(turns)) == b""


async def _heard_while_closing(turns: int) -> bytes:
    runner = web.ServerRunner(web.Server(_hello))
    await runner.setup()
    door = Door(runner, "127.0.0.1", 0)
    await door.start()
    with socket.create_connection(runner.addresses[0][:2]) as caller:
        caller.setblocking(False)
        for _ in range(turns):
            await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await runner.cleanup()
        return await asyncio.wait_for(_hear(caller), 2)


async def _hear(caller: socket.socket) -> bytes:
    try:
        return await asyncio.get_running_loop().sock_recv(caller, 1)
    except ConnectionResetError:
        return b""
