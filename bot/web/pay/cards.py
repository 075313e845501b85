"""The saved cards of who is signed in: to see, to remove, and whether a texted reply may charge them."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.paying.pages.plan_cards import PlanCard, plan_cards
from bot.paying.saved_cards import mandates
from bot.plans.new_card import runs
from bot.plans.stopping import stop
from bot.store import cards, plans
from bot.store.cards import Agreed, Card
from bot.web.forms import one, read_form
from bot.web.keys import CLOCK, PAGES, READER, ROAD, SETTINGS, WORLD, WRITER
from bot.web.network import client
from bot.web.pages import say
from bot.web.pay import way_back
from bot.web.pay.choosing import number
from bot.web.pay.drawing import draw, see_other
from bot.web.pay.visitor import Visitor, how, visitor
from conversations.conversation import Proof

routes = web.RouteTableDef()


@routes.get("/pay/{slug}/cards")
async def show(request: web.Request) -> web.StreamResponse:
    """The list; who has not shown that they are the person types a code first."""
    who = await visitor(request)
    if who is None:
        return await how(request, "how_session", 403)
    number_saved = number(request.query.get("card", ""))
    card = await request.app[READER].run(lambda conn: _theirs(conn, proved(request, who, "cards"), number_saved))
    return await _draw(request, who, say("card_kept", "good", brand=card.brand, last4=card.last4) if card else None)


@routes.post("/pay/{slug}/cards")
async def act(request: web.Request) -> web.StreamResponse:
    """Removes a card, or turns paying by text on or off for it."""
    form = await read_form(request)
    who = await visitor(request)
    if who is None:
        return await how(request, "how_session", 403)
    proved(request, who, "cards")
    card_id, step = number(one(form, "card")), one(form, "step")
    card = await request.app[READER].run(lambda conn: _theirs(conn, who, card_id))
    if card is None:
        return await _draw(request, who, say("card_was_gone"), status=404)
    if step == "remove":
        return await _remove(request, who, card)
    if step not in {"text_on", "text_off"}:
        raise web.HTTPBadRequest
    return await _by_text(request, who, card, on=step == "text_on" and who.practice.file.policy.saved_card_by_text)


def proved(request: web.Request, who: Visitor, where: str) -> Visitor:
    """Whoever has not shown that they are the person types a code, and comes back."""
    match who.session.proof:
        case Proof.PERSON:
            return who
        case Proof.PHONE:
            response = see_other(who, "code")
            way_back.keep(request, response, where)
            raise response
        case _:
            raise see_other(who, "balance")


def _theirs(conn: Connection, who: Visitor, card_id: int | None) -> Card | None:
    card = cards.find(conn, card_id) if card_id is not None else None
    return card if card and card.person_id in who.session.person_ids else None


async def _remove(request: web.Request, who: Visitor, card: Card) -> web.StreamResponse:
    now = request.app[CLOCK]()

    def take(conn: Connection) -> list[int]:
        cards.remove(conn, card.id, "patient", now)
        theirs = plans.open_of(conn, who.session.person_ids).values()
        return [plan.id for each in theirs for plan in each if plan.card_id == card.id and plan.state == plans.ACTIVE]

    for plan_id in await request.app[WRITER].run(take):
        await request.app[ROAD].take(stop(plan_id, request.app[WORLD], now))
    return await _draw(request, who, say("card_removed", "good", brand=card.brand, last4=card.last4))


async def _by_text(request: web.Request, who: Visitor, card: Card, *, on: bool) -> web.StreamResponse:
    now, file = request.app[CLOCK](), who.practice.file
    consent = mandates.Consent(
        save="",
        by_text=request.app[PAGES].words("mandate_by_text", who.language, file, file.name),
        language=who.language,
        network=str(client(request, request.app[SETTINGS].trusted_proxies) or "unknown"),
    )
    await request.app[WRITER].run(lambda conn: mandates.by_text(conn, card, consent, now, on=on))
    return await _draw(request, who, say("text_pay_on" if on else "text_pay_off", "good"))


async def _draw(
    request: web.Request, who: Visitor, notice: dict[str, Any] | None = None, *, status: int = 200
) -> web.Response:
    now, ids = request.app[CLOCK](), who.session.person_ids

    def look(conn: Connection) -> tuple[list[Agreed], dict[int | None, int], tuple[PlanCard, ...]]:
        every = [one for theirs in cards.agreed(conn, ids).values() for one in theirs]
        running = {
            plan.card_id: plan.id for theirs in plans.open_of(conn, ids).values() for plan in theirs if runs(plan)
        }
        return every, running, tuple(one for one in plan_cards(conn, ids, now.date()) if one.trouble)

    every, on_plans, troubled = await request.app[READER].run(look)
    told = [
        {
            "id": one.card.id,
            "brand": one.card.brand,
            "last4": one.card.last4,
            "expires_on": one.card.expires_on.isoformat() if one.card.expires_on else "",
            "expired": one.card.expired(now.date()),
            "held_until": one.card.held_until.isoformat() if one.card.held_until and one.card.held_until > now else "",
            "by_text": one.by_text,
            "plan_id": on_plans.get(one.card.id),
        }
        for one in every
    ]
    texts = who.practice.file.policy.saved_card_by_text
    return draw(request, who, "cards", status=status, notice=notice, cards=told, may_text=texts, troubled=troubled)
