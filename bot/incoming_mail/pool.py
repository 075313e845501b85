"""The processes that read mail: begun when mail comes, ended when one takes too long or has read enough."""

import asyncio
import contextlib
import json
import logging
import os
import sys
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Collection
from typing import Any

from bot.incoming_mail.values import IncomingMail, unread
from bot.incoming_mail.worker import ANSWER, LENGTH, READY

log = logging.getLogger(__name__)

READ_SECONDS = 4.0
"""Two seconds of CPU, on a machine that is busy."""
CHECK_SECONDS = 20.0
START_SECONDS = 20.0
MAILS_EACH = 500
LARGE = 256 * 1024
QUICK, SLOW = 2, 4
SLOW_NICE = 10
"""Large and uncertain mail gets what the processor has left."""
LONGEST_ANSWER = 8 * 1024 * 1024


class ReaderUnavailableError(RuntimeError):
    """No process to read with could be begun: that is our trouble, so the sender should try again."""


class Pool:
    """Two lanes, so that nobody's ordinary mail waits behind a large one or behind a slow name server."""

    def __init__(self, quick: int = QUICK, slow: int = SLOW) -> None:
        self._quick, self._slow = _Lane(quick, nice=0), _Lane(slow, nice=SLOW_NICE)

    async def read(
        self,
        raw: bytes,
        envelope_from: str | None,
        on_file: Collection[str] = (),
        check: dict[str, Any] | None = None,
        authserv_id: str = "",
    ) -> IncomingMail:
        """What there is to know about this mail; `unreadable` when reading it had to be ended.

        Who sent it is found out by a `check` of our own, or told by the trusted relay of that `authserv_id`.
        """
        asked = {
            "envelope_from": envelope_from,
            "on_file": list(on_file),
            "check": check,
            "authserv_id": authserv_id,
        }
        lane = self._slow if check or len(raw) > LARGE else self._quick
        limit = CHECK_SECONDS if check else READ_SECONDS
        given = await lane.ask(json.dumps(asked).encode(), raw, limit)
        return IncomingMail.from_json(given) if given else unread("killed")

    async def close(self) -> None:
        """End them all."""
        await asyncio.gather(self._quick.close(), self._slow.close())


class _Lane:
    """Some processes, each with one mail at a time."""

    def __init__(self, size: int, nice: int) -> None:
        self._nice = nice
        self._free = asyncio.Semaphore(size)
        self._idle: list[_Reader] = []

    async def ask(self, asked: bytes, raw: bytes, limit: float) -> dict[str, Any] | None:
        async with self._free:
            reader = self._idle.pop() if self._idle else await _Reader.begin(self._nice)
            try:
                async with asyncio.timeout(limit):
                    given = await reader.ask(asked, raw)
            except (TimeoutError, asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
                log.warning("reading a mail was ended: %s", type(error).__name__)
                await reader.end()
                return None
            except BaseException:
                await reader.end()
                raise
            if reader.read < MAILS_EACH:
                self._idle.append(reader)
            else:
                await reader.end()
            return given

    async def close(self) -> None:
        idle, self._idle = self._idle, []
        await asyncio.gather(*(reader.end() for reader in idle))


class _Reader:
    """One process."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.read = 0

    @classmethod
    async def begin(cls, nice: int) -> "_Reader":
        # No setting and no secret of ours goes along.
        environment = {name: os.environ[name] for name in ("PATH", "LANG", "TZ", "TMPDIR") if name in os.environ}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-m", "bot.incoming_mail.worker", str(nice)),
            stdin=PIPE,
            stdout=PIPE,
            # The words of an error may be those of a patient.
            stderr=DEVNULL,
            env=environment,
        )
        reader = cls(process)
        try:
            async with asyncio.timeout(START_SECONDS):
                await reader.ready()
        except (TimeoutError, asyncio.IncompleteReadError) as error:
            await reader.end()
            raise ReaderUnavailableError from error
        except BaseException:
            await reader.end()
            raise
        return reader

    async def ready(self) -> None:
        await self._pipes()[1].readexactly(len(READY))

    def _pipes(self) -> tuple[StreamWriter, StreamReader]:
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise ReaderUnavailableError
        return stdin, stdout

    async def ask(self, asked: bytes, raw: bytes) -> dict[str, Any]:
        stdin, stdout = self._pipes()
        self.read += 1
        stdin.write(LENGTH.pack(len(asked), len(raw)) + asked)
        stdin.write(raw)
        await stdin.drain()
        (length,) = ANSWER.unpack(await stdout.readexactly(ANSWER.size))
        if length > LONGEST_ANSWER:
            raise ValueError("an answer of that length is none")
        given: dict[str, Any] = json.loads(await stdout.readexactly(length))
        return given

    async def end(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        if self._process.stdin:
            self._process.stdin.close()
        await self._process.wait()
