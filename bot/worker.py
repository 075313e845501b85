"""Empties the outbox, wakes conversations whose timers have run out, and tidies up behind both."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection, Row

from bot.channels.email import MailChannel, MailOut
from bot.channels.results import Accepted, MaybeSent, Refused, Sent, TryLater
from bot.channels.text import TextChannel
from bot.clock import Clock
from bot.sending.claiming import LIMIT, Claimed, Desk, Ready, claim
from bot.sending.emptying import empty
from bot.sending.reconciling import reconcile
from bot.sending.results import Result, record
from bot.store import conversations, follow_ups, lanes, timers
from bot.store.conversations import Place
from bot.store.writer import Reader, Writer
from bot.turns.arrivals import Arrival, Taken
from bot.wakeups import Wakeup, Wakeups
from conversations.events import CodeUndelivered, NoticeDue, WaitEnded

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
PACE_SECONDS = 0.02
BUSY_SECONDS = 0.2
"""Between two looks at the outbox. A lone text waits for nobody; under load one look serves many, since each look takes
the writer from the arrivals, and lanes are filled for 250 ms anyway."""
RESULTS_SECONDS = 0.25
"""Between two records of what came back: nobody waits for them, and each is a transaction."""
SHORTEST_WAIT = 0.005
AT_ONCE = 64
"""Calls that may be under way together, for each channel: a slow relay must not hold up texts."""
AHEAD = {"text": 4 * AT_ONCE, "email": AT_ONCE}
"""Claimed and not back yet, at most. Texts start up to a quarter of a second later, so some may be ahead of their
slots, but for less than `follow_ups.UNFINISHED`, even if each call takes as long as it may. Mail starts at once."""
CLOSING_SECONDS = 12.0
"""More than one call to Twilio may take, less than the 15 seconds that docs/deploying.md names."""
RESULTS = {Accepted: "accepted", Refused: "refused", TryLater: "try_later", MaybeSent: "maybe_sent"}


Job = Callable[[bool], Awaitable[float]]
"""Told whether it was woken; how many seconds it may sleep now."""


class Taker(Protocol):
    """The road, as far as a worker needs it."""

    on_outbox: list[Callable[[], None]]

    async def take(self, arrival: Arrival) -> Taken: ...


@dataclass(frozen=True, slots=True)
class Channels:
    """The ways out."""

    text: TextChannel
    mail: MailChannel


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
        self._desk, self._channels, self._wakeups, self._clock = desk, channels, wakeups, clock
        self._alone, self._patience = alone, patience
        self._loops: list[asyncio.Task[None]] = []
        self._asleep: list[Wakeup] = []
        self._looked_at = 0.0
        self._rest = PACE_SECONDS
        self._calls: dict[str, set[asyncio.Task[None]]] = {channel: set() for channel in AHEAD}
        self._slots = {channel: asyncio.Semaphore(AT_ONCE) for channel in AHEAD}
        self._outbox = wakeups.listen()
        self._results: list[Result] = []
        self._come_back = Wakeup()
        self._closing = False
        self.sends: Counter[tuple[str, str, str]] = Counter()

    async def start(self) -> None:
        """Begin."""
        alone, now = self._alone, self._clock()
        await self._writer.run(lambda conn: follow_ups.give_up_on(conn, now, all_of_them=alone))
        self._road.on_outbox.append(self._wakeups.notify)
        # Only the outbox is in a hurry: timers are minutes away, and tidying can wait for its poll.
        jobs: list[tuple[Job, Wakeup]] = [
            (self._send, self._outbox),
            (self._wake_conversations, Wakeup()),
            (self._tidy, Wakeup()),
        ]
        self._asleep = [wakeup for _, wakeup in jobs]
        self._loops = [asyncio.create_task(self._loop(job, wakeup)) for job, wakeup in jobs]
        self._loops.append(asyncio.create_task(self._keep_results()))

    async def close(self) -> None:
        """Take nothing new, let the calls that are under way come back, and write down what came of them.

        Not for ever: what has not come back or cannot be written stays `sending`, and the next start takes care of it.
        """
        self._closing = True
        if self._wakeups.notify in self._road.on_outbox:
            self._road.on_outbox.remove(self._wakeups.notify)
        for wakeup in self._asleep:
            wakeup.set()
        try:
            async with asyncio.timeout(self._patience):
                await self._finish()
        except TimeoutError:
            calls = self._under_way()
            log.warning("closing took too long: %s calls cut, %s results not kept", len(calls), len(self._results))
            left = calls.union(self._loops)
            for task in left:
                task.cancel()
            # No longer than that: a mail that is cut says goodbye to its relay, which may not answer.
            await asyncio.wait(left, timeout=POLL_SECONDS)

    async def _finish(self) -> None:
        # Not `gather`: when time is up, it would cut them all and then wait for each of them.
        *loops, keeper = self._loops
        await asyncio.wait(loops)
        if calls := self._under_way():
            await asyncio.wait(calls)
        self._come_back.set()
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

    # Messages

    async def _send(self, woken: bool) -> float:
        """One claim, and its calls begun. The seconds until it is worth looking again."""
        await self._pace()
        if self._closing:
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

    def _under_way(self) -> set[asyncio.Task[None]]:
        return set().union(*self._calls.values())

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
        soonest = (at - lanes.SOON - self._clock()).total_seconds() if at else POLL_SECONDS
        return min(POLL_SECONDS, max(SHORTEST_WAIT, soonest))

    async def _hand_over(self, ready: Ready) -> None:
        early = (ready.start_at - self._clock()).total_seconds()
        if early > 0:
            await asyncio.sleep(early)
        slots = self._slots[ready.channel]
        waits = slots.locked()
        async with slots:
            if waits and self._closing:  # not begun: whoever starts next sends it
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

    async def _keep_results(self) -> None:
        """Whatever came back, written together: one transaction for as many as came while the last one committed."""
        loop, kept_at = asyncio.get_running_loop(), 0.0
        while not (self._closing and not self._results and not self._under_way()):
            if not self._results:
                await self._come_back.wait(POLL_SECONDS)
                continue
            if not self._closing:
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

    # Timers

    async def _wake_conversations(self, _woken: bool) -> float:
        now = self._clock()
        due = await self._reader.run(lambda conn: timers.due(conn, now))
        if due:
            await asyncio.gather(*(self._road.take(_timer_arrival(timer, now)) for timer in due))
            await self._writer.run(lambda conn: timers.remove(conn, [timer.id for timer in due]))
            return 0.0
        at = await self._reader.run(timers.next_due)
        soonest = (at - self._clock()).total_seconds() if at else POLL_SECONDS
        return min(POLL_SECONDS, max(SHORTEST_WAIT, soonest))

    # What is left over

    async def _tidy(self, _woken: bool) -> float:
        if await self._reader.run(self._left_behind):
            await self._writer.run(self._give_up)
        await self._tell_the_road()
        around = (self._writer, self._reader, self._channels.text, self._clock)
        await reconcile(*around)
        return 0.0 if await empty(*around) else POLL_SECONDS

    def _left_behind(self, conn: Connection) -> bool:
        return follow_ups.left_behind(conn, self._clock())

    def _give_up(self, conn: Connection) -> int:
        return follow_ups.give_up_on(conn, self._clock())

    async def _tell_the_road(self) -> None:
        """Codes and notices that did not get through: the core decides what now."""
        rows = await self._reader.run(follow_ups.owed)
        for row in rows:
            arrival = await self._writer.run(lambda conn, one=row: _news(conn, one, self._clock()))  # type: ignore[misc]
            if arrival:
                await self._road.take(arrival)
            await self._writer.run(lambda conn, one=row: follow_ups.paid(conn, [one.id]))  # type: ignore[misc]


def _timer_arrival(timer: timers.Timer, now: datetime) -> Arrival:
    event = WaitEnded(timer.reason, timer.state, timer.entered_turn)
    return Arrival("timer", timer.provider_id, event, now, conversation_id=timer.conversation_id)


def _news(conn: Connection, row: Row[Any], now: datetime) -> Arrival | None:
    if row.follow_up == "code_undelivered" and row.conversation_id is not None:
        lost = CodeUndelivered(row.channel, tuple(row.person_ids))
        return Arrival("outbox", f"{row.id}:code", lost, now, conversation_id=row.conversation_id)
    mail = follow_ups.mail_of(conn, row.notice_of) if row.channel == "text" and row.notice_of else None
    if mail is None:
        return None
    place = Place(row.practice_id, "email", mail)
    conversation_id, _ = conversations.begun(conn, {place})[place]
    return Arrival("outbox", f"{row.id}:mail", NoticeDue(row.notice_of), now, "email", conversation_id=conversation_id)
