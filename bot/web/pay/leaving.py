"""Signing out: the session ends at once, and the browser forgets it."""

from aiohttp import web

from bot.store import page_sessions
from bot.web.keys import CLOCK, WORLD, WRITER
from bot.web.spoken import cookie_name, cookie_of

routes = web.RouteTableDef()


@routes.post("/pay/{slug}/sign-out")
async def sign_out(request: web.Request) -> web.StreamResponse:
    """The same whether or not anybody was signed in."""
    cookie, now, keys = cookie_of(request), request.app[CLOCK](), request.app[WORLD].keys
    await request.app[WRITER].run(lambda conn: page_sessions.end(conn, keys, cookie, now))
    response = web.HTTPSeeOther(f"/pay/{request.match_info['slug']}")
    response.del_cookie(cookie_name(request), path="/")
    raise response
