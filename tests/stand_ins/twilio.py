"""A Twilio on loopback: checks what it is sent, keeps what it accepted, and misbehaves on demand."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Self
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

ACCOUNT, TOKEN = "AC" + "0" * 32, "stand-in-token"
NEEDED = ("To", "Body", "StatusCallback", "ValidityPeriod")
ALLOWED = {"To", "From", "MessagingServiceSid", "Body", "StatusCallback", "ValidityPeriod"}


@dataclass(frozen=True, slots=True)
class Mishap:
    """How the next request to send goes wrong. `accepts`: the text is out all the same."""

    status: int = 201
    code: int | None = None
    accepts: bool = True
    cut_at: int | None = None  # bytes of the answer that get through before the line is cut
    hang: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None


BUSY = Mishap(429, 20429, accepts=False)
BROKEN = Mishap(500)
HANGS = Mishap(hang=True)


def refused(code: int) -> Mishap:
    """A 400 with an error code."""
    return Mishap(400, code, accepts=False)


class StandIn:
    """The server."""

    def __init__(self) -> None:
        self.accounts = {ACCOUNT: TOKEN}
        """Tokens by account; each sees its own messages only."""
        self.messages: list[dict[str, Any]] = []
        self.requests: list[dict[str, str]] = []
        self.mishaps: deque[Mishap] = deque()
        self.faults: list[str] = []
        self.asked = 0
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.arrived = asyncio.Semaphore(0)
        """Released for each text that was asked for."""
        self.emptied = asyncio.Event()
        self.stubborn: set[str] = set()
        """Messages that it will not empty."""
        self._release = asyncio.Event()
        self._open = asyncio.Event()
        self._open.set()
        app = web.Application()
        base = "/2010-04-01/Accounts/{account}/Messages"
        app.router.add_post(f"{base}.json", self._create)
        app.router.add_get(f"{base}.json", self._list)
        app.router.add_get(f"{base}/{{sid}}.json", self._fetch)
        app.router.add_post(f"{base}/{{sid}}.json", self._update)
        self._server = TestServer(app)

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._release.set()
        await self._server.close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return str(self._server.make_url("")).rstrip("/")

    def pause(self) -> None:
        """Answer nobody for now."""
        self._open.clear()

    def go_on(self) -> None:
        """Answer again."""
        self._open.set()

    def sent_to(self, number: str) -> list[str]:
        """Bodies of the texts that this number got, in order."""
        return [one["body"] for one in self.messages if one["to"] == number]

    def left_by(self, account: str) -> list[str]:
        """Who got texts by that account, in order."""
        return [one["to"] for one in self.messages if one["account_sid"] == account]

    def _checked(self, request: web.Request) -> str:
        """The account that is asked for."""
        account = request.match_info["account"]
        token = self.accounts.get(account)
        if token is None or request.headers.get("Authorization") != aiohttp.encode_basic_auth(account, token):
            self.faults.append("wrong or missing Basic auth")
            raise web.HTTPUnauthorized(text='{"code": 20003}', content_type="application/json")
        return account

    def _found(self, request: web.Request) -> dict[str, Any] | None:
        account, sid = self._checked(request), request.match_info["sid"]
        mine = [one for one in self.messages if one.get("account_sid", ACCOUNT) == account]
        return next((one for one in mine if one["sid"] == sid), None)

    async def _create(self, request: web.Request) -> web.StreamResponse:
        account = self._checked(request)
        form = {key: values[0] for key, values in parse_qs(await request.text(), keep_blank_values=True).items()}
        self.requests.append(form)
        self.faults += [f"unknown field {name}" for name in form.keys() - ALLOWED]
        self.faults += [f"no {name}" for name in NEEDED if not form.get(name)]
        if not form.get("From") and not form.get("MessagingServiceSid"):
            self.faults.append("no sender")
        self.arrived.release()
        await self._open.wait()
        mishap = self.mishaps.popleft() if self.mishaps else Mishap()
        made = self._keep(form, account) if mishap.accepts else {}
        if mishap.hang:
            await self._release.wait()
        body = mishap.body if mishap.body is not None else json.dumps(self._answer(mishap, made))
        if mishap.cut_at is not None:
            return await self._cut(request, mishap, body)
        return web.Response(status=mishap.status, text=body, headers=mishap.headers, content_type="application/json")

    async def _cut(self, request: web.Request, mishap: Mishap, body: str) -> web.StreamResponse:
        head = f"HTTP/1.1 {mishap.status} Created\r\nContent-Type: application/json\r\n"
        answer = f"{head}Content-Length: {len(body)}\r\n\r\n{body}"
        assert request.transport
        request.transport.write(answer.encode()[: mishap.cut_at])
        request.transport.close()
        return web.Response()

    def _answer(self, mishap: Mishap, made: dict[str, Any]) -> dict[str, Any]:
        if mishap.status < 300:
            return made
        return {"status": mishap.status, "code": mishap.code, "message": "no", "more_info": ""}

    def _keep(self, form: dict[str, str], account: str) -> dict[str, Any]:
        made = {
            "account_sid": account,
            "sid": f"SM{len(self.messages):032d}",
            "to": form.get("To"),
            "from": form.get("From"),
            "body": form.get("Body"),
            "status": "queued",
            "error_code": None,
            "date_created": format_datetime(self.now()),
        }
        self.messages.append(made)
        return made

    async def _list(self, request: web.Request) -> web.Response:
        account = self._checked(request)
        self.asked += 1
        wanted = {"account_sid": account, "to": request.query.get("To"), "from": request.query.get("From")}
        found = [one for one in self.messages if all(v is None or one[k] == v for k, v in wanted.items())]
        return web.json_response({"messages": found[::-1], "next_page_uri": None})

    async def _fetch(self, request: web.Request) -> web.Response:
        self.asked += 1
        found = self._found(request)
        return web.json_response(found) if found else web.json_response({"code": 20404}, status=404)

    async def _update(self, request: web.Request) -> web.Response:
        found, form = self._found(request), await request.post()
        if request.match_info["sid"] in self.stubborn:
            return web.json_response({"code": 20009}, status=409)
        if found is None:
            return web.json_response({"code": 20404}, status=404)
        found["body"] = form["Body"]
        self.emptied.set()
        return web.json_response(found)
