"""Who sends a request byte by byte, does not read its answer or stays for nothing, is hung up on."""

import asyncio
import gc
import resource
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Protocol

import pytest
from aiohttp import web

from bot.loop import make_loop
from bot.web.connections import PATIENCE, Connection, Patience, Runner, room
from bot.web.door import Door
from bot.web.forms import read_body

pytestmark = pytest.mark.parametrize("loop", [asyncio.new_event_loop, make_loop], ids=["asyncio", "uvloop"])
Loop = Callable[[], asyncio.AbstractEventLoop]
Caller = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Call(Protocol):
    """Opens a connection and says that much."""

    async def __call__(self, said: bytes = b"") -> Caller: ...


HASTY = Patience(head=0.3, reading=0.3, idle=0.3, most=20)
ASKED = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
SAID = {"Cache-Control": "no-store"}
SECRET = "what a patient wrote"
LARGE = b"x" * 20_000_000


def on(loop: Loop, story: Coroutine[None, None, None]) -> None:
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(story)


async def read(request: web.Request) -> web.Response:
    return web.Response(body=await read_body(request))


async def cut(request: web.Request) -> web.Response:
    """Hung up on just before its body is read."""
    assert isinstance(request.protocol, Connection)
    request.protocol.hang_up()
    return await read(request)


@asynccontextmanager
async def listening(patience: Patience) -> AsyncIterator[Call]:
    """How to call a server of its own: `/` is quick, `/slow` thinks for a while, `/large` has much to say."""

    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(1)
        return web.Response(text="slow")

    async def large(_: web.Request) -> web.Response:
        return web.Response(body=LARGE)

    async def quick(_: web.Request) -> web.Response:
        return web.Response(text="quick")

    async def broken(_: web.Request) -> web.Response:
        raise LookupError(SECRET)

    async def gone(_: web.Request) -> web.Response:
        raise ConnectionResetError

    app = web.Application()

    doors = {"/": quick, "/slow": slow, "/large": large, "/broken": broken, "/gone": gone}
    app.add_routes([web.get(path, door) for path, door in doors.items()])
    app.add_routes([web.post("/read", read), web.post("/cut", cut)])
    runner = Runner(app, SAID, patience, access_log=None, shutdown_timeout=1)
    await runner.setup()
    door = Door(runner, "127.0.0.1", 0)
    await door.start()
    callers: list[asyncio.StreamWriter] = []

    async def call(said: bytes = b"") -> Caller:
        reader, writer = await asyncio.open_connection(*runner.addresses[0])
        callers.append(writer)
        writer.write(said)
        return reader, writer

    try:
        yield call
    finally:
        for writer in callers:
            writer.transport.abort()
        await asyncio.gather(*(writer.wait_closed() for writer in callers), return_exceptions=True)
        await runner.cleanup()


async def rest(reader: asyncio.StreamReader, seconds: float = 5) -> bytes:
    """All until the other side hangs up."""
    async with asyncio.timeout(seconds):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


async def answer(reader: asyncio.StreamReader) -> bytes:
    """One answer of a connection that stays."""
    async with asyncio.timeout(5):
        head = await reader.readuntil(b"\r\n\r\n")
        return head + await reader.readexactly(int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0]))


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> float:
    """A head that never ends, a byte at a time: for how long it was listened to."""
    begun = asyncio.get_running_loop().time()
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    async with asyncio.timeout(5):
        while not reader.at_eof():
            try:
                writer.write(b"a")
                await writer.drain()
                await asyncio.wait_for(reader.read(1), 0.02)
            except TimeoutError:
                continue
            except ConnectionError:
                break
    return asyncio.get_running_loop().time() - begun


def test_a_head_that_comes_byte_by_byte_is_cut_off(loop: Loop) -> None:
    async def story() -> None:
        async with listening(replace(HASTY, idle=60)) as call:
            assert 0.2 < await drip(*await call()) < 1

    on(loop, story())


def test_so_is_the_second_head_of_a_connection(loop: Loop) -> None:
    async def story() -> None:
        async with listening(replace(HASTY, idle=60)) as call:
            reader, writer = await call(ASKED)
            assert b"quick" in await answer(reader)
            await asyncio.sleep(0.4)  # the timer of the first one has run out: nobody was in its way
            writer.write(ASKED)
            assert b"quick" in await answer(reader)
            assert 0.2 < await drip(reader, writer) < 1

    on(loop, story())


def test_a_head_in_pieces_is_heard(loop: Loop) -> None:
    async def story() -> None:
        async with listening(HASTY) as call:
            reader, writer = await call()
            for letter in ASKED:
                writer.write(bytes([letter]))
                await asyncio.sleep(0.002)
            assert b"quick" in await answer(reader)

    on(loop, story())


def test_who_calls_and_says_nothing_is_hung_up_on(loop: Loop) -> None:
    async def story() -> None:
        async with listening(replace(HASTY, idle=60)) as call:
            reader, _ = await call()
            assert await rest(reader, 2) == b""

    on(loop, story())


def test_who_was_answered_may_stay_for_longer_than_a_head_takes(loop: Loop) -> None:
    async def story() -> None:
        async with listening(replace(HASTY, head=0.1, idle=0.6)) as call:
            reader, writer = await call(ASKED)
            await answer(reader)
            await asyncio.sleep(0.3)
            writer.write(ASKED)
            assert b"quick" in await answer(reader)
            assert await rest(reader, 2) == b""

    on(loop, story())


def test_a_handler_may_take_longer_than_a_head(loop: Loop) -> None:
    async def story() -> None:
        async with listening(HASTY) as call:
            reader, _ = await call(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"slow" in await answer(reader)

    on(loop, story())


def test_who_does_not_read_the_answer_is_hung_up_on(loop: Loop) -> None:
    async def story() -> None:
        async with listening(HASTY) as call:
            reader, writer = await call()
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
            await asyncio.sleep(1)
            writer.transport.resume_reading()  # type: ignore[attr-defined]
            assert len(await rest(reader)) < len(LARGE)

    on(loop, story())


def test_who_reads_it_slowly_gets_all_of_it(loop: Loop) -> None:
    async def story() -> None:
        async with listening(replace(HASTY, reading=5)) as call:
            reader, _ = await call(b"GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            heard = 0
            async with asyncio.timeout(10):
                while some := await reader.read(1_000_000):
                    heard += len(some)
                    await asyncio.sleep(0.01)
            assert heard > len(LARGE)

    on(loop, story())


def test_who_waits_without_asking_makes_room_for_who_asks(loop: Loop) -> None:
    async def story() -> None:
        async with listening(replace(PATIENCE, most=20, fresh=0)) as call:
            regular = await call(ASKED)
            await answer(regular[0])
            strangers = [await call() for _ in range(40)]
            for _ in range(5):
                reader, _ = await call(ASKED)
                assert b"quick" in await answer(reader)
            gone = await asyncio.gather(*(rest(one[0], 0.5) for one in strangers), return_exceptions=True)
            assert gone.count(b"") >= 20
            regular[1].write(ASKED)
            assert b"quick" in await answer(regular[0])

    on(loop, story())


def test_who_has_just_called_is_not_the_first_to_go(loop: Loop) -> None:
    async def story() -> None:
        async with listening(replace(PATIENCE, most=20)) as call:
            for _ in range(20):
                await answer((await call(ASKED))[0])
            fresh = await asyncio.gather(*(call() for _ in range(20)))
            for reader, writer in fresh:
                writer.write(ASKED)
                assert b"quick" in await answer(reader)

    on(loop, story())


@pytest.mark.parametrize("path", [b"/read", b"/nowhere"])
def test_bodies_that_do_not_end_shut_nobody_out(loop: Loop, path: bytes) -> None:
    async def story() -> None:
        async with listening(replace(PATIENCE, most=20)) as call:
            for _ in range(40):
                await call(b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nbody")
            await asyncio.sleep(0.1)
            for _ in range(5):
                reader, _ = await call(ASKED)
                assert b"quick" in await answer(reader)

    on(loop, story())


def test_nor_do_answers_that_nobody_takes(loop: Loop) -> None:
    async def story() -> None:
        async with listening(replace(PATIENCE, most=4)) as call:
            for _ in range(4):
                _, writer = await call()
                writer.transport.pause_reading()  # type: ignore[attr-defined]
                writer.write(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
            await asyncio.sleep(0.2)
            reader, _ = await call(ASKED)
            assert b"quick" in await answer(reader)

    on(loop, story())


def test_there_is_room_as_the_system_lets_us_open_files(loop: Loop) -> None:
    def told(limits: str) -> str:
        ours = "from bot.web.connections import room; print(room(1000), room(4000))"
        done = ["sh", "-c", f"{limits} && exec {sys.executable} -c '{ours}'"]
        return subprocess.run(done, capture_output=True, text=True, check=True).stdout.strip()

    assert told("ulimit -S -n 700") == "1000 4000"
    assert told("ulimit -n 1024") == "524 524"
    assert told("ulimit -n 300") == "150 150"


def test_a_system_that_gives_no_more_files_is_no_reason_not_to_start(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int, __: tuple[int, int]) -> None:
        raise PermissionError

    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, resource.RLIM_INFINITY))
    monkeypatch.setattr(resource, "setrlimit", refuse)
    assert room(4000) == 524


def test_where_all_are_served_the_newest_is_told_at_once(loop: Loop, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with listening(replace(PATIENCE, most=3)) as call:
            served = [await call(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n") for _ in range(3)]
            await asyncio.sleep(0.1)
            reader, _ = await call(ASKED)
            assert await rest(reader, 0.5) == b""
            for one, _ in served:
                assert b"slow" in await answer(one)

    on(loop, story())
    gc.collect()  # what a task failed with is told once it goes
    assert caplog.records == []


@pytest.mark.parametrize(
    "said",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello, TLS\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 9000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 500 + b"\r\n",
        b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\xff\xfe\r\n\r\n",
    ],
    ids=["tls", "long-header", "two-lengths", "many-headers", "long-path", "version", "bytes"],
)
def test_what_is_no_request_is_refused_without_a_version_or_a_quote(
    loop: Loop, said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        async with listening(HASTY) as call:
            reader, _ = await call(said)
            told = await rest(reader)
            assert told.startswith(b"HTTP/1.0 400")
            assert b"\r\nServer: paybot\r\n" in told
            assert b"\r\nCache-Control: no-store\r\n" in told
            assert told.endswith(b"\r\n\r\nThis is no HTTP request that can be read.\n")

    on(loop, story())
    assert caplog.records == []


def test_what_breaks_outside_is_told_by_its_place_only(loop: Loop, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with listening(HASTY) as call:
            reader, _ = await call(b"GET /broken HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n")
            told = await rest(reader)
            assert told.startswith(b"HTTP/1.1 500")
            assert b"\r\nServer: paybot\r\n" in told
            assert told.endswith(b"\r\n\r\nSomething went wrong on our side. Please try again.\n")

    on(loop, story())
    (record,) = caplog.records
    assert "LookupError while answering (outside)" in record.getMessage()
    assert "in broken" in record.getMessage()
    assert SECRET not in caplog.text


def test_who_goes_in_the_middle_leaves_no_trace(loop: Loop, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with listening(HASTY) as call:
            reader, _ = await call(b"GET /gone HTTP/1.1\r\nHost: x\r\n\r\n")
            assert await rest(reader) == b""

    on(loop, story())
    assert caplog.records == []


def test_nor_does_who_is_hung_up_on_before_the_body_is_read(loop: Loop, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with listening(HASTY) as call:
            reader, _ = await call(b"POST /cut HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nbody")
            assert await rest(reader) == b""

    on(loop, story())
    assert caplog.records == []
