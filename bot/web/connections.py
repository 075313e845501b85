"""Connections that end: left alone, the framework waits for ever for the rest of a head and for whoever does not read.

What it answers by itself, because no request of ours came of what it heard, gets our headers here and quotes nothing.
"""

import asyncio
import resource
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from aiohttp import StreamReader, web

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
    fresh: float = 1  # for the first byte of who has just called
    most: int = 4000  # connections, of 15 kB or so each, where the open files allow as many


PATIENCE = Patience()
OTHER_FILES = 500
"""Of the database, the mail doors, the relay, the providers and the logs."""
SHARE = 50
"""The fiftieth part makes room at once: looking through all for each who calls would be work for a stranger to give."""


def room(wanted: int) -> int:
    """How many connections we may have: as wanted, or as the system lets us open files, of which we ask for enough."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    asked = wanted + OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < asked:
        more = asked if hard == resource.RLIM_INFINITY else min(asked, hard)
        with suppress(OSError, ValueError):  # a system may have its own mind about it
            resource.setrlimit(resource.RLIMIT_NOFILE, (more, hard))
            soft = more
    return wanted if soft == resource.RLIM_INFINITY else min(wanted, max(soft - OTHER_FILES, soft // 2))


class Use(IntEnum):
    """What a connection is doing; who does the least goes first when room is needed."""

    SILENT = 0  # it called, and has asked for nothing
    IDLE = 1  # it waits between two requests
    STALLING = 2  # it does not send the rest of its body, or does not take our answer
    FRESH = 3  # it has called just now
    SERVED = 4  # we work for it


class Connection(web.RequestHandler):
    """One connection, with at most one timer, which requests that arrive in one piece never touch."""

    __slots__ = ("_called_at", "_hurry", "_patience", "_said", "body")

    def __init__(self, server: "Server", said: Mapping[str, str], patience: Patience, **options: Any) -> None:
        super().__init__(server, keepalive_timeout=patience.idle, **options)
        self._said, self._patience = said, patience
        self._hurry: asyncio.TimerHandle | None = None
        self._called_at = self._loop.time()
        self.body: StreamReader | None = None
        """Of the request that came last."""

    @property
    def waits(self) -> bool:
        """Does nobody work for it?"""
        return self._waiter is not None and not self._waiter.done()

    @property
    def use(self) -> Use:
        """What it is doing."""
        if not self.waits:
            stalls = self.writing_paused or (self.body is not None and not self.body.is_eof())
            return Use.STALLING if stalls else Use.SERVED
        if self._request_count:
            return Use.IDLE
        return Use.FRESH if self._loop.time() - self._called_at < self._patience.fresh else Use.SILENT

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._expect_head()
        if isinstance(self._manager, Server):
            # After the framework has begun to listen to it: what is hung up on before that fails there.
            self._loop.call_soon(self._manager.make_room, self)

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
        self.request_factory = _noting(self.request_factory)

    def __call__(self) -> Connection:
        return Connection(self, self._said, self._patience, loop=self._loop, **self._kwargs)

    def make_room(self, newest: Connection) -> None:
        """Where there are too many, those that do the least go, the oldest first; where all are served, the newest."""
        if len(self._connections) <= self._patience.most:
            return
        every = [(one.use, one) for one in self.connections if isinstance(one, Connection) and one.transport]
        too_many = len(every) - self._patience.most
        if too_many <= 0:  # others have just been hung up on
            return
        spare = sorted((one for one in every if one[0] is not Use.SERVED), key=lambda one: one[0])
        loitering = sum(use is not Use.FRESH for use, _ in spare)
        gone = max(too_many, min(loitering, self._patience.most // SHARE))
        for _, one in spare[:gone] or [(Use.SERVED, newest)]:
            one.hang_up()


def _noting(make: Callable[..., web.BaseRequest]) -> Callable[..., web.BaseRequest]:
    """Makes requests, and leaves the body of each where its connection finds it."""

    def made(message: Any, payload: StreamReader, protocol: Any, *more: Any) -> web.BaseRequest:
        protocol.body = payload
        return make(message, payload, protocol, *more)

    return made


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
