"""Delivery news, written together: as many as came while the last ones were committed."""

import asyncio
from collections import Counter

from sqlalchemy import Connection

from bot.clock import Clock
from bot.sending.deliveries import record_status
from bot.store.writer import Writer

News = tuple[str, int | None, str, str | None, str]


class Statuses:
    """Callbacks come three to a message, so one transaction each would cost more than the messages themselves."""

    def __init__(self, writer: Writer, clock: Clock) -> None:
        self._writer, self._clock = writer, clock
        self._waiting: list[tuple[News, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self.news: Counter[tuple[str, str]] = Counter()

    async def note(
        self, provider_id: str, outbox_id: int | None, state: str, error_code: str | None, account: str = ""
    ) -> None:
        """Returns when it is committed."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(((provider_id, outbox_id, state, error_code, account), done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await done
        self.news[state, error_code or ""] += 1

    async def close(self) -> None:
        """Let what is under way be written."""
        if self._writing:
            await self._writing

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await self._writer.run(lambda conn, news=[one for one, _ in batch]: self._record(conn, news))  # type: ignore[misc]
            except Exception as error:  # noqa: BLE001 - each of those who wait must hear of it
                _answer(batch, error)
            else:
                _answer(batch, None)

    def _record(self, conn: Connection, batch: list[News]) -> None:
        now = self._clock()
        for provider_id, outbox_id, state, error_code, account in batch:
            record_status(conn, provider_id, outbox_id, state, error_code, now, account)


def _answer(batch: list[tuple[News, asyncio.Future[None]]], error: Exception | None) -> None:
    for _, done in batch:
        if done.done():
            continue
        if error:
            done.set_exception(error)
        else:
            done.set_result(None)
