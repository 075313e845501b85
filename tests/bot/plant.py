"""Several processes as an operator starts them, on one PostgreSQL, before a Twilio and a mail relay on loopback."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiosmtpd.smtp import SMTP, Envelope, Session
from multidict import MultiDict, MultiDictProxy

from bot.web.signed import SIGNATURE, Signatures
from tests.bot.test_cli_serve import PAYBOT
from tests.bot.test_mail_out import Handler
from tests.harbor import OURS
from tests.servers.ports import free_port
from tests.stand_ins.twilio import ACCOUNT, TOKEN, StandIn

PUBLIC = "https://pay.harbor.example"
SMS = "/webhooks/twilio/sms"
DOMAIN = "mail.harbor.example"
AUTHSERV = "mx.harbor.example"


class Relay(Handler):
    """Keeps our mail, and says when the first one came."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived = asyncio.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        self.arrived.set()
        return answer


@dataclass
class Process:
    """One `paybot serve --only …`."""

    running: subprocess.Popen[bytes]
    port: int
    err: Path


@dataclass
class Plant:
    """The processes and what is around them."""

    folder: Path
    env: Mapping[str, str]
    web_port: int
    mail_port: int
    twilio: StandIn
    relay: Relay
    browser: aiohttp.ClientSession
    processes: list[Process] = field(default_factory=list)

    async def start(self, *parts: str) -> None:
        """Start one for each of these, all at once; returns when all are ready."""
        begun = [self._begin(part) for part in parts]
        await asyncio.gather(*(self._ready(one) for one in begun))

    def _begin(self, part: str) -> Process:
        port = free_port()
        err = self.folder / f"{part}-{port}.err"
        env = {**self.env, "PAYBOT_METRICS_LISTEN": f"127.0.0.1:{port}"}
        with err.open("wb") as file:
            command = [*PAYBOT, "serve", "--only", part]
            process = Process(subprocess.Popen(command, env=env, cwd=self.folder, stderr=file), port, err)
        self.processes.append(process)
        return process

    async def _ready(self, process: Process) -> None:
        async with asyncio.timeout(40):
            while True:
                assert process.running.poll() is None, process.err.read_text()
                try:
                    async with self.browser.get(f"http://127.0.0.1:{process.port}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    # Polling another process: there is no event to wait for.
                    await asyncio.sleep(0.05)

    async def text(self, body: str, phone: str, sid: str) -> None:
        """Twilio brings a text to the web process."""
        assert await self.brought(body, phone, sid) == 200

    async def brought(self, body: str, phone: str, sid: str, ours: str = OURS, account: str = ACCOUNT) -> int:
        """The same, by one of its accounts; what it is answered."""
        told = {"MessageSid": sid, "From": phone, "To": ours, "Body": body, "NumMedia": "0", "AccountSid": account}
        form = MultiDictProxy(MultiDict(told))
        signed = {SIGNATURE: Signatures((self.twilio.accounts[account],), PUBLIC).sign(SMS, form)}
        url = f"http://127.0.0.1:{self.web_port}{SMS}"
        async with self.browser.post(url, data=told, headers=signed) as answer:
            return answer.status

    async def answered_after(self, body: str, phone: str, sid: str) -> float:
        """The seconds from the acknowledgement of a text until its answer is at Twilio."""
        await self.text(body, phone, sid)
        begun = time.monotonic()
        async with asyncio.timeout(20):
            await self.twilio.arrived.acquire()
        return time.monotonic() - begun

    async def reached(self, texts: int) -> None:
        """So many more texts are at Twilio."""
        async with asyncio.timeout(40):
            for _ in range(texts):
                await self.twilio.arrived.acquire()

    async def sends(self) -> list[float]:
        """How many texts each process has handed over, as its metrics tell."""
        counts = []
        for process in self.processes:
            async with self.browser.get(f"http://127.0.0.1:{process.port}/metrics") as answer:
                lines = (await answer.text()).splitlines()
            counts += [float(one.split()[-1]) for one in lines if one.startswith("paybot_sends_total{")]
        return counts

    async def stop(self) -> str:
        """Tell all to go; what they wrote. They must go quietly."""
        for process in self.processes:
            process.running.send_signal(signal.SIGTERM)
        # In threads: the relay and Twilio live in this loop, and whoever goes says goodbye to them.
        codes = [await asyncio.to_thread(process.running.wait, 30) for process in self.processes]
        written = "".join(process.err.read_text() for process in self.processes)
        assert codes == [0] * len(codes), written
        return written


@asynccontextmanager
async def open_plant(folder: Path, database_url: str, redis_url: str = "memory://") -> AsyncIterator[Plant]:
    """What is around the processes; they themselves are started by the test."""
    web_port, mail_port, relay = free_port(), free_port(), Relay()
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as opened:
        twilio = await opened.enter_async_context(StandIn())
        browser = await opened.enter_async_context(aiohttp.ClientSession())
        sink = await loop.create_server(lambda: SMTP(relay, hostname="relay.example", loop=loop), "127.0.0.1", 0)
        opened.callback(sink.close)
        ours = {
            "PAYBOT_DATA_DIR": str(folder),
            "PAYBOT_DATABASE_URL": database_url,
            "PAYBOT_REDIS_URL": redis_url,
            "PAYBOT_SECRET_KEY": "a key for tests",
            "PAYBOT_PUBLIC_URL": PUBLIC,
            "PAYBOT_LISTEN": f"127.0.0.1:{web_port}",
            "PAYBOT_SMS": "twilio",
            "PAYBOT_TWILIO_ACCOUNT_SID": ACCOUNT,
            "PAYBOT_TWILIO_AUTH_TOKEN": TOKEN,
            "PAYBOT_TWILIO_API_URL": twilio.url,
            "PAYBOT_TWILIO_OPT_OUT": "self",
            "PAYBOT_MAIL_OUT": f"smtp://127.0.0.1:{sink.sockets[0].getsockname()[1]}",
            "PAYBOT_MAIL_LISTEN": f"127.0.0.1:{mail_port}",
            "PAYBOT_MAIL_DOMAIN": DOMAIN,
            "PAYBOT_MAIL_TRUSTED_RELAYS": "127.0.0.1",
            "PAYBOT_MAIL_AUTHSERV_ID": AUTHSERV,
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PAYBOT_")}
        env = kept | ours | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        plant = Plant(folder, env, web_port, mail_port, twilio, relay, browser)
        try:
            yield plant
        finally:
            for process in plant.processes:
                process.running.kill()
                process.running.wait()
