"""Who calls: the key in the Authorization header, and how much it may ask for."""

import math
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import Connection

from bot.store import api_keys
from bot.store.api_keys import ApiKey
from bot.store.practices import Practice
from bot.web.api.limits import Limiter
from bot.web.api.problems import Problem
from bot.web.keys import CLOCK, READER, SETTINGS, WORLD, WRITER
from bot.web.network import side_of

REQUESTS = web.AppKey("REQUESTS", Limiter)
"""Of each key."""
STRANGERS = web.AppKey("STRANGERS", Limiter)
"""Wrong keys, of each network."""
CHALLENGE = 'Bearer realm="paybot"'


@dataclass(frozen=True, slots=True)
class Caller:
    """A key that is good, and the practice it belongs to."""

    key: ApiKey
    practice: Practice


async def caller_of(request: web.Request) -> Caller:
    """Who sent this. Raises Problem."""
    app, now = request.app, request.app[CLOCK]()
    side = side_of(request, app[SETTINGS].trusted_proxies)
    token = _token(request)
    found = await app[READER].run(lambda conn: _look_up(conn, request, token))
    if found is None:
        # Only now: whoever guesses must not keep out a neighbour whose key is good.
        _refuse_haste(app[STRANGERS].take(side, now))
        raise _unauthorized("This key is unknown, or was revoked.", ', error="invalid_token"')
    _refuse_haste(app[REQUESTS].take(found.key.who, now))
    if found.key.use_is_news(now):
        await app[WRITER].run(lambda conn: api_keys.note_use(conn, found.key.id, now))
    return found


def _look_up(conn: Connection, request: web.Request, token: str) -> Caller | None:
    world = request.app[WORLD]
    key = api_keys.find(conn, world.keys, token)
    practice = world.practices.by_id(conn, key.practice_id) if key else None
    return Caller(key, practice) if key and practice else None


def _token(request: web.Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unauthorized("Send Authorization: Bearer and your API key.")
    return token.strip()


def _unauthorized(detail: str, more: str = "") -> Problem:
    return Problem(401, detail, headers={"WWW-Authenticate": CHALLENGE + more})


def _refuse_haste(seconds: float) -> None:
    if seconds > 0:
        wait = str(math.ceil(seconds))
        raise Problem(429, f"Try again in {wait} s.", name="too-many-requests", headers={"Retry-After": wait})
