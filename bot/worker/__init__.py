"""Empties the outbox, wakes conversations whose timers have run out, and tidies up behind both."""

import asyncio
import logging

from sqlalchemy import Connection

from bot.clock import Clock
from bot.sending.claiming import Desk
from bot.sending.emptying import empty
from bot.sending.mute import TokensThatCame
from bot.sending.reconciling import reconcile
from bot.store import follow_ups
from bot.store.writer import Reader, Writer
from bot.wakeups import Wakeup, Wakeups
from bot.worker.napping import POLL_SECONDS, Job
from bot.worker.sending import AT_ONCE, Channels, Sending
from bot.worker.telling import Taker, tell_the_lost, wake_conversations

__all__ = ["AT_ONCE", "Channels", "Worker"]

log = logging.getLogger(__name__)

CLOSING_SECONDS = 12.0
"""More than one call to Twilio may take, less than the 15 seconds that docs/deploying.md names."""


class Worker:
    """One in each process that sends. Rows and locks keep several of them apart; wake-ups only make them quick."""

    def __init__(
        self,
        writer: Writer,
        reader: Reader,
        road: Taker,
        desk: Desk,
        channels: Channels,
        wakeups: Wakeups,
        clock: Clock,
        *,
        alone: bool = False,
        patience: float = CLOSING_SECONDS,
    ) -> None:
        """`alone`: no other process sends from this database, so whatever is `sending` at the start was left behind."""
        self._writer, self._reader, self._road = writer, reader, road
        self._texts, self._wakeups, self._clock = channels.text, wakeups, clock
        self._alone, self._patience = alone, patience
        self._loops: list[asyncio.Task[None]] = []
        self._asleep: list[Wakeup] = []
        self._outbox = wakeups.listen()
        self._sending = Sending(writer, reader, desk, channels, self._outbox, clock)
        self._tokens = TokensThatCame(writer, reader, desk.acts_as, clock)
        self._closing = False
        self.sends = self._sending.sends

    async def start(self) -> None:
        """Begin."""
        alone, now = self._alone, self._clock()
        await self._writer.run(lambda conn: follow_ups.give_up_on(conn, now, all_of_them=alone))
        self._road.on_outbox.append(self._wakeups.notify)
        # Only the outbox is in a hurry: timers are minutes away, and tidying can wait for its poll.
        jobs: list[tuple[Job, Wakeup]] = [
            (self._sending.send, self._outbox),
            (self._wake_conversations, Wakeup()),
            (self._tidy, Wakeup()),
        ]
        self._asleep = [wakeup for _, wakeup in jobs]
        self._loops = [asyncio.create_task(self._loop(job, wakeup)) for job, wakeup in jobs]
        self._loops.append(asyncio.create_task(self._sending.keep_results()))

    async def close(self) -> None:
        """Take nothing new, let the calls that are under way come back, and write down what came of them.

        Not for ever: what has not come back or cannot be written stays `sending`, and the next start takes care of it.
        """
        self._closing = self._sending.closing = True
        if self._wakeups.notify in self._road.on_outbox:
            self._road.on_outbox.remove(self._wakeups.notify)
        for wakeup in self._asleep:
            wakeup.set()
        try:
            async with asyncio.timeout(self._patience):
                await self._finish()
        except TimeoutError:
            calls, not_kept = self._sending.under_way, self._sending.not_kept
            log.warning("closing took too long: %s calls cut, %s results not kept", len(calls), not_kept)
            left = calls.union(self._loops)
            for task in left:
                task.cancel()
            # No longer than that: a mail that is cut says goodbye to its relay, which may not answer.
            await asyncio.wait(left, timeout=POLL_SECONDS)

    async def _finish(self) -> None:
        # Not `gather`: when time is up, it would cut them all and then wait for each of them.
        *loops, keeper = self._loops
        await asyncio.wait(loops)
        await self._sending.finish()
        await asyncio.wait([keeper])

    async def _loop(self, job: Job, wakeup: Wakeup) -> None:
        wait, woken = 0.0, False
        while not self._closing:
            try:
                wait = await job(woken)
            except Exception as error:  # noqa: BLE001 - the database is away, say: nothing is lost, so try again
                log.warning("%s failed: %s", job.__name__, type(error).__name__)
                wait = POLL_SECONDS
            woken = wait > 0 and not self._closing and await wakeup.wait(wait)

    async def _wake_conversations(self, _woken: bool) -> float:
        return await wake_conversations(self._writer, self._reader, self._road, self._clock)

    async def _tidy(self, _woken: bool) -> float:
        if await self._reader.run(self._left_behind):
            await self._writer.run(self._give_up)
        await tell_the_lost(self._writer, self._reader, self._road, self._clock)
        await reconcile(self._writer, self._reader, self._texts, self._clock)
        await self._tokens.look()
        more = await empty(self._writer, self._reader, self._texts, self._clock)
        return 0.0 if more else POLL_SECONDS

    def _left_behind(self, conn: Connection) -> bool:
        return follow_ups.left_behind(conn, self._clock())

    def _give_up(self, conn: Connection) -> int:
        return follow_ups.give_up_on(conn, self._clock())
