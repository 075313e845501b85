"""Who of the staff is at the page, what they may do, and the note in the audit before they see anything."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.staff import accounts as staff
from bot.store import audit, staff_sessions
from bot.store.practices import Practice
from bot.store.staff import Member
from bot.store.staff_sessions import StaffSession
from bot.web.forms import read_form
from bot.web.guards import SAFE
from bot.web.keys import CLOCK, PAGES, READER, SETTINGS, WORLD, WRITER

LIFE_SECONDS = int(staff_sessions.LONGEST.total_seconds())
LONGEST_KEPT = 2000
LARGEST_ID = 2**63 - 1
_BACK = re.compile(r"/console/(conversations|tasks|patients)(/\d{1,18})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody of the practice, signed in."""

    member: Member
    session: StaffSession
    practice: Practice
    now: datetime


Page = Callable[[web.Request, Present], Awaitable[web.StreamResponse]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def for_staff(page: Page) -> Handler:
    """Only for who is signed in; the others are asked to, and come back here. Auditors only read."""

    async def handler(request: web.Request) -> web.StreamResponse:
        who = await present(request)
        if who is None:
            return await _asked_to_sign_in(request)
        if request.method not in SAFE and not who.member.may_act:
            return draw(request, "refused", who, status=403)
        return await page(request, who)

    return handler


async def present(request: web.Request) -> Present | None:
    """Who is at this browser; notes that they are there."""
    now, world, cookie = request.app[CLOCK](), request.app[WORLD], cookie_of(request)

    def look(conn: Connection) -> Present | None:
        found = staff.present(conn, world.keys, cookie, now)
        practice = world.practices.by_id(conn, found[0].practice_id) if found else None
        return Present(*found, practice, now) if found and practice else None

    if not cookie:
        return None
    who = await request.app[READER].run(look)
    if who and staff_sessions.stale(who.session, now):
        await request.app[WRITER].run(lambda conn: staff_sessions.seen(conn, who.session.id, now))
    return who


async def saw(request: web.Request, who: Present, what: str, **details: Any) -> None:
    """Into the audit, committed before any of it is sent (45 CFR 164.312(b))."""

    def note(conn: Connection) -> None:
        audit.note(conn, at=who.now, who=who.member.who, what=what, practice_id=who.practice.id, **details)

    await request.app[WRITER].run(note)


def draw(
    request: web.Request, page: str, who: Present | None = None, *, status: int = 200, notice: str = "", **values: Any
) -> web.Response:
    """The page, as an answer; `notice` names a sentence of the words."""
    told = {"who": who, "notice": notice, "now": request.app[CLOCK](), "path": request.path}
    practice = who.practice.file if who else None
    return request.app[PAGES].draw_console(page, practice=practice, status=status, **told, **values)


def cookie_name(request: web.Request) -> str:
    """Bound to this host and to https where we have it."""
    return "__Host-paybot-staff" if request.app[SETTINGS].secure else "paybot-staff"


def cookie_of(request: web.Request) -> str:
    """What the browser remembers of a session."""
    return request.cookies.get(cookie_name(request), "")


def remember(request: web.Request, response: web.StreamResponse, cookie: str) -> None:
    """Have the browser keep the session; no script can read it, no other site can use it."""
    secure = request.app[SETTINGS].secure
    response.set_cookie(
        cookie_name(request), cookie, max_age=LIFE_SECONDS, path="/", httponly=True, samesite="Lax", secure=secure
    )


def forget(request: web.Request, response: web.StreamResponse) -> None:
    """Have the browser drop it."""
    secure = request.app[SETTINGS].secure
    response.del_cookie(cookie_name(request), path="/", httponly=True, samesite="Lax", secure=secure)


def back_to(path: str) -> str:
    """Where somebody goes on after signing in: a page of ours, or the list."""
    return path if _BACK.fullmatch(path) else "/console/conversations"


def number(request: web.Request) -> int:
    """The id that the address names. Raises the answer 404."""
    found = int(request.match_info["id"])
    if not 0 < found <= LARGEST_ID:
        raise web.HTTPNotFound
    return found


async def _asked_to_sign_in(request: web.Request) -> web.StreamResponse:
    ended = bool(cookie_of(request))
    if request.method in SAFE:
        back, kept = back_to(request.path), ""
    else:
        # Whoever wrote for longer than the session lasted does not lose their words.
        back = back_to(request.path.rpartition("/")[0])
        kept = str((await read_form(request)).get("text", ""))[:LONGEST_KEPT]
    notice = "session_ended" if ended else "sign_in_first"
    return draw(request, "sign_in", status=403, notice=notice, email="", back=back, kept=kept)
