"""Inbound texts through the whole pipeline, against a bare handler and against the usual Flask application.

    python -m benchmarks.inbound [--texts 6000] [--rounds 3] [--postgres]

One server process each, signed webhooks at concurrency 32 from this process. The rounds of floor, paybot and Flask take
turns, so that what else the machine does hits all of them; medians are compared. Then single texts on the idle server:
how long until the reply reaches the stand-in for the provider's REST address. The practice's own pace is set to 10
segments a second, because at the default of one a second the pace is all that would be measured there; replies leave at
that pace while the rounds run. The patients have no mail address, so that no mail server is measured.

This process, the load, keeps to one core while it measures; the servers may use all. Left free on two cores, Linux
often lets it share the core of the loop that it waits for while the other core idles, and its work is then taken for
a server's: paybot's, whose texts come in batches, more than the floor's.
"""

import argparse
import asyncio
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from urllib.request import urlopen

from aiohttp import web

from benchmarks.load import ACCOUNT, OURS, TOKEN, Run, fire, phone, webhook
from tests.servers.postgres import running_postgres

PATIENTS = 4000
WORDS = ("balance", "How much do I owe?", "pay", "can i pay 50 today", "Hola, cuanto debo?", "thanks", "asdf", "help",
         "is this a scam?", "i'll stop by tomorrow")  # fmt: skip
PORTS = {"floor": 9321, "flask": 9322, "paybot": 9323, "provider": 9324}
PRACTICE = f"""
slug = "harbor"
name = "Harbor Family Med"
phone = "+12065550142"
text_numbers = ["{OURS}"]
zip = "98101"
time_zone = "America/Los_Angeles"
[sending]
segments_per_second = 10
segments_per_day = 1000000
"""


def texts(name: str, count: int, first: int) -> list[bytes]:
    """`count` webhooks from many phones; `first` keeps message ids apart between rounds."""
    url = f"http://127.0.0.1:{PORTS[name]}"
    return [webhook(url, n % PATIENTS, WORDS[n % len(WORDS)], base=f"SM{first + n:08x}") for n in range(count)]


@contextmanager
def one_core() -> Iterator[None]:
    """This process keeps to one of the cores it has; what it has started before keeps all of them."""
    every = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(every)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, every)


@contextmanager
def running(*command: str, ready: str, env: Mapping[str, str] | None = None) -> Iterator[int]:
    """A server as a process of its own; yields its process id once `ready` answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command], env={**os.environ, **(env or {})}, stdout=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            try:
                urlopen(ready, timeout=1)
                break
            except OSError as error:
                if getattr(error, "code", 0):
                    break
                time.sleep(0.05)
        yield process.pid
    finally:
        process.kill()  # not asked to finish its calls: the provider's stand-in lives in this very process
        process.wait()


def prepare(folder: Path, env: Mapping[str, str]) -> None:
    """A practice with patients who owe something, through the commands that users have."""
    (folder / "harbor.toml").write_text(PRACTICE)
    with (folder / "patients.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("patient_id", "first_name", "last_name", "phone", "email", "zip", "text_consent",
                       "text_consent_source", "text_consent_at"))  # fmt: skip
        rows.writerows(
            (f"P{n}", "Ana", f"Ruiz{n}", phone(n), "", "98101", "yes", "form", "2026-01-05") for n in range(PATIENTS)
        )
    with (folder / "charges.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("charge_id", "patient_id", "service_date", "patient_owes"))
        rows.writerows(
            (f"C{n}", f"P{n % PATIENTS}", f"2026-0{n // PATIENTS + 3}-14", "64.50") for n in range(2 * PATIENTS)
        )
    for command in (
        ("migrate",),
        ("practice", "apply", "harbor.toml"),
        ("import", "patients", "patients.csv", "--practice", "harbor"),
        ("import", "charges", "charges.csv", "--practice", "harbor"),
    ):
        subprocess.run(
            [sys.executable, "-m", "bot", *command],
            cwd=folder,
            env={**os.environ, **env},
            check=True,
            stdout=subprocess.DEVNULL,
        )


def peak_memory(pid: int) -> float:
    """The most memory the process ever held, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


class Provider:
    """A stand-in for the provider's REST address that notes when a reply arrived."""

    def __init__(self) -> None:
        self.arrived: dict[str, float] = {}
        self.waiting: dict[str, asyncio.Event] = {}
        self.count = 0

    async def messages(self, request: web.Request) -> web.Response:
        """Accept a message as Twilio does."""
        form = await request.post()
        to = str(form["To"])
        self.arrived[to] = time.perf_counter()
        self.count += 1
        if to in self.waiting:
            self.waiting[to].set()
        body = {"sid": f"SM{self.count:032x}", "status": "queued", "to": to, "account_sid": ACCOUNT}
        return web.json_response(body, status=201)

    async def start(self) -> web.AppRunner:
        """Listen."""
        app = web.Application()
        app.router.add_post("/2010-04-01/Accounts/{sid}/Messages.json", self.messages)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", PORTS["provider"]).start()
        return runner


async def lone(provider: Provider, count: int) -> list[float]:
    """Seconds from sending one text to an idle server until its reply reaches the provider."""
    url, times = f"http://127.0.0.1:{PORTS['paybot']}", []
    for n in range(count):
        to = phone(n)
        provider.waiting[to] = asyncio.Event()
        began = time.perf_counter()
        await fire(PORTS["paybot"], [webhook(url, n, "help", base="SM77777777")], concurrency=1)
        await asyncio.wait_for(provider.waiting[to].wait(), 10)
        times.append(provider.arrived[to] - began)
        await asyncio.sleep(0.12)  # the lane's own pace is not what is measured
    return times


async def measure(options: argparse.Namespace, env: Mapping[str, str], folder: Path) -> None:
    """Run the rounds and print."""
    provider = Provider()
    runner = await provider.start()
    names = ("floor", "paybot", "flask")
    runs: dict[str, list[Run]] = {name: [] for name in names}
    health = {name: f"http://127.0.0.1:{PORTS[name]}/healthz" for name in names}
    with (
        running("benchmarks.floor", str(PORTS["floor"]), ready=health["floor"]),
        running("benchmarks.flask_app", str(PORTS["flask"]), str(folder / "flask.db"), ready=health["flask"]),
        running("bot", "serve", ready=health["paybot"], env=env) as pid,
        one_core(),
    ):
        alone = await lone(provider, 200)
        for name in names:
            await fire(PORTS[name], texts(name, 300, 900_000))
        for turn in range(options.rounds):
            for name in names:
                count = options.texts if name != "flask" else options.texts // 6
                runs[name].append(await fire(PORTS[name], texts(name, count, turn * options.texts)))
        memory = peak_memory(pid)
    await runner.cleanup()
    report(options, runs, alone, memory)


def report(
    options: argparse.Namespace, runs: Mapping[str, Sequence[Run]], alone: Sequence[float], memory: float
) -> None:
    """Say what came out."""
    rate = {name: statistics.median(run.rate for run in of) for name, of in runs.items()}
    p99 = {name: statistics.median(run.p99 for run in of) for name, of in runs.items()}
    print(f"\n{'server':<10}{'texts/s':>10}{'of floor':>10}{'p99 ms':>10}{'refused':>10}")
    for name, of in runs.items():
        refused = sum(run.refused for run in of)
        print(f"{name:<10}{rate[name]:>10.0f}{rate[name] / rate['floor']:>10.2f}{p99[name] * 1000:>10.1f}{refused:>10}")
    print(f"\npaybot on {'PostgreSQL' if options.postgres else 'SQLite, synchronous=FULL'}")
    print(f"  {rate['paybot'] / rate['floor']:.2f} of the bare handler")
    print(f"  {rate['paybot'] / rate['flask']:.1f} times the Flask application")
    print(f"  peak memory of the server {memory:.0f} MB")
    quick = statistics.median(alone) * 1000
    print(f"  a lone text: reply at the provider after {quick:.1f} ms (median of {len(alone)}), "
          f"{sorted(alone)[int(len(alone) * 0.99)] * 1000:.1f} ms at the 99th percentile")  # fmt: skip


def main() -> None:
    """Set up and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=6000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as name,
        running_postgres(durable=True) if options.postgres else nullcontext() as postgres,
    ):
        folder = Path(name)
        env = {
            "PAYBOT_DATA_DIR": str(folder / "data"),
            "PAYBOT_PUBLIC_URL": f"http://127.0.0.1:{PORTS['paybot']}",
            "PAYBOT_LISTEN": f"127.0.0.1:{PORTS['paybot']}",
            "PAYBOT_SMS": "twilio",
            "PAYBOT_TWILIO_ACCOUNT_SID": ACCOUNT,
            "PAYBOT_TWILIO_AUTH_TOKEN": TOKEN,
            "PAYBOT_TWILIO_API_URL": f"http://127.0.0.1:{PORTS['provider']}",
            "PAYBOT_TWILIO_OPT_OUT": "self",
        }
        if postgres:
            env |= {"PAYBOT_DATABASE_URL": postgres.url(postgres.create()), "PAYBOT_SECRET_KEY": "benchmark " * 5}
        prepare(folder, env)
        asyncio.run(measure(options, env, folder))


if __name__ == "__main__":
    main()
