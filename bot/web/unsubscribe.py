"""The button that mail programs show beside a notice (RFC 8058). GET changes nothing; POST needs no cookie, no form."""

from aiohttp import web
from sqlalchemy import Connection, select

from bot.store import reply_addresses
from bot.store.practices import Practice
from bot.store.reply_addresses import Kind, ReplyAddress
from bot.store.tables import conversations
from bot.turns.arrivals import Arrival
from bot.web.keys import CLOCK, PAGES, READER, ROAD, WORLD
from bot.web.pages import LANGUAGES
from bot.web.pay.visitor import how
from conversations.events import UnsubscribedByClick

routes = web.RouteTableDef()

Found = tuple[ReplyAddress, Practice, str]


@routes.get("/unsubscribe/{token}")
async def question(request: web.Request) -> web.Response:
    """A button: scanners fetch every link of a mail, and must not opt anybody out."""
    found = await _find(request)
    if found is None:
        return await how(request, "how_unsubscribe", 404)
    return _page(request, found, done=False)


@routes.post("/unsubscribe/{token}")
async def pressed(request: web.Request) -> web.Response:
    """No more notices by mail, from this commit on. Whatever the body says: the address alone decides."""
    found = await _find(request)
    if found is None:
        return await how(request, "how_unsubscribe", 404)
    now, of = request.app[CLOCK](), found[0]
    arrival = Arrival(
        provider="page",
        # An old button pressed again after they came back is a new wish.
        provider_id=f"unsubscribe:{of.id}:{now.isoformat()}",
        event=UnsubscribedByClick(),
        received_at=now,
        channel="email",
        conversation_id=of.conversation_id,
    )
    await request.app[ROAD].take(arrival)
    return _page(request, found, done=True)


def _page(request: web.Request, found: Found, *, done: bool) -> web.Response:
    _, practice, language = found
    return request.app[PAGES].draw("unsubscribe", language=language, practice=practice.file, done=done)


async def _find(request: web.Request) -> Found | None:
    token, world, asked = request.match_info["token"], request.app[WORLD], request.query.get("lang", "")
    now = request.app[CLOCK]()

    def look(conn: Connection) -> Found | None:
        of = reply_addresses.find(conn, world.keys, Kind.UNSUBSCRIBE, token, now)
        practice = world.practices.by_id(conn, of.practice_id) if of else None
        if of is None or practice is None:
            return None
        kept = conn.scalar(select(conversations.c.kept).where(conversations.c.id == of.conversation_id)) or {}
        language = asked if asked in LANGUAGES else str(kept.get("language", "en"))
        return of, practice, language

    return await request.app[READER].run(look)
