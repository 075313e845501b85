"""In which language a page speaks to whom it does not know: as asked, as in their session, as their browser says."""

from dataclasses import dataclass

from aiohttp import web
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from bot.practice_file import PracticeFile
from bot.store import page_sessions
from bot.web.keys import READER, SETTINGS, WORLD
from bot.web.pages import LANGUAGES


@dataclass(frozen=True, slots=True)
class Setting:
    """For which practice the page is, and in which language."""

    practice: PracticeFile | None
    language: str


def cookie_name(request: web.Request) -> str:
    """Bound to this host and to https where we have it."""
    return "__Host-paybot" if request.app[SETTINGS].secure else "paybot"


def cookie_of(request: web.Request) -> str:
    """What the browser remembers of a session."""
    return request.cookies.get(cookie_name(request), "")


async def language(request: web.Request, practice: PracticeFile) -> str:
    """A session that is over still tells which language its patient reads."""
    return (await _look(request, practice)).language


async def setting(request: web.Request) -> Setting:
    """The same where nobody knows the practice: that of the address, of the session, or the only one."""
    try:
        return await _look(request, None)
    except SQLAlchemyError:  # a refusal is told also while the database is away
        return Setting(None, _wished(request, "", LANGUAGES))


async def _look(request: web.Request, practice: PracticeFile | None) -> Setting:
    world, cookie, slug = request.app[WORLD], cookie_of(request), request.match_info.get("slug", "")

    def look(conn: Connection) -> Setting:
        last = page_sessions.last(conn, world.keys, cookie)
        file = practice
        if file is None:
            every = world.practices.all(conn)
            found = world.practices.by_slug(conn, slug) or (world.practices.by_id(conn, last[0]) if last else None)
            file = found.file if found else every[0].file if len(every) == 1 else None
        offered = file.languages if file else LANGUAGES
        return Setting(file, _wished(request, last[1] if last else "", offered))

    return await request.app[READER].run(look)


def _wished(request: web.Request, kept: str, offered: tuple[str, ...]) -> str:
    """The first of what they asked for, what they read before, and what their browser names that we speak."""
    named = (one.strip().lower()[:2] for one in request.headers.get("Accept-Language", "").split(","))
    asked = request.query.get("lang", "")
    return asked if asked in LANGUAGES else next((one for one in (kept, *named) if one in offered), offered[0])
