"""Another saved card for a plan that runs: theirs, ticked, and changed once."""

from typing import Any

from aiohttp import web

from bot.paying.checkout.checkouts import Hindrance
from bot.paying.saved_cards import page_charges
from bot.plans.new_card import NewCard, runs, use
from bot.store import plans
from bot.store.plans import Plan
from bot.web.forms import one
from bot.web.keys import CLOCK, READER, ROAD, SETTINGS, WORLD
from bot.web.network import client
from bot.web.pages import say
from bot.web.pay.choosing import number
from bot.web.pay.visitor import Visitor
from bot.web.signed import Form


async def change(request: web.Request, who: Visitor, plan: Plan, form: Form) -> tuple[dict[str, Any], int]:
    """Changes it, and leads back; else the words for why it could not be, and their status."""
    if one(form, "agree") != "yes":
        return say("plan_card_not_agreed"), 400
    card_id, now = number(one(form, "method", 30).removeprefix("card-")), request.app[CLOCK]()
    card = None
    if card_id is not None:
        wanted = card_id
        card = await request.app[READER].run(lambda conn: page_charges.usable_card(conn, who.session, wanted, now))
    if card is None:
        return say(Hindrance.CARD_GONE.value), 409
    if not runs(plan):
        return say("sign_changed"), 409
    network = str(client(request, request.app[SETTINGS].trusted_proxies) or "unknown")
    new = NewCard(plan.id, card.id, network, who.language, go_on=plan.paused)
    await request.app[ROAD].take(use(new, request.app[WORLD], now))
    after = await request.app[READER].run(lambda conn: plans.find(conn, plan.id))
    if after is None or after.card_id != card.id or not runs(after):
        return say(Hindrance.CARD_GONE.value), 409
    raise web.HTTPSeeOther(f"{request.path}?changed=yes")
