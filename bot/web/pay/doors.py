"""Addresses that people type: /pay leads to the practice's own page."""

from aiohttp import web

from bot.web.keys import PAGES
from bot.web.pay.visitor import how, practices

routes = web.RouteTableDef()


@routes.get("/pay")
async def start(request: web.Request) -> web.Response:
    """Leads on when there is one practice, lists them otherwise."""
    known = await practices(request)
    if len(known) == 1:
        raise web.HTTPSeeOther(f"/pay/{known[0].file.slug}")
    return await how(request, "how_choose" if known else "how_none")


@routes.get("/pages.css")
async def style(request: web.Request) -> web.Response:
    """The one style sheet of these pages."""
    text = request.app[PAGES].file("pages/pages.css")
    return web.Response(text=text, content_type="text/css", headers={"Cache-Control": "public, max-age=3600"})
