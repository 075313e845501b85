"""Connections that end: left alone, the framework waits for ever for the rest of a head and for whoever does not read.

What it answers by itself, because no request of ours came of what it heard, gets our headers here and quotes nothing.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.web.guards import log_bug

UNREADABLE = "This is no HTTP request that can be read.\n"
BROKEN = "Something went wrong on our side. Please try again.\n"
OURSELVES = "paybot"
"""Instead of the framework's name and version."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How many we listen to at once, and for how many seconds."""

    head: float = 10  # for the whole head of a request, from its first byte or from the call
    reading: float = 60  # for our answer to be taken, once the system's own buffers are full of it
    idle: float = 630  # between two requests: longer than the proxies and balancers in front keep a connection
    most: int = 500  # connections: with those to the database, the relay and the provider fewer than 1024 open files


PATIENCE = Patience()


class Connection(web.RequestHandler):
    """One connection, with at most one timer, which requests that arrive in one piece never touch."""

    __slots__ = ("_hurry", "_patience", "_said")

    def __init__(self, server: "Server", said: Mapping[str, str], patience: Patience, **options: Any) -> None:
        super().__init__(server, keepalive_timeout=patience.idle, **options)
        self._said, self._patience = said, patience
        self._hurry: asyncio.TimerHandle | None = None

    @property
    def is_new(self) -> bool:
        """Has it asked for nothing yet?"""
        return not self._request_count

    @property
    def waits(self) -> bool:
        """Does nobody work for it?"""
        return self._waiter is not None and not self._waiter.done()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._hurry is None and self.waits:
            self._expect_head()  # no request came of these bytes: they begin one

    def pause_writing(self) -> None:
        super().pause_writing()
        self._within(self._patience.reading)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._forget()

    def connection_lost(self, exc: BaseException | None) -> None:
        super().connection_lost(exc)
        self._forget()

    def _expect_head(self) -> None:
        self._within(self._patience.head, unless_beyond=self._request_count)

    def _within(self, seconds: float, unless_beyond: int | None = None) -> None:
        self._forget()
        self._hurry = self._loop.call_later(seconds, self._look, unless_beyond)

    def _look(self, heard: int | None) -> None:
        self._hurry = None
        if heard is None or heard == self._request_count:
            self.hang_up()

    def _forget(self) -> None:
        if self._hurry is not None:
            self._hurry.cancel()
            self._hurry = None

    def hang_up(self) -> None:
        """At once: what they have not read yet would keep it open. Whatever is being done for them is still done."""
        if self.transport is not None:
            self.transport.abort()
        self.force_close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - it quotes what was sent
    ) -> web.StreamResponse:
        """The answer to what is no request, or to what broke outside of every handler of ours."""
        if isinstance(exc, ConnectionError):
            raise exc  # they have gone, and nobody is to blame
        if status >= 500 and exc is not None:
            log_bug(exc, "(outside)")
        if request.writer.output_size:
            raise ConnectionError("part of an answer has left")
        answer = web.Response(status=status, text=UNREADABLE if status < 500 else BROKEN)
        answer.force_close()
        answer.headers.update(self._said)
        answer.headers["Server"] = OURSELVES
        return answer


class Server(web.Server):
    """Makes a Connection for each who calls, and has room for a bounded number of them."""

    def __init__(self, handler: Any, said: Mapping[str, str], patience: Patience, **options: Any) -> None:
        super().__init__(handler, **options)
        self._said, self._patience = said, patience

    def __call__(self) -> Connection:
        return Connection(self, self._said, self._patience, loop=self._loop, **self._kwargs)

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        if len(self._connections) > self._patience.most and isinstance(handler, Connection):
            self._make_room(handler)

    def _make_room(self, newest: Connection) -> None:
        """Whoever has not asked for anything yet goes first, then who waits between two requests, oldest first."""
        waiting = [each for each in self.connections if isinstance(each, Connection) and each.waits]
        # Where all are served, there is none for whoever has just called.
        least = min(waiting, key=lambda each: not each.is_new, default=newest)
        least.hang_up()


class Runner(web.AppRunner):
    """Runs an application on our connections. `said` are the headers of what the framework answers by itself."""

    def __init__(
        self, app: web.Application, said: Mapping[str, str], patience: Patience = PATIENCE, **options: Any
    ) -> None:
        super().__init__(app, **options)
        self._said, self._patience = said, patience

    async def _make_server(self) -> web.Server:
        theirs = await super()._make_server()
        return Server(
            theirs.request_handler,
            self._said,
            self._patience,
            request_factory=theirs.request_factory,
            **self._kwargs,
        )
