"""A card is added for later: what that means, a tick, and then the card processor's page. No money is taken."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.paying.checkout.checkouts import Hindrance
from bot.paying.checkout.opening import Counter, open_page
from bot.paying.saved_cards import saving
from bot.payments import ProcessorAwayError
from bot.store import plans
from bot.store.payments import Attempt
from bot.web.forms import one, read_form
from bot.web.keys import CLOCK, PROCESSOR, READER, SETTINGS, WRITER
from bot.web.pages import say
from bot.web.pay import onward, way_back
from bot.web.pay.account import draw_balance
from bot.web.pay.cards import proved
from bot.web.pay.choosing import consent, number
from bot.web.pay.drawing import draw, see_other
from bot.web.pay.visitor import Visitor, how, visitor

routes = web.RouteTableDef()


@routes.get("/pay/{slug}/cards/new")
async def show(request: web.Request) -> web.StreamResponse:
    """What saving a card means; `plan`: the plan that shall charge it."""
    who = await visitor(request)
    if who is None:
        return await how(request, "how_session", 403)
    proved(request, who, "cards")
    return _draw(request, who, number(request.query.get("plan", "")))


@routes.post("/pay/{slug}/cards/new")
async def act(request: web.Request) -> web.StreamResponse:
    """Agreed: on to the page where the card is entered."""
    form = await read_form(request)
    who = await visitor(request)
    if who is None:
        return await how(request, "how_session", 403)
    proved(request, who, "cards")
    plan_id, agreed = number(one(form, "plan")), consent(request, who, form)
    if one(form, "keep") != "yes":
        return _draw(request, who, plan_id, say("keep_not_ticked"), status=400)
    now, name = request.app[CLOCK](), request.app[PROCESSOR].name

    def begin(conn: Connection) -> Attempt | Hindrance:
        plan = plans.find(conn, plan_id, practice_id=who.practice.id) if plan_id is not None else None
        holder = saving.holder_of(conn, who.session, plan.person_id if plan else None, now)
        return saving.begin(conn, who.session, name, agreed, holder, now)

    attempt = await request.app[WRITER].run(begin)
    if isinstance(attempt, Hindrance):
        return await draw_balance(request, who, status=409)
    counter = Counter(who.practice, request.app[SETTINGS].public_url, who.language)
    try:
        url = await open_page(request.app[WRITER], request.app[PROCESSOR], attempt, counter, now)
    except ProcessorAwayError:
        return _draw(request, who, plan_id, say("processor_away"), status=503)
    response = web.HTTPSeeOther(onward.way(request, who.practice.file.slug, attempt, url))
    way_back.keep(request, response, f"agreements/{plan_id}" if plan_id is not None else "cards")
    raise response


async def saved(request: web.Request, who: Visitor, attempt: Attempt) -> web.HTTPSeeOther:
    """Back to where the card was missing, with the new one chosen."""
    where = way_back.take(request)
    card_id = await request.app[READER].run(lambda conn: saving.card_of(conn, attempt.id))
    chosen = f"?card={card_id}" if card_id is not None else ""
    response = see_other(who, f"{where}{chosen}#card" if where.startswith("agreements/") else f"cards{chosen}")
    way_back.forget(request, response)
    return response


def _draw(
    request: web.Request, who: Visitor, plan_id: int | None, notice: dict[str, Any] | None = None, *, status: int = 200
) -> web.Response:
    keep = f"plan={plan_id}" if plan_id is not None else ""
    texts = who.practice.file.policy.saved_card_by_text
    return draw(request, who, "card_new", status=status, notice=notice, keep=keep, plan_id=plan_id, by_text=texts)
