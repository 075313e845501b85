"""What `paybot check` looks at, on loopback: a Twilio's account pages and our own public address."""

from typing import Any, Self

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

ACCOUNT, TOKEN, SERVICE, NUMBER = "AC" + "1" * 32, "token-of-the-stand-in", "MG" + "2" * 32, "+12065550100"


class Doctored:
    """Both in one server; what each answers may be changed."""

    def __init__(self) -> None:
        self.account: dict[str, Any] = {"status": "active", "type": "Full"}
        self.number: dict[str, Any] = {}
        self.service: dict[str, Any] = {}
        self.owns = True
        self.tokens = {ACCOUNT: TOKEN}
        """Each account shows the same."""
        self.health, self.unsigned = "ok\n", 403
        self.posts: list[str] = []
        app = web.Application()
        base = "/2010-04-01/Accounts/{account}"
        app.router.add_get(f"{base}.json", self._account)
        app.router.add_get(f"{base}/IncomingPhoneNumbers.json", self._numbers)
        app.router.add_get(f"/v1/Services/{SERVICE}", self._service)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_post("/webhooks/twilio/sms", self._webhook)
        self._server = TestServer(app)

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        inbound = f"{self.url}/webhooks/twilio/sms"
        self.number = {
            "capabilities": {"sms": True}, "sms_url": inbound, "sms_method": "POST", "sms_fallback_url": inbound
        }  # fmt: skip
        self.service = {
            "sticky_sender": False, "fallback_to_long_code": False, "use_inbound_webhook_on_number": False,
            "inbound_request_url": inbound, "inbound_method": "POST", "fallback_url": inbound,
        }  # fmt: skip
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def url(self) -> str:
        """Where it listens."""
        return str(self._server.make_url("")).rstrip("/")

    async def _account(self, request: web.Request) -> web.Response:
        return self._told(request, self.account)

    async def _numbers(self, request: web.Request) -> web.Response:
        mine = self.owns and request.query.get("PhoneNumber") == NUMBER
        return self._told(request, {"incoming_phone_numbers": [self.number] if mine else []})

    async def _service(self, request: web.Request) -> web.Response:
        return self._told(request, self.service)

    def _told(self, request: web.Request, body: dict[str, Any]) -> web.Response:
        given, asked = request.headers.get("Authorization"), request.match_info.get("account")
        who = next((one for one in self.tokens.items() if aiohttp.encode_basic_auth(*one) == given), None)
        if who is None or asked not in {None, who[0]}:
            return web.Response(status=401)
        return web.json_response(body)

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.Response(text=self.health)

    async def _webhook(self, request: web.Request) -> web.Response:
        self.posts.append(await request.text())
        return web.Response(status=self.unsigned)
