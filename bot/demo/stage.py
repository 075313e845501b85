"""The whole server with the sample practice, and the hands of a patient: a phone, a mailbox and a browser."""

import asyncio
import re
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from errno import EADDRINUSE
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import aiohttp
from aiohttp import web

from bot import sample
from bot.app import ENGINE, make_app, make_runner
from bot.channels.mailbox import Mail
from bot.channels.patients_mail import NotSentError
from bot.demo.story import StoryClock
from bot.settings import Settings, load_settings
from bot.store.engine import reader
from bot.store.practices import Practice
from bot.turns.arrivals import World
from bot.web import keys
from bot.web.door import Door

if TYPE_CHECKING:
    from conversations.events import Way

T = TypeVar("T")
OURS = "+12065550100"
PATIENCE_SECONDS = 8.0
LOOK_EVERY_SECONDS = 0.02


class DemoFailedError(Exception):
    """A step came out otherwise than expected; the message tells which, what was expected, and what came."""


@dataclass(slots=True)
class Stage:
    """A running server, and what the player of a scene does with it."""

    app: web.Application
    settings: Settings
    clock: StoryClock
    browser: aiohttp.ClientSession
    page: str = ""
    at: str = ""
    """The address of the page that the browser shows."""
    _texts_seen: set[str] = field(default_factory=set)
    _mails_seen: int = 0

    @property
    def url(self) -> str:
        """Where the pages are."""
        return self.settings.public_url

    @property
    def world(self) -> World:
        """What the road knows."""
        return self.app[keys.WORLD]

    async def notice(self, patient_id: str, channel: "Way" = "text") -> None:
        """The practice sends a notice, as `paybot notice` does."""
        from bot.notices import State, send_notice

        practice = self._practice()
        made = await asyncio.to_thread(
            send_notice, self.app[ENGINE], self.world, practice, patient_id, channel, self.clock
        )
        if made.state is not State.QUEUED:
            raise DemoFailedError(f"The notice was {made.state}: {made.why}.")

    async def hire(self, email: str) -> str:
        """Let somebody into the console, as `paybot staff add` and their set-up link do; the answer is a password."""
        from bot.staff import accounts as staff
        from bot.store.staff import Role

        practice = self._practice()
        world, writer, password = self.world, self.app[keys.WRITER], secrets.token_urlsafe(12)
        token = await writer.run(
            lambda conn: staff.add(conn, world.keys, practice.id, email, Role.BILLER, self.clock())
        )
        chosen = {"password": password, "again": password}
        await self.post(f"/console/setup/{token}", chosen, "Conversations")
        return password

    async def api_key(self) -> str:
        """A key for a program of the practice, as `paybot apikey create` makes it."""
        from bot.store import api_keys

        world, practice_id = self.world, self._practice().id
        made = await self.app[keys.WRITER].run(
            lambda conn: api_keys.create(conn, world.keys, practice_id, "demo", self.clock())
        )
        return made[1]

    async def text(self, phone: str, body: str) -> None:
        """The patient texts: a signed webhook comes in."""
        status = await self.app[keys.LOCAL_TWILIO].text(phone, OURS, body)
        if status != 200:
            raise DemoFailedError(f"The webhook of the text answered {status}.")

    async def hears(self, phone: str, expected: str) -> str:
        """The next text that arrives on that phone; it must hold what was expected."""
        body = await self._until(lambda: self._next_text(phone), f"a text with {expected!r}")
        return _must_hold(body, expected)

    async def mail(self, expected: str) -> Mail:
        """The next mail; it must hold what was expected."""
        mail = await self._until(self._next_mail, f"a mail with {expected!r}")
        _must_hold(f"{mail.subject}\n{mail.text}", expected)
        return mail

    async def answer(self, mail: Mail, words: str) -> None:
        """The patient replies to a mail: it comes in by SMTP through our own door, with the mail quoted below."""
        try:
            await self.app[keys.PATIENTS_MAIL].answer(mail, words, self.clock())
        except NotSentError as refused:
            raise DemoFailedError(f"The mail door refused the reply: {refused.answer}") from refused

    async def silent(self, phone: str) -> None:
        """Everything that was to be said has been said: one more answer would be one too many."""
        if (more := self._next_text(phone)) is not None:
            raise DemoFailedError(f"Expected silence, and this came: {more}")

    async def get(self, url: str, expected: str) -> str:
        """Open a page."""
        return await self._ask("GET", url, None, expected)

    async def post(self, url: str, form: dict[str, str], expected: str) -> str:
        """Press a button of a page."""
        return await self._ask("POST", url, form, expected)

    async def _ask(self, method: str, url: str, form: dict[str, str] | None, expected: str) -> str:
        address = url if url.startswith("http") else self.url + url
        async with self.browser.request(method, address, data=form) as answer:
            page = await answer.text()
            self.at = str(answer.url)
        if answer.status != 200:
            raise DemoFailedError(f"The page answered {answer.status}.")
        return _must_hold(page, expected)

    def _practice(self) -> Practice:
        with reader(self.app[ENGINE]).connect() as conn:
            practice = self.world.practices.by_slug(conn, "harbor")
        if practice is None:
            raise DemoFailedError("The sample practice is not there.")
        return practice

    def _next_text(self, phone: str) -> str | None:
        for text in reversed(self.app[keys.LOCAL_TWILIO].texts(to=phone)):
            if not text.inbound and text.sid not in self._texts_seen:
                self._texts_seen.add(text.sid)
                return text.body
        return None

    def _next_mail(self) -> Mail | None:
        mails = self.app[keys.MAILBOX].mails()
        if len(mails) <= self._mails_seen:
            return None
        self._mails_seen += 1
        return mails[-self._mails_seen]

    async def _until(self, look: Callable[[], T | None], what: str) -> T:
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while (found := look()) is None:
            if asyncio.get_running_loop().time() > deadline:
                raise DemoFailedError(f"Expected {what}; nothing came in {PATIENCE_SECONDS:.0f} seconds.")
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        return found


def _must_hold(body: str, expected: str) -> str:
    if expected not in body:
        words = " ".join(re.sub(r"<[^>]+>", " ", body).split())
        raise DemoFailedError(f"Expected {expected!r}, and this came: {words[:300]}")
    return body


@asynccontextmanager
async def opened(folder: Path, port: int, clock: StoryClock) -> AsyncIterator[Stage]:
    """The server is up and furnished while this is open. It reads no settings of this machine."""
    port = port or _free_port()
    settings = load_settings(
        {
            "PAYBOT_DATA_DIR": str(folder),
            "PAYBOT_LISTEN": f"127.0.0.1:{port}",
            "PAYBOT_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "PAYBOT_MAIL_LISTEN": "127.0.0.1:0",
        },
        env_file=None,
    )
    app = make_app(settings, clock)
    runner = make_runner(app)
    await runner.setup()
    try:
        await _listen(runner, settings, port)
        await asyncio.to_thread(sample.furnish, app[ENGINE], clock)
        app[keys.WORLD].practices.forget()
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            yield Stage(app, settings, clock, browser)
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, settings: Settings, port: int) -> None:
    try:
        await Door(runner, *settings.listen).start()
    except OSError as error:
        if error.errno != EADDRINUSE:
            raise
        raise DemoFailedError(
            f"Something else already listens on port {port}. Choose another with --port (make demo PORT=9000)."
        ) from None


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
