"""Looks at the outbox: takes what is due, hands it to its channel, and writes down what came of it."""

import asyncio
import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from bot.channels.email import MailChannel, MailOut
from bot.channels.results import Accepted, MaybeSent, Refused, Sent, TryLater
from bot.channels.text import TextChannel
from bot.clock import Clock
from bot.sending.claiming import LIMIT, Claimed, Desk, Ready, claim
from bot.sending.results import Result, record
from bot.store import lanes
from bot.store.writer import Reader, Writer
from bot.wakeups import Wakeup
from bot.worker.napping import POLL_SECONDS, until

log = logging.getLogger(__name__)

PACE_SECONDS = 0.02
BUSY_SECONDS = 0.2
"""Between two looks at the outbox. A lone text waits for nobody; under load one look serves many, since each look takes
the writer from the arrivals, and lanes are filled for 250 ms anyway."""
RESULTS_SECONDS = 0.25
"""Between two records of what came back: nobody waits for them, and each is a transaction."""
AT_ONCE = 64
"""Calls that may be under way together, for each channel: a slow relay must not hold up texts."""
AHEAD = {"text": 4 * AT_ONCE, "email": AT_ONCE}
"""Claimed and not back yet, at most. Texts start up to a quarter of a second later, so some may be ahead of their
slots, but for less than `follow_ups.UNFINISHED`, even if each call takes as long as it may. Mail starts at once."""
RESULTS = {Accepted: "accepted", Refused: "refused", TryLater: "try_later", MaybeSent: "maybe_sent"}


@dataclass(frozen=True, slots=True)
class Channels:
    """The ways out."""

    text: TextChannel
    mail: MailChannel


class Sending:
    """The calls that are under way, and what came back and is not written down yet."""

    def __init__(
        self, writer: Writer, reader: Reader, desk: Desk, channels: Channels, outbox: Wakeup, clock: Clock
    ) -> None:
        """`outbox` is set when something may have come into it."""
        self._writer, self._reader, self._clock = writer, reader, clock
        self._desk, self._channels, self._outbox = desk, channels, outbox
        self._looked_at = 0.0
        self._rest = PACE_SECONDS
        self._calls: dict[str, set[asyncio.Task[None]]] = {channel: set() for channel in AHEAD}
        self._slots = {channel: asyncio.Semaphore(AT_ONCE) for channel in AHEAD}
        self._results: list[Result] = []
        self._come_back = Wakeup()
        self.closing = False
        self.sends: Counter[tuple[str, str, str]] = Counter()

    @property
    def under_way(self) -> set[asyncio.Task[None]]:
        """Calls that have not come back."""
        return set().union(*self._calls.values())

    @property
    def not_kept(self) -> int:
        """How many came back and are not written down."""
        return len(self._results)

    async def send(self, woken: bool) -> float:
        """One claim, and its calls begun. The seconds until it is worth looking again."""
        await self._pace()
        if self.closing:
            return 0.0
        now = self._clock()
        # Whoever woke us has just written something: no need to ask.
        if not woken and not await self._reader.run(lambda conn: lanes.work_waits(conn, now)):
            self._rest = PACE_SECONDS
            return await self._until_next(now)
        texts, mails = min(LIMIT, self._room("text")), self._room("email")
        claimed: Claimed = await self._writer.run(lambda conn: claim(conn, self._desk, self._clock(), texts, mails))
        self._rest = self._rest_after(claimed)
        for ready in claimed.ready:
            self._begin(ready)
        return 0.0 if claimed.decided else await self._until_next(now)

    async def keep_results(self) -> None:
        """Whatever came back, written together: one transaction for as many as came while the last one committed."""
        loop, kept_at = asyncio.get_running_loop(), 0.0
        while not (self.closing and not self._results and not self.under_way):
            if not self._results:
                await self._come_back.wait(POLL_SECONDS)
                continue
            if not self.closing:
                await asyncio.sleep(max(0.0, kept_at + RESULTS_SECONDS - loop.time()))
            kept_at = loop.time()
            results, now = self._results[:], self._clock()
            try:
                await self._writer.run(lambda conn, these=results, at=now: record(conn, these, at))  # type: ignore[misc]
            except Exception as error:  # noqa: BLE001 - what was sent must not be forgotten
                log.warning("results not kept yet: %s", type(error).__name__)
                await asyncio.sleep(POLL_SECONDS)
            else:
                del self._results[: len(results)]

    async def finish(self) -> None:
        """Nothing is claimed any more: the calls come back, and whoever keeps the results may end."""
        if calls := self.under_way:
            await asyncio.wait(calls)
        self._come_back.set()

    def _room(self, channel: str) -> int:
        return AHEAD[channel] - len(self._calls[channel])

    def _begin(self, ready: Ready) -> None:
        calls = self._calls[ready.channel]
        call = asyncio.create_task(self._hand_over(ready))
        calls.add(call)

        def back(_: asyncio.Task[None]) -> None:
            if self._room(ready.channel) <= 0:  # whatever waits in the outbox waits for this
                self._outbox.set()
            calls.discard(call)

        call.add_done_callback(back)

    def _rest_after(self, claimed: Claimed) -> float:
        if claimed.decided == 0:  # a full lane: others will follow; or a wake-up too many, as happens once
            return min(BUSY_SECONDS, 2 * self._rest)
        # Many that were not sent, or a whole load, mean that there is a heap to get through.
        heap = claimed.decided >= min(LIMIT, 1 + 2 * len(claimed.ready))
        lone = claimed.decided == 1 and not claimed.full
        return PACE_SECONDS if heap or lone else BUSY_SECONDS

    async def _pace(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, self._looked_at + self._rest - loop.time()))
        self._looked_at = loop.time()

    async def _until_next(self, now: datetime) -> float:
        at = await self._reader.run(lambda conn: lanes.next_start(conn, now))
        return until(at and at - lanes.SOON, self._clock())

    async def _hand_over(self, ready: Ready) -> None:
        early = (ready.start_at - self._clock()).total_seconds()
        if early > 0:
            await asyncio.sleep(early)
        slots = self._slots[ready.channel]
        waits = slots.locked()
        async with slots:
            if waits and self.closing:  # not begun: whoever starts next sends it
                sent: Sent = TryLater()
            else:
                sent = await self._call(ready)
                self._count(ready, sent)
        self._results.append(Result(ready.outbox_id, ready.attempts, sent))
        self._come_back.set()

    async def _call(self, ready: Ready) -> Sent:
        try:
            if isinstance(ready.out, MailOut):
                return await self._channels.mail.send(ready.out)
            return await self._channels.text.send(ready.out)
        except Exception as error:  # noqa: BLE001 - a channel that breaks may have sent it all the same
            log.warning("call broke: %s", type(error).__name__)
            return MaybeSent()

    def _count(self, ready: Ready, sent: Sent) -> None:
        code = sent.error_code if isinstance(sent, Refused) else ""
        self.sends["email" if isinstance(ready.out, MailOut) else "text", RESULTS[type(sent)], code] += 1
