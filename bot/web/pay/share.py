"""A link for somebody else who pays: made here, shown once, and taken back here."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.paying.invitations import sharing
from bot.web.forms import one, read_form
from bot.web.keys import CLOCK, READER, SETTINGS, WORLD, WRITER
from bot.web.pages import say
from bot.web.pay.drawing import draw, see_other
from bot.web.pay.visitor import Visitor, how, visitor
from conversations.conversation import Proof

routes = web.RouteTableDef()


@routes.get("/pay/{slug}/share")
async def page(request: web.Request) -> web.Response:
    """What such a link does, and those that are open."""
    who = await _patient(request)
    return await _draw(request, who) if who else await how(request, "how_session", 403)


@routes.post("/pay/{slug}/share")
async def act(request: web.Request) -> web.StreamResponse:
    """Make one, or take one back."""
    form, who = await read_form(request), await _patient(request)
    if who is None:
        return await how(request, "how_session", 403)
    if one(form, "step") == "make":
        return await _make(request, who)
    number = one(form, "link", 18)
    if one(form, "step") == "take_back" and number.isascii() and number.isdigit():
        now = request.app[CLOCK]()
        done = await request.app[WRITER].run(lambda conn: sharing.take_back(conn, who.session, int(number), now))
        return await _draw(request, who, notice=say("share_taken_back", "good")) if done else await _draw(request, who)
    raise see_other(who, "share")


async def _make(request: web.Request, who: Visitor) -> web.Response:
    keys, now = request.app[WORLD].keys, request.app[CLOCK]()

    def make(conn: Connection) -> str | None:
        return sharing.share(conn, keys, who.session, now)

    token = await request.app[WRITER].run(make)
    if token is None:
        return await _draw(request, who, status=409, notice=say("share_not_now"))
    return await _draw(request, who, url=f"{request.app[SETTINGS].public_url}/p/{token}")


async def _patient(request: web.Request) -> Visitor | None:
    """Not somebody who was handed such a link: it is not theirs to hand on."""
    who = await visitor(request)
    return who if who and who.session.proof is not Proof.NONE else None


async def _draw(request: web.Request, who: Visitor, url: str = "", **values: Any) -> web.Response:
    now = request.app[CLOCK]()
    open_links = await request.app[READER].run(lambda conn: sharing.shared(conn, who.session, now))
    shown = [{"id": link_id, "until": until.isoformat()} for link_id, until in open_links]
    return draw(request, who, "share", url=url, links=shown, days=sharing.GOOD_FOR.days, **values)
