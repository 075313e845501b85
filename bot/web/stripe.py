"""Stripe's webhook: the signature first, then the object itself, since events come late, twice and out of order."""

from aiohttp import web
from sqlalchemy import Connection

from bot.paying.outcomes.hearing import account_of, hear
from bot.payments import ForgedNewsError, News, PaymentNews, ProcessorAwayError, Submitted
from bot.payments.stripe import SIGNATURE, Heard
from bot.store import inbox
from bot.turns.arrivals import Arrival
from bot.web.forms import read_body
from bot.web.keys import CLOCK, READER, ROAD, STRIPE, WORLD

routes = web.RouteTableDef()


@routes.post("/webhooks/stripe")
async def events(request: web.Request) -> web.Response:
    """200 once it is in the books, or is none of ours; 503 when Stripe should send it again."""
    stripe, now, road = request.app[STRIPE], request.app[CLOCK](), request.app[ROAD]
    body = await read_body(request)
    try:
        heard = stripe.hear(body, request.headers.get(SIGNATURE, ""), now)
    except ForgedNewsError as error:
        raise web.HTTPBadRequest(text=f"Refused: {error}.") from None
    if not heard.event_id or await _heard_before(request, heard):
        return web.Response()
    try:
        for news in await stripe.closer(heard):
            for each in (*await _before(request, heard, news), news):
                await _refuse_others(request, heard, each)
                await hear(road, each, request.app[WORLD].practices, now)
    except ProcessorAwayError:
        raise web.HTTPServiceUnavailable(text="Send it again later.") from None
    # Only now: an event that came to nothing here must be taken when it is sent again.
    await road.take(Arrival(stripe.name, heard.event_id, None, now, prepare=lambda _: (None, None)))
    return web.Response()


async def _before(request: web.Request, heard: Heard, news: News) -> tuple[News, ...]:
    """A refund may be told before its payment: then that is asked for first."""
    if isinstance(news, PaymentNews):
        return ()
    stripe, now, practices = request.app[STRIPE], request.app[CLOCK](), request.app[WORLD].practices
    if await request.app[READER].run(lambda conn: account_of(conn, news, practices)) is not None:
        return ()
    paid = await stripe.look(Submitted("", news.payment_id, 0, now, 0, heard.account), now)
    return (paid,) if paid else ()


async def _refuse_others(request: web.Request, heard: Heard, news: News) -> None:
    """What was signed may lead to an object that names a payment of another practice."""
    if news == heard.news or (heard.news and _about(news) == _about(heard.news)):
        return
    practices = request.app[WORLD].practices
    account = await request.app[READER].run(lambda conn: account_of(conn, news, practices))
    if account is not None and account != heard.account:
        raise web.HTTPBadRequest(text="Refused: the event is of another account.")


def _about(news: News) -> str:
    return news.public_id if isinstance(news, PaymentNews) else news.payment_id


async def _heard_before(request: web.Request, heard: Heard) -> bool:
    practices, name = request.app[WORLD].practices, request.app[STRIPE].name

    def look(conn: Connection) -> tuple[bool, str | None]:
        known = inbox.find(conn, name, heard.event_id) is not None
        return known, account_of(conn, heard.news, practices) if heard.news else None

    known, account = await request.app[READER].run(look)
    if account is not None and account != heard.account:
        raise web.HTTPBadRequest(text="Refused: the event is of another account.")
    return known
