"""A listening port that closes without forgetting anybody."""

import asyncio

from aiohttp import web

TURNS = 3
"""Of the loop, until whoever was just accepted waits for a request: connections that do, the runner closes."""


class Door(web.TCPSite):
    """A port that stops listening first and closes a few turns of the loop later.

    Python 3.11 and early 3.12 lose a connection that they accept in the very turn in which its server closes: nobody
    closes it, and the other side waits (https://github.com/python/cpython/issues/109564).
    """

    async def stop(self) -> None:
        if isinstance(self._server, asyncio.Server):
            for sock in self._server.sockets:
                asyncio.get_running_loop().remove_reader(sock.fileno())
            await _a_few_turns()
        await super().stop()
        await _a_few_turns()  # uvloop closes the port at once, and has then still those whom it accepted just before


async def _a_few_turns() -> None:
    for _ in range(TURNS):
        await asyncio.sleep(0)
