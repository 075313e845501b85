"""Who is at the page: the session of this browser, and the practice that the address names."""

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import Connection

from bot.paying.pages.seeing import sees_visits
from bot.store import page_sessions
from bot.store.page_sessions import PageSession
from bot.store.practices import Practice
from bot.web.keys import CLOCK, PAGES, READER, SETTINGS, WORLD, WRITER
from bot.web.pages import LANGUAGES
from bot.web.spoken import cookie_name, cookie_of, setting

LIFE_SECONDS = int(page_sessions.LONGEST.total_seconds())


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in. `sees_visits`: and plans; all know the total."""

    session: PageSession
    practice: Practice
    language: str
    sees_visits: bool


def remember(request: web.Request, response: web.StreamResponse, token: str) -> None:
    """Have the browser keep the session; no script can read it, no other site can use it."""
    response.set_cookie(
        cookie_name(request),
        token,
        max_age=LIFE_SECONDS,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=request.app[SETTINGS].secure,
    )


async def visitor(request: web.Request) -> Visitor | None:
    """Who is signed in here, for the practice of this address; notes that they are there."""
    now, world, cookie = request.app[CLOCK](), request.app[WORLD], cookie_of(request)
    slug, asked = request.match_info.get("slug", ""), request.query.get("lang", "")

    def look(conn: Connection) -> tuple[PageSession | None, Practice | None, bool]:
        session, practice = page_sessions.find(conn, world.keys, cookie, now), world.practices.by_slug(conn, slug)
        if session is None or practice is None:
            return session, practice, False
        return session, practice, sees_visits(conn, session, practice.file.policy.proof_minutes, now)

    session, practice, sees = await request.app[READER].run(look)
    if session is None or practice is None or session.practice_id != practice.id:
        return None
    spoken = asked if asked in LANGUAGES else session.language
    if spoken != session.language or page_sessions.stale(session, now):

        def note(conn: Connection) -> None:
            page_sessions.seen(conn, session.id, now)
            page_sessions.speak(conn, session.id, spoken)

        await request.app[WRITER].run(note)
    return Visitor(session, practice, spoken, sees)


async def practice_of(request: web.Request) -> Practice:
    """The practice that the address names. Raises an HTTP 404 where there is none."""
    slug, world = request.match_info["slug"], request.app[WORLD]
    found = await request.app[READER].run(lambda conn: world.practices.by_slug(conn, slug))
    if found is None:
        raise web.HTTPNotFound
    return found


async def practices(request: web.Request) -> tuple[Practice, ...]:
    """Every practice of this server."""
    return await request.app[READER].run(request.app[WORLD].practices.all)


async def how(request: web.Request, why: str, status: int = 200, practice: Practice | None = None) -> web.Response:
    """The way in: sign in, text us, or call. Shown for dead links, ended sessions and addresses without a link."""
    here = await setting(request)
    found = practice.file if practice else here.practice
    known = () if found else await practices(request)
    number = next(iter(found.text_numbers), "") if found else ""
    return request.app[PAGES].draw(
        "how",
        language=here.language,
        practice=found,
        status=status,
        why=why,
        practices=[each.file for each in known],
        text_number=number,
        text_number_display=display(number),
    )


def display(number: str) -> str:
    """`206-555-0100`"""
    national = number.removeprefix("+1")
    return f"{national[:3]}-{national[3:6]}-{national[6:]}" if len(national) == 10 else number
