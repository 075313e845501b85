"""Where a visitor was going before a code or a card page came between: kept in the browser for a while."""

import re

from aiohttp import web

from bot.web.keys import SETTINGS

GOOD_FOR_SECONDS = 900
_OURS = re.compile(r"agreements/[0-9]{1,15}|cards")


def keep(request: web.Request, response: web.StreamResponse, where: str) -> None:
    """Come back to this page of ours afterwards."""
    secure = request.app[SETTINGS].secure
    response.set_cookie(
        _name(request), where, max_age=GOOD_FOR_SECONDS, path="/", httponly=True, samesite="Lax", secure=secure
    )


def take(request: web.Request) -> str:
    """The page; empty where there is none. Its owner is looked at there, like anybody who types the address."""
    kept = request.cookies.get(_name(request), "")
    return kept if _OURS.fullmatch(kept) else ""


def forget(request: web.Request, response: web.StreamResponse) -> None:
    """They are there."""
    response.del_cookie(_name(request), path="/", httponly=True, samesite="Lax", secure=request.app[SETTINGS].secure)


def _name(request: web.Request) -> str:
    return "__Host-paybot-way" if request.app[SETTINGS].secure else "paybot-way"
