"""How long the balance page takes with 50 visits on it, over loopback.

    python -m benchmarks.page [--visits 50] [--times 400]

The floor answers, in the same run, with the same bytes from memory: what is left is the database and the drawing.
"""

import argparse
import asyncio
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import aiohttp
from aiohttp import web

from bot.app import ENGINE, make_app, make_runner
from bot.imports import Into, import_file
from bot.practice_file import parse_practice
from bot.practices import apply
from bot.settings import load_settings
from bot.store import page_sessions
from bot.store.page_sessions import NewSession
from bot.web import keys
from conversations.conversation import Proof

PORT, FLOOR_PORT = 9351, 9352
FILE = {"slug": "harbor", "name": "Harbor Family Med", "phone": "+12065550142", "time_zone": "America/Los_Angeles"}
TARGET_MS = 20
COLUMNS = "charge_id,patient_id,service_date,patient_owes,provider,encounter_id,location,description,billed"


def furnish(app: web.Application, folder: Path, visits: int) -> str:
    """A practice, a patient, so many itemised visits; the cookie of who looks at them."""
    now, engine, world = datetime.now(UTC), app[ENGINE], app[keys.WORLD]
    with engine.begin() as conn:
        apply(conn, parse_practice(FILE), now)
    world.practices.forget()
    into = Into(engine, 1, now)
    day = date(2026, 5, 6)
    rows = [
        f"C{n},P1,{day - timedelta(days=n)},{20 + n}.00,Dr. Okafor,E{n},Harbor North,Office visit,{120 + n}.00,100.00"
        for n in range(visits)
    ]
    for kind, text in (
        ("patients", "patient_id,first_name,last_name\nP1,Ana,Ruiz\n"),
        ("charges", "\n".join((f"{COLUMNS},insurance_paid", *rows, ""))),
    ):
        path = folder / f"{kind}.csv"
        path.write_text(text, "utf-8")
        import_file(into, kind, path)
    new = NewSession(1, None, None, (1,), Proof.PERSON, "en", now)
    with engine.begin() as conn:
        return page_sessions.start(conn, world.keys, new)


def floor(page: Path) -> None:
    """Answers with a file's bytes; until it is stopped."""
    body = page.read_bytes()

    async def balance(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="text/html")

    app = web.Application()
    app.router.add_get("/pay/harbor/balance", balance)
    web.run_app(app, host="127.0.0.1", port=FLOOR_PORT, print=None, access_log=None)


def serve(folder: Path, visits: int) -> None:
    """The whole server, furnished; tells its cookie when it is ready."""
    asyncio.run(_serve(folder, visits))


async def _serve(folder: Path, visits: int) -> None:
    env = {
        "PAYBOT_DATA_DIR": str(folder),
        "PAYBOT_PUBLIC_URL": f"http://127.0.0.1:{PORT}",
        "PAYBOT_LISTEN": f"127.0.0.1:{PORT}",
        "PAYBOT_MAIL_LISTEN": "",
        "PAYBOT_LOG_LEVEL": "warning",
    }
    app = make_app(load_settings(env, env_file=None))
    runner = make_runner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", PORT).start()
    print(furnish(app, folder, visits), flush=True)
    await asyncio.Event().wait()


async def look(port: int, cookie: str, times: int) -> tuple[list[float], bytes]:
    """Milliseconds of each of so many looks, one after the other, on one connection; and the page."""
    took: list[float] = []
    body = b""
    async with aiohttp.ClientSession(cookies={"paybot": cookie}) as browser:
        for _ in range(times):
            began = time.perf_counter()
            async with browser.get(f"http://127.0.0.1:{port}/pay/harbor/balance") as answer:
                body = await answer.read()
                if answer.status != 200:
                    raise SystemExit(f"the page answered {answer.status}")
            took.append((time.perf_counter() - began) * 1000)
    return took[times // 10 :], body


def measure(visits: int, times: int) -> None:
    """Both, and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        ours = _start("serve", folder, str(visits))
        try:
            assert ours.stdout
            cookie = ours.stdout.readline().strip()
            took, body = asyncio.run(look(PORT, cookie, times))
            page = Path(folder) / "page.html"
            page.write_bytes(body)
        finally:
            ours.terminate()
            ours.wait(20)
        below = _start("floor", str(page))
        try:
            _wait_for(FLOOR_PORT)
            floor_took, _ = asyncio.run(look(FLOOR_PORT, cookie, times))
        finally:
            below.terminate()
            below.wait(20)
    if (shown := body.count(b'<details class="visit"')) != visits:
        raise SystemExit(f"the page shows {shown} visits")
    median, floor_median = statistics.median(took), statistics.median(floor_took)
    high = statistics.quantiles(took, n=100)[98]
    print(f"balance page, {visits} visits, {len(body) / 1024:.0f} KB: median {median:.1f} ms, p99 {high:.1f} ms")
    print(f"floor (the same bytes from memory): median {floor_median:.2f} ms; ratio {median / floor_median:.1f}")
    if median >= TARGET_MS:
        raise SystemExit(f"the target is under {TARGET_MS} ms at the median")


def _start(*what: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-m", "benchmarks.page", *what], stdout=subprocess.PIPE, text=True)


def _wait_for(port: int) -> None:
    for _ in range(500):
        with socket.socket() as sock:
            if sock.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise SystemExit("the floor does not answer")


def main() -> None:
    """Measure and print."""
    if sys.argv[1:2] == ["serve"]:
        return serve(Path(sys.argv[2]), int(sys.argv[3]))
    if sys.argv[1:2] == ["floor"]:
        return floor(Path(sys.argv[2]))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visits", type=int, default=50)
    parser.add_argument("--times", type=int, default=400)
    given = parser.parse_args()
    return measure(given.visits, given.times)


if __name__ == "__main__":
    main()
