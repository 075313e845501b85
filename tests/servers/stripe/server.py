"""The stand-in's HTTP side: keys, idempotency, parameters, misdeeds, signed events and a hosted page with buttons."""

import asyncio
import hmac
import json
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp import web

from bot.web.door import Door
from tests.servers.stripe.book import CARDS, Book, RefusedError, Told
from tests.servers.stripe.forms import WrongParameterError, check, parse

KEY, SECRET = "sk_test_standin", "whsec_standin"
DAY_SECONDS = 86_400
FAR = 1 << 40

Act = Callable[[Book, str, Mapping[str, str], Told], Any]


@dataclass(frozen=True)
class Operation:
    """One call, the type of its parameters in the SDK, and what it does."""

    method: str
    path: str
    params: str
    act: Act


def _listed(kind: str, *by: str) -> Act:
    def act(book: Book, account: str, path: Mapping[str, str], params: Told) -> list[Told]:
        made = params.get("created", {})
        made = made if isinstance(made, dict) else {"gte": made, "lte": made}
        first, last = made.get("gte", 0), min(made.get("lte", FAR), made.get("lt", FAR) - 1)
        found = book.every(account, kind, **{name: params[name] for name in by if name in params})
        return [one for one in found if first <= one["created"] <= last]

    return act


def _got(kind: str) -> Act:
    return lambda book, account, path, params: book.get(account, path["id"], kind)


def _session(book: Book, account: str, path: Mapping[str, str], params: Told) -> Told:
    session = book.get(account, path["id"], "checkout.session")
    book.lapse(session)
    return session


def _detach(book: Book, account: str, path: Mapping[str, str], params: Told) -> Told:
    method = book.get(account, path["id"], "payment_method")
    if not method["customer"]:
        raise RefusedError(400, "payment_method_unexpected_state")
    method["customer"] = None
    return method


def _account(book: Book, account: str, path: Mapping[str, str], params: Told) -> Told:
    return {"id": path.get("id") or account or "acct_standin", "object": "account", "charges_enabled": True}


OPERATIONS = (
    Operation("POST", "/v1/checkout/sessions", "checkout.SessionCreateParams", lambda b, a, p, q: b.open_session(a, q)),
    Operation(
        "GET", "/v1/checkout/sessions", "checkout.SessionListParams", _listed("checkout.session", "payment_intent")
    ),
    Operation("GET", "/v1/checkout/sessions/{id}", "checkout.SessionRetrieveParams", _session),
    Operation(
        "POST",
        "/v1/checkout/sessions/{id}/expire",
        "checkout.SessionExpireParams",
        lambda b, a, p, q: b.expire(a, p["id"]),
    ),
    Operation("POST", "/v1/payment_intents", "PaymentIntentCreateParams", lambda b, a, p, q: b.charge(a, q)),
    Operation("GET", "/v1/payment_intents", "PaymentIntentListParams", _listed("payment_intent", "customer")),
    Operation("GET", "/v1/payment_intents/{id}", "PaymentIntentRetrieveParams", _got("payment_intent")),
    Operation("GET", "/v1/charges", "ChargeListParams", _listed("charge", "payment_intent")),
    Operation("POST", "/v1/refunds", "RefundCreateParams", lambda b, a, p, q: b.refund(a, q)),
    Operation("GET", "/v1/refunds", "RefundListParams", _listed("refund", "payment_intent", "charge")),
    Operation("GET", "/v1/refunds/{id}", "RefundRetrieveParams", _got("refund")),
    Operation("GET", "/v1/disputes", "DisputeListParams", _listed("dispute", "payment_intent")),
    Operation("GET", "/v1/disputes/{id}", "DisputeRetrieveParams", _got("dispute")),
    Operation("POST", "/v1/payment_methods/{id}/detach", "PaymentMethodDetachParams", _detach),
    Operation("GET", "/v1/account", "AccountRetrieveCurrentParams", _account),
    Operation("GET", "/v1/accounts/{id}", "AccountRetrieveParams", _account),
)


@dataclass
class Misdeed:
    """What goes wrong with the next call whose path holds `at`. `after`: what was asked is done all the same."""

    at: str
    how: str  # lost (the line is cut), 500, 429, slow
    after: bool = True
    method: str = "POST"


@dataclass
class StandIn:
    """One Stripe. Its memory is `book`; `bodies` are all that we ever sent it."""

    clock: Callable[[], datetime]
    webhook: str = ""
    secret: str = SECRET
    key: str = KEY
    live: bool = False
    by_hand: bool = False
    """Somebody presses the buttons: events leave by themselves."""
    url: str = ""
    bodies: list[str] = field(default_factory=list)
    keys: dict[tuple[str, str], tuple[float, str, int, Told]] = field(default_factory=dict)
    misdeeds: list[Misdeed] = field(default_factory=list)
    shut: set[str] = field(default_factory=set)
    """Accounts that let us in no more."""
    sent: int = 0

    def __post_init__(self) -> None:
        self.book = Book(self.clock, self.live)

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator["StandIn"]:
        """On a free port."""
        app = web.Application()
        for operation in OPERATIONS:
            app.router.add_route(operation.method, operation.path, self._handler(operation))
        app.router.add_get("/c/{id}", self._page)
        app.router.add_post("/c/{id}", self._press)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        site = Door(runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{site.port}"
        try:
            yield self
        finally:
            await runner.cleanup()

    def sign(self, body: bytes, at: float | None = None, *secrets: str) -> str:
        """The header over these bytes."""
        stamp = int(self.clock().timestamp() if at is None else at)
        mac = [hmac.new(one.encode(), b"%d." % stamp + body, "sha256").hexdigest() for one in secrets or (self.secret,)]
        return ",".join([f"t={stamp}", *(f"v1={one}" for one in mac)])

    async def deliver(
        self, session: aiohttp.ClientSession, *, times: int = 1, shuffled: random.Random | None = None
    ) -> list[int]:
        """Send the events that have not been sent; the answers."""
        waiting = [event for event in self.book.events[self.sent :] for _ in range(times)]
        self.sent = len(self.book.events)
        if shuffled:
            shuffled.shuffle(waiting)
        return [await self.send(session, event) for event in waiting]

    async def send(self, session: aiohttp.ClientSession, event: Told) -> int:
        """One event; the answer's status."""
        body = json.dumps(event, indent=2).encode()
        headers = {"Stripe-Signature": self.sign(body), "Content-Type": "application/json; charset=utf-8"}
        async with session.post(self.webhook, data=body, headers=headers) as answer:
            return answer.status

    def _handler(self, operation: Operation) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            raw = await request.text()
            self.bodies.append(f"{request.method} {request.path_qs} {raw}")
            if request.headers.get("Authorization") != f"Bearer {self.key}":
                return _refusal(401, "api_key_invalid", "invalid_request_error")
            if request.headers.get("Stripe-Account") in self.shut:
                return _refusal(403, "account_invalid", "invalid_request_error")
            bad = self._misdeed(request)
            if bad and not bad.after:
                return await self._misbehave(bad, request)
            pairs: Mapping[str, str] = request.query if request.method == "GET" else await request.post()  # type: ignore[assignment]
            status, told = self._once(operation, request, dict(pairs), broken=bad is not None and bad.how == "500")
            if bad:
                return await self._misbehave(bad, request)
            return web.json_response(told, status=status)

        return handle

    def _once(
        self, operation: Operation, request: web.Request, pairs: dict[str, str], *, broken: bool
    ) -> tuple[int, Told]:
        key, account = request.headers.get("Idempotency-Key", ""), request.headers.get("Stripe-Account", "")
        asked = json.dumps([request.path, pairs], sort_keys=True)
        known = self.keys.get((account, key)) if key and request.method == "POST" else None
        now = self.clock().timestamp()
        if known and now - known[0] < DAY_SECONDS:
            if known[1] != asked:
                return 400, _error("idempotency_key_reused", "idempotency_error")
            return known[2], known[3]
        status, told = self._do(operation, account, request.match_info, pairs)
        if broken:
            # What stands under the key is the failure, though the money moved.
            status, told = 500, _error("", "api_error")
        if key and request.method == "POST":
            self.keys[account, key] = (now, asked, status, told)
        return status, told

    def _do(
        self, operation: Operation, account: str, path: Mapping[str, str], pairs: dict[str, str]
    ) -> tuple[int, Told]:
        try:
            params = check(parse(pairs), _type(operation.params))
            expand = params.pop("expand", [])
            found = operation.act(self.book, account, path, params)
        except WrongParameterError as error:
            return 400, _error("parameter_unknown", "invalid_request_error", message=str(error), param=error.param)
        except RefusedError as error:
            kind = "card_error" if error.status == 402 else "invalid_request_error"
            return error.status, _error(error.code, kind, **error.more)
        if isinstance(found, list):
            return 200, self._listing(operation, found, params, expand)
        if found["object"] == "checkout.session":
            found["url"] = f"{self.url}/c/{found['id']}" if found["status"] == "open" else None
        return 200, self.book.shown(found, expand)

    def _listing(self, operation: Operation, found: list[Told], params: Told, expand: list[str]) -> Told:
        after, limit = params.get("starting_after"), params.get("limit", 10)
        names = [one["id"] for one in found]
        start = names.index(after) + 1 if after else 0
        page = [
            self.book.shown(one, [path.removeprefix("data.") for path in expand])
            for one in found[start : start + limit]
        ]
        return {"object": "list", "url": operation.path, "has_more": start + limit < len(found), "data": page}

    def _misdeed(self, request: web.Request) -> Misdeed | None:
        for bad in self.misdeeds:
            if bad.at in request.path and bad.method == request.method:
                self.misdeeds.remove(bad)
                return bad
        return None

    async def _misbehave(self, bad: Misdeed, request: web.Request) -> web.StreamResponse:
        match bad.how:
            case "429":
                return _refusal(429, "rate_limit", "invalid_request_error")
            case "409":
                return _refusal(409, "idempotency_key_in_use", "invalid_request_error")
            case "500":
                return _refusal(500, "", "api_error")
            case "slow":
                await asyncio.sleep(30)
            case _:
                pass
        if request.transport:
            request.transport.close()
        return web.Response()

    async def _page(self, request: web.Request) -> web.Response:
        session = self.book.objects[request.match_info["id"]]
        self.book.lapse(session)
        if session["status"] != "open":
            return web.Response(text="<h1>This page has ended.</h1>", content_type="text/html")
        cents = session["amount_total"] or 0
        buttons = "".join(f'<p><button name="card" value="{name}">{name}</button></p>' for name in CARDS)
        said = "<p role=alert>Declined. Try another card.</p>" if "declined" in request.query else ""
        page = (
            f"<!doctype html><title>Stand-in</title><h1>${cents / 100:.2f}</h1>{said}<form method=post>{buttons}</form>"
        )
        return web.Response(text=page, content_type="text/html")

    async def _press(self, request: web.Request) -> web.Response:
        name, form = request.match_info["id"], await request.post()
        session, paid = self.book.objects[name], False
        try:
            paid = self.book.pay(name, str(form.get("card", "approve")))
        except RefusedError:
            raise web.HTTPSeeOther(f"/c/{name}") from None
        if self.by_hand and self.webhook:
            async with aiohttp.ClientSession() as client:
                await self.deliver(client)
        raise web.HTTPSeeOther(session["success_url"] if paid else f"/c/{name}?declined=1")


def _type(name: str) -> Any:
    import stripe.params
    import stripe.params.checkout

    place: Any = stripe.params
    for part in name.split("."):
        place = getattr(place, part)
    return place


def _error(code: str, kind: str, **more: Any) -> Told:
    return {"error": {"type": kind, "code": code, "message": "the stand-in says no"} | more}


def _refusal(status: int, code: str, kind: str) -> web.Response:
    return web.json_response(_error(code, kind), status=status)
