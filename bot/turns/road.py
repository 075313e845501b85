"""The road inward: arrivals are collected while a batch commits, and become the next batch."""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection, Engine

from bot.clock import Clock
from bot.store.writer import Work, Writer
from bot.tallies import Batches
from bot.turns.arrivals import Advance, Arrival, Ended, Prepare, Taken, World
from bot.turns.batch import is_poison, shunt, take_batch, take_now

__all__ = ["Advance", "Arrival", "Ended", "Prepare", "Road", "Taken", "World", "take_batch", "take_now"]

LARGEST_BATCH = 64
CALM_TURNS = 16
"""Of the loop, without anything new for us. In three a request that has come in is read, understood and put down; the
others, a tenth of a millisecond, let those in who were answered a moment ago and have more to say."""

Answer = Taken | BaseException
Meanwhile = Callable[[], Awaitable[object]]


class Waiting(NamedTuple):
    """An arrival, and who waits for it."""

    arrival: Arrival
    kept: "asyncio.Future[Taken]"
    decided: "asyncio.Future[None] | None"


Release = Callable[[list[Waiting], list[Answer]], None]


class Road:
    """Takes arrivals into the database in batches; on PostgreSQL in several lanes, if that is wanted.

    Arrivals with one `lane_key` keep to one lane and to their order. A text and a timer of the same conversation have
    different keys and may be in two lanes: there the lock on its row keeps their turns apart.
    """

    def __init__(self, engine: Engine, world: World, clock: Clock, lanes: int = 1) -> None:
        self.clock = clock
        self.on_outbox: list[Callable[[], None]] = []
        """Called in the loop after a batch that wrote to the outbox or set a timer."""
        self.on_orders: list[Callable[[], None]] = []
        """Called in the loop after a batch that ordered something about money."""
        many = lanes if engine.dialect.name == "postgresql" else 1
        self._writers = [Writer(engine, f"road-{n}") for n in range(many)]
        self._lanes = [_Lane(writer, world, self._answer) for writer in self._writers]
        self.taken: Counter[tuple[str, str]] = Counter()
        self.batches = tuple(lane.batches for lane in self._lanes)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._open = False

    @property
    def writer(self) -> Writer:
        """The first lane's writer, for work that goes behind the arrivals: on SQLite there is only this one."""
        return self._writers[0]

    def start(self) -> None:
        """Begin, in the running loop."""
        self._loop, self._open = asyncio.get_running_loop(), True
        for lane in self._lanes:
            lane.start()

    async def take(self, arrival: Arrival, meanwhile: Meanwhile | None = None) -> Taken:
        """What became of it, once that is committed. Raises when nothing could be kept: the sender should try again.

        `meanwhile` is awaited during the commit, when the thread that writes needs no interpreter: for whatever an
        answer needs, and what does no harm should the commit fail.
        """
        if self._loop is None or not self._open:
            raise RuntimeError("the road is closed")
        kept: asyncio.Future[Taken] = self._loop.create_future()
        decided: asyncio.Future[None] | None = self._loop.create_future() if meanwhile else None
        lanes = self._lanes
        lanes[hash(arrival.lane_key) % len(lanes) if len(lanes) > 1 else 0].put(Waiting(arrival, kept, decided))
        if meanwhile and decided:
            await decided
            await meanwhile()
        return await kept

    async def close(self) -> None:
        """Take what has arrived, then stop."""
        self._open = False
        for lane in self._lanes:
            lane.stop()
        for writer in self._writers:
            await asyncio.to_thread(writer.close)
        # The last batch's answers were handed to the loop while the threads ended.
        await asyncio.sleep(0)

    def _answer(self, batch: list[Waiting], answers: list[Answer]) -> None:
        woke = ordered = False
        for (arrival, future, _), answer in zip(batch, answers, strict=True):
            if isinstance(answer, BaseException):
                if not future.done():
                    future.set_exception(answer)
                continue
            woke, ordered = woke or answer.woke, ordered or answer.ordered
            self.taken[arrival.provider, answer.outcome] += 1
            if not future.done():
                future.set_result(answer)
        for call in (*(self.on_outbox if woke else ()), *(self.on_orders if ordered else ())):
            call()


class _Lane:
    """Arrivals waiting for one writing thread.

    The thread and the loop share one interpreter, and each batch has costs of its own. So a batch begins when the loop
    has nothing else in hand: whatever its sockets had for us is in it, and no timer is needed.
    """

    def __init__(self, writer: Writer, world: World, release: Release) -> None:
        self._thread = writer.thread
        self._world = world
        self._release = release
        self._waiting: deque[Waiting] = deque()
        self._calm = 0
        self._watched = self._called = self._under_way = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self.batches = Batches()

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._thread.add(self._next)

    def stop(self) -> None:
        """Take what waits, behind what is under way, and then nothing more."""
        while batch := _pick(self._waiting):
            self._thread.put(partial(self._take, batch))
        self._thread.put(self._leave)

    def put(self, waiting: Waiting) -> None:
        self._waiting.append(waiting)
        self._stir()

    def _stir(self) -> None:
        """The loop has more to do: something came for us, or people wait for answers that it now sends."""
        self._calm = 0
        if not self._watched and self._loop:
            self._watched = True
            self._loop.call_soon(self._watch, self._loop)

    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        self._calm += 1
        if self._calm < CALM_TURNS and len(self._waiting) < LARGEST_BATCH:
            loop.call_soon(self._watch, loop)
            return
        self._watched = False
        if self._waiting and not self._under_way:
            self._under_way = True
            with self._thread.wake:
                self._called = True
                self._thread.wake.notify()

    def _next(self) -> Work | None:
        """Called with `wake` held, by the thread: it takes what came while it was waking up, too."""
        if not self._called:
            return None
        self._called = False
        batch = _pick(self._waiting)
        return partial(self._take, batch) if batch else None

    def _leave(self) -> None:
        with self._thread.wake:
            self._thread.drop(self._next)

    def _take(self, batch: list[Waiting]) -> None:
        arrivals = [one.arrival for one in batch]
        begun = time.perf_counter()
        answers = self._answers(arrivals, partial(self._tell, self._decided, batch))
        self.batches.add(len(batch), time.perf_counter() - begun)
        self._tell(self._taken, batch, answers)

    def _tell(self, what: Callable[..., None], *given: object) -> None:
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(what, *given)

    def _decided(self, batch: list[Waiting]) -> None:
        """Only the commit is left to do: nobody else needs the interpreter, and in a moment the loop will."""
        for one in batch:
            if one.decided and not one.decided.done():
                one.decided.set_result(None)
        self._stir()

    def _taken(self, batch: list[Waiting], answers: list[Answer]) -> None:
        self._under_way = False
        self._decided(batch)
        self._release(batch, answers)

    def _answers(self, arrivals: list[Arrival], decided: Callable[[], None] | None = None) -> list[Answer]:
        def turns(conn: Connection) -> list[Taken]:
            taken = take_batch(conn, arrivals, self._world)
            if decided:
                decided()
            return taken

        try:
            return list(self._thread.transact(turns))
        except Exception as error:  # noqa: BLE001 - whatever it was, it must not take the others with it
            if not is_poison(error):
                return [error] * len(arrivals)
            if len(arrivals) == 1:
                return [self._shunt(arrivals[0], error)]
            return [self._alone(arrival) for arrival in arrivals]

    def _alone(self, arrival: Arrival) -> Answer:
        return self._answers([arrival])[0]

    def _shunt(self, arrival: Arrival, error: Exception) -> Answer:
        try:
            return self._thread.transact(lambda conn: shunt(conn, arrival, error, self._world))
        except Exception as worse:  # noqa: BLE001 - nothing was kept: the door must say so
            return worse


def _pick(waiting: deque[Waiting]) -> list[Waiting]:
    """The next batch: in order of arrival, at most one of each `lane_key`; the others keep their places."""
    batch: list[Waiting] = []
    passed: list[Waiting] = []
    seen: set[object] = set()
    while waiting and len(batch) < LARGEST_BATCH:
        one = waiting.popleft()
        key = one.arrival.lane_key
        if key in seen:
            passed.append(one)
        else:
            seen.add(key)
            batch.append(one)
    waiting.extendleft(reversed(passed))
    return batch
