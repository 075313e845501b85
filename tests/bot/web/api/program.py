"""A practice's own program: a key, and a hand that calls."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import Connection

from bot.practice_file import parse_practice
from bot.practices import apply
from bot.store import api_keys
from bot.store.practices import Practices
from bot.store.tables import audit
from bot.web import keys
from tests.bot.web.house import FILE, NOON, Hands, House, open_house

SECRET = "a key for tests that is long enough to be one"
OTHER_FILE = FILE | {"slug": "bay", "name": "Bay Clinic", "text_numbers": ["+12065550109"], "receipt_prefix": "BAY"}


@dataclass(frozen=True)
class Reply:
    """An answer, read."""

    status: int
    headers: Mapping[str, str]
    body: Any
    raw: bytes

    @property
    def fields(self) -> dict[str, str]:
        """What is wrong with which field."""
        return {one["field"]: one["reason"] for one in self.body.get("errors", [])}


@dataclass
class Program:
    """One that holds a key."""

    house: House
    session: aiohttp.ClientSession
    key: str
    key_id: int
    headers: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str, **options: Any) -> Reply:
        return await self.ask("GET", path, **options)

    async def put(self, path: str, body: Any, **options: Any) -> Reply:
        return await self.ask("PUT", path, json=body, **options)

    async def post(self, path: str, body: Any = None, again: str = "", **options: Any) -> Reply:
        more = {"Idempotency-Key": again} if again else {}
        given = {} if body is None else {"json": body}
        return await self.ask("POST", path, headers=more | options.pop("headers", {}), **given, **options)

    async def ask(self, method: str, path: str, headers: Mapping[str, str] | None = None, **options: Any) -> Reply:
        told = {"Authorization": f"Bearer {self.key}"} | self.headers | dict(headers or {})
        told = {name: value for name, value in told.items() if value}
        url = f"{self.house.url}/api/v1{path}"
        async with self.session.request(method, url, headers=told, **options) as answer:
            raw = await answer.read()
            assert answer.headers["Cache-Control"] == "no-store"
            if answer.status >= 400:
                assert answer.content_type == "application/problem+json"
            body: Any = json.loads(raw) if raw else None
            if answer.status >= 400 and raw:
                assert {"type", "title", "status", "detail"} <= set(body)
                assert body["status"] == answer.status
            return Reply(answer.status, dict(answer.headers), body, raw)

    def audited(self) -> list[tuple[str, str, Any]]:
        """What programs did with what, oldest first."""
        return [(row.who, row.what, row.details) for row in self.house.rows(audit) if row.who.startswith("apikey:")]

    def of_other_practice(self) -> "Program":
        """A program of Bay Clinic."""

        def add(conn: Connection) -> tuple[int, str]:
            apply(conn, parse_practice(OTHER_FILE), NOON)
            practice = Practices(0).by_slug(conn, "bay")
            assert practice
            return api_keys.create(conn, self.house.app[keys.WORLD].keys, practice.id, "bay's", NOON)

        key_id, key = self.house.write(add)
        self.house.app[keys.WORLD].practices.forget()
        return replace(self, key=key, key_id=key_id)


@asynccontextmanager
async def open_program(url: str, folder: Path, secrets: str = SECRET) -> AsyncIterator[Program]:
    """Harbor's server and a key to it."""
    env = {"PAYBOT_DATABASE_URL": url, "PAYBOT_SECRET_KEY": secrets}
    async with open_house(folder, Hands(NOON), **env) as house, aiohttp.ClientSession() as session:
        made = house.write(lambda conn: api_keys.create(conn, house.app[keys.WORLD].keys, 1, "billing system", NOON))
        yield Program(house, session, made[1], made[0])
