"""The whole server on a free port, with a practice, patients and bills, and a hand for what tests do with it."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web, web_app
from sqlalchemy import Connection, insert, select
from yarl import URL

from bot.app import ENGINE, make_app, make_runner
from bot.imports import Into, import_file
from bot.practice_file import parse_practice
from bot.practices import apply
from bot.settings import Settings, load_settings
from bot.store import links
from bot.store.tables import addresses, conversations, outbox, people
from bot.web import keys
from bot.web.door import Door
from tests import canaries
from tests.servers.ports import free_port

OURS = "+12065550100"
ANA, SHARED, ROOMMATES = canaries.PHONES
FILE = {
    "slug": "harbor",
    "name": "Harbor Family Med",
    "phone": "+12065550142",
    "text_numbers": [OURS],
    "email": "billing@harbor.example",
    "website": "https://harbor.example",
    "address": "1 Pier St, Seattle, WA",
    "zip": "98101",
    "time_zone": "America/Los_Angeles",
    "receipt_prefix": "HFM",
}
FIRST, LAST, MAIL = canaries.FIRST_NAMES, canaries.LAST_NAMES, canaries.EMAILS
PATIENTS = f"""patient_id,first_name,last_name,birth_date,phone,email,zip,text_consent,email_consent,language
P1,{FIRST[0]},{LAST[0]},1980-02-03,{ANA},{MAIL[0]},98101,yes,yes,en
P2,{FIRST[1]},{LAST[1]},1975-05-06,{SHARED},{MAIL[1]},98101,yes,yes,en
P3,{FIRST[2]},{LAST[2]},1978-07-08,{SHARED},{MAIL[2]},98101,yes,yes,es
"""
CHARGES = """charge_id,patient_id,service_date,patient_owes,provider,encounter_id
C1,P1,2026-03-14,120.00,Dr. Okafor,E1
C2,P1,2026-04-02,64.50,Dr. Lindqvist,E2
C3,P2,2026-04-03,80.00,Dr. Okafor,E3
"""


class Hands:
    """A clock that moves when a test says so, unless it was told to run."""

    def __init__(self, now: datetime | None = None) -> None:
        self._now = now

    def __call__(self) -> datetime:
        return self._now or datetime.now(UTC)

    def forward(self, **delta: float) -> None:
        """Let time pass."""
        self._now = self() + timedelta(**delta)


NOON = datetime(2026, 5, 6, 19, 5, tzinfo=UTC)
"""Noon in Seattle, on a Wednesday."""


@dataclass
class House:
    """A running server and what tests do with it."""

    app: web.Application
    settings: Settings
    clock: Hands
    browser: aiohttp.ClientSession
    stop: Callable[[], Any]
    ids: dict[str, int] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.settings.public_url

    def write(self, fn: Callable[[Connection], Any]) -> Any:
        with self.app[ENGINE].begin() as conn:
            return fn(conn)

    def rows(self, table: Any, *where: Any) -> list[Any]:
        with self.app[ENGINE].connect() as conn:
            return list(conn.execute(select(table).where(*where).order_by(*table.primary_key)))

    def talk(self, phone: str) -> int:
        """The conversation of a phone, begun if need be."""

        def find(conn: Connection) -> int:
            asked = select(addresses.c.id).where(addresses.c.address == phone)
            address = conn.scalar(asked)
            found = conn.scalar(select(conversations.c.id).where(conversations.c.address_id == address))
            if found is not None:
                return int(found)
            from conversations.conversation import Conversation

            row = {
                "practice_id": 1,
                "address_id": address,
                "channel": "text",
                "kept": Conversation().to_json(),
                "number_id": 1,
            }
            return int(conn.execute(insert(conversations).returning(conversations.c.id), row).scalar_one())

        return int(self.write(find))

    def link(self, *patients: str, phone: str = ANA, pasted: bool = False, **values: Any) -> str:
        """A pay link as the sender makes it; the answer is its token."""
        token, now = links.new_token(), self.clock()
        ids = tuple(self.ids[one] for one in patients or ("P1",))
        talk = None if pasted else self.talk(phone)
        new = links.NewLink(1, ids, pasted, "conversation", now, now + timedelta(minutes=60), talk)
        self.write(lambda conn: links.insert_link(conn, self.app[keys.WORLD].keys, token, replace(new, **values)))
        return token

    async def get(self, path: str, **options: Any) -> "Answer":
        return await self.ask("GET", path, **options)

    async def post(self, path: str, data: Any = None, **options: Any) -> "Answer":
        return await self.ask("POST", path, data=data, **options)

    async def ask(self, method: str, path: str, *, by: aiohttp.ClientSession | None = None, **options: Any) -> "Answer":
        async with (by or self.browser).request(method, URL(self.url + path, encoded=True), **options) as answer:
            return Answer(
                answer.status, await answer.text(), dict(answer.headers), str(answer.url).removeprefix(self.url)
            )

    @asynccontextmanager
    async def other_browser(self) -> AsyncIterator[aiohttp.ClientSession]:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            yield session

    async def until(self, seen: Callable[[], Any], seconds: float = 8) -> Any:
        """What `seen` finds, as soon as it finds anything: the server works on its own time."""
        async with asyncio.timeout(seconds):
            while not (found := seen()):  # noqa: ASYNC110 - what is waited for lies in a database
                await asyncio.sleep(0.01)
            return found

    async def text(self, body: str, phone: str = ANA) -> str:
        """The patient texts; the answer is what comes back to the phone."""
        twilio = self.app[keys.LOCAL_TWILIO]
        before = frozenset(text.sid for text in twilio.texts())
        assert await twilio.text(phone, OURS, body) == 200
        return str(await self.until(lambda: self.said(phone, before)))

    async def delivered(self) -> None:
        """Once each text of ours has arrived and its news has come: from then on nothing writes beside the test."""
        ours = (outbox.c.channel == "text",)
        await self.until(lambda: {row.state for row in self.rows(outbox, *ours)} == {"delivered"})

    def said(self, phone: str = ANA, before: Collection[str] = ()) -> str:
        """What we texted to that phone, without what was said before, oldest first."""
        texts = [t for t in self.app[keys.LOCAL_TWILIO].texts(to=phone) if not t.inbound and t.sid not in before]
        return "\n".join(t.body for t in reversed(texts))

    async def code_from_mail(self, seen: int = 0) -> str:
        """The code in the newest mail that has one, of those that came after `seen` of them."""
        box = self.app[keys.MAILBOX]

        def newest() -> str | None:
            mails = box.mails()
            new = mails[: len(mails) - seen]
            return next((found[1] for mail in new if (found := re.search(r"\b(\d{6})\b", mail.text))), None)

        return str(await self.until(newest))


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read."""

    status: int
    text: str
    headers: dict[str, str]
    path: str

    def hidden(self, name: str) -> str:
        """The value of a hidden field."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, f"no field {name}"
        return found[1]


@asynccontextmanager
async def open_house(folder: Path, clock: Hands | None = None, **env: str) -> AsyncIterator[House]:
    """The server, up. With a folder that was used before it finds what it left there."""
    port, clock = free_port(), clock or Hands()
    given = {
        "PAYBOT_DATA_DIR": str(folder),
        "PAYBOT_LISTEN": f"127.0.0.1:{port}",
        "PAYBOT_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PAYBOT_MAIL_LISTEN": "",
        **env,
    }
    settings = load_settings(given, env_file=None)
    app = make_app(settings, clock)
    runner = make_runner(app)
    await runner.setup()
    try:
        await Door(runner, *settings.listen).start()
        if not _is_furnished(app):
            furnish(app, folder, clock())
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            house = House(app, settings, clock, browser, runner.cleanup)
            house.ids = {row.patient_id: row.id for row in house.rows(people)}
            yield house
    finally:
        await runner.cleanup()
        # aiohttp remembers the handlers of the last thousand routes, and with them every application of this session.
        web_app._cached_build_middleware.cache_clear()


def _is_furnished(app: web.Application) -> bool:
    with app[ENGINE].connect() as conn:
        return conn.execute(select(people.c.id).limit(1)).first() is not None


def furnish(app: web.Application, folder: Path, now: datetime) -> None:
    """The practice, its patients and their bills, imported as an operator would."""
    engine = app[ENGINE]
    with engine.begin() as conn:
        apply(conn, parse_practice(FILE), now)
    app[keys.WORLD].practices.forget()
    with engine.connect() as conn:
        practice = app[keys.WORLD].practices.by_slug(conn, "harbor")
    assert practice
    into = Into(engine, practice.id, now)
    for kind, rows in (("patients", PATIENTS), ("charges", CHARGES)):
        path = folder / f"{kind}.csv"
        path.write_text(rows, "utf-8")
        import_file(into, kind, path)


__all__ = ["ANA", "NOON", "OURS", "ROOMMATES", "SHARED", "Answer", "Hands", "House", "open_house"]
