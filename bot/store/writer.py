"""The way in: one thread with one connection writes, a small pool of threads reads."""

import asyncio
import threading
import weakref
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from bot.store.engine import reader
from bot.store.pipeline import connect_for_writing, hang_up

T = TypeVar("T")
Work = Callable[[], None]
Source = Callable[[], Work | None]

TRY_AGAIN = frozenset({"40001", "40P01"})
"""PostgreSQL gave up on us for another's sake: serialization failure, deadlock."""


class WriterThread:
    """The thread. Its sources come first, then one job of the queue, and round again: nobody waits for ever."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine = engine
        self.wake = threading.Condition()
        self._sources: list[Source] = []
        self._jobs: deque[Work] = deque()
        self._closing = False
        self._committing = False
        self._conn: Connection | None = None
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def put(self, job: Work) -> None:
        """Do this when the sources have had their turn. It must not raise."""
        with self.wake:
            if self._closing:
                raise RuntimeError("the writer is closed")
            self._jobs.append(job)
            self.wake.notify()

    def add(self, source: Source) -> None:
        """Ask this one for work before every job; it is called with `wake` held, and notifies it."""
        with self.wake:
            self._sources.append(source)

    def drop(self, source: Source) -> None:
        """Ask it no more; with `wake` held."""
        self._sources.remove(source)

    def transact(self, fn: Callable[[Connection], T]) -> T:
        """In this thread: one transaction, tried again once when another one pushed it aside or the line was cut."""
        try:
            return self._once(fn)
        except DBAPIError as error:
            # A line cut during the commit leaves open whether it happened: that must not be done twice.
            cut = error.connection_invalidated and not self._committing
            if not cut and getattr(error.orig, "sqlstate", None) not in TRY_AGAIN:
                raise
        return self._once(fn)

    def close(self) -> None:
        """Finish what waits, then stop."""
        with self.wake:
            self._closing = True
            self.wake.notify_all()
        self._thread.join()

    def _once(self, fn: Callable[[Connection], T]) -> T:
        if self._conn is None:
            self._conn = connect_for_writing(self.engine)
        self._committing = False
        try:
            with self._conn.begin():
                result = fn(self._conn)
                self._committing = True
        except DBAPIError:
            self._hang_up()
            raise
        return result

    def _hang_up(self) -> None:
        if self._conn is not None:
            conn, self._conn = self._conn, None
            hang_up(conn)

    def _work(self) -> None:
        while True:
            with self.wake:
                while not (works := self._next()) and not self._closing:
                    self.wake.wait()
            if not works:
                break
            for work in works:
                work()
        self._hang_up()

    def _next(self) -> list[Work]:
        works = [work for source in self._sources if (work := source())]
        if self._jobs:
            works.append(self._jobs.popleft())
        return works


_threads: weakref.WeakKeyDictionary[Engine, tuple[WriterThread, list[object]]] = weakref.WeakKeyDictionary()


class Writer:
    """A way to the writing thread. On SQLite all writers of an engine share one: a second would wait for its lock."""

    def __init__(self, engine: Engine, name: str = "writer") -> None:
        self.thread = self._join(engine, name)

    async def run(self, fn: Callable[[Connection], T]) -> T:
        """One transaction. Giving up waiting for it does not undo it."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def done(result: Future[T]) -> None:
            loop.call_soon_threadsafe(_settle, future, result)

        self._submit(fn).add_done_callback(done)
        return await future

    def call(self, fn: Callable[[Connection], T]) -> T:
        """The same from code that is not async; it blocks."""
        return self._submit(fn).result()

    def close(self) -> None:
        """The last one out closes the thread."""
        shared = _threads.get(self.thread.engine)
        if shared and shared[0] is self.thread:
            shared[1].remove(self)
            if shared[1]:
                return
            del _threads[self.thread.engine]
        self.thread.close()

    def _join(self, engine: Engine, name: str) -> WriterThread:
        if engine.dialect.name != "sqlite":
            return WriterThread(engine, name)
        if engine not in _threads:
            _threads[engine] = (WriterThread(engine, name), [])
        thread, users = _threads[engine]
        users.append(self)
        return thread

    def _submit(self, fn: Callable[[Connection], T]) -> Future[T]:
        future: Future[T] = Future()

        def job() -> None:
            try:
                future.set_result(self.thread.transact(fn))
            except BaseException as error:  # noqa: BLE001 - it belongs to whoever waits, not to the thread
                future.set_exception(error)

        self.thread.put(job)
        return future


class Reader:
    """Reads beside the writer, in a few threads."""

    def __init__(self, engine: Engine, threads: int = 4) -> None:
        self._engine = reader(engine)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="reader")

    async def run(self, fn: Callable[[Connection], T]) -> T:
        """One read-only transaction."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.call, fn)

    def call(self, fn: Callable[[Connection], T]) -> T:
        """The same, here and now."""
        with self._engine.connect() as conn:
            return fn(conn)

    def close(self) -> None:
        """Stop the threads."""
        self._pool.shutdown()


def _settle(future: "asyncio.Future[T]", result: "Future[T]") -> None:
    if future.done():
        return
    if error := result.exception():
        future.set_exception(error)
    else:
        future.set_result(result.result())
