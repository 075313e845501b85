"""A receipt on the screen and for print."""

from aiohttp import web
from sqlalchemy import Connection

from bot.paying.checkout import checkouts
from bot.paying.pages import receipts
from bot.paying.pages.receipts import Receipt
from bot.web.keys import READER
from bot.web.pay.drawing import draw
from bot.web.pay.visitor import how, visitor

routes = web.RouteTableDef()


@routes.get(r"/pay/{slug}/receipts/{receipt:[A-Z0-9-]{1,40}}")
async def receipt(request: web.Request) -> web.Response:
    """One payment; `?view=print` leaves out everything that is no part of the document."""
    who = await visitor(request)
    if who is None:
        return await how(request, "how_session", 403)
    number, session = request.match_info["receipt"], who.session

    def look(conn: Connection) -> tuple[Receipt | None, int]:
        return receipts.receipt(conn, session, number, names_told=who.sees_visits), checkouts.owed_by(
            conn, session.person_ids
        )

    paid, owed_cents = await request.app[READER].run(look)
    if paid is None:
        raise web.HTTPNotFound
    printed = request.query.get("view") == "print"
    told = {"paid": paid, "owed_cents": owed_cents, "printed": printed}
    return draw(request, who, "receipt", keep="view=print" if printed else "", **told)
