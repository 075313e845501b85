"""The agreement of a plan: to read, to sign with a card, to print, to give another card, and to stop."""

import asyncio
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.paying.pages import statements
from bot.paying.pages.plan_cards import PlanCard, plan_cards
from bot.plans import signing
from bot.plans.agreements import Agreement, agreement
from bot.plans.new_card import may_pay_for, runs
from bot.plans.stopping import stop
from bot.store import plans
from bot.store.cards import Agreed
from bot.store.plans import Plan
from bot.web.forms import one, read_form
from bot.web.keys import CLOCK, READER, ROAD, WORLD
from bot.web.pages import say
from bot.web.pay import plan_card, signature, way_back
from bot.web.pay.choosing import number
from bot.web.pay.drawing import draw, see_other
from bot.web.pay.visitor import Visitor, how, visitor
from conversations.conversation import Proof

routes = web.RouteTableDef()
LOOKS, PAUSE_SECONDS = 25, 0.1
PATH = r"/pay/{slug}/agreements/{plan:[0-9]{1,15}}"


@routes.get(PATH)
async def show(request: web.Request) -> web.StreamResponse:
    """As it stands, or as it was signed; `?view=print` leaves out everything that is no part of the document."""
    who = await visitor(request)
    if who is None:
        return await how(request, "how_session", 403)
    plan = await _theirs(request, who)
    if request.query.get("changed") == "yes" and runs(plan):
        return await draw_agreement(request, who, plan, say("plan_card_changed", "good"))
    if request.query.get("signed") != "yes":
        return await draw_agreement(request, who, plan)
    plan = await _begun(request, who, plan)
    words = "signed_now" if plan.state == plans.ACTIVE else "signed_soon"
    return await draw_agreement(request, who, plan, say(words, "good") if plan.signed_at else None)


@routes.post(PATH)
async def act(request: web.Request) -> web.StreamResponse:
    """Signs it, lets it charge another card, or stops what was signed."""
    form = await read_form(request)
    who = await visitor(request)
    if who is None:
        return await how(request, "how_session", 403)
    plan = await _theirs(request, who)
    match one(form, "step"):
        case "sign":
            faulty = signature.fault(form)
            if faulty:
                return await draw_agreement(request, who, plan, say(faulty), status=400, **signature.typed(form))
            if not signing.signable(plan):
                return await draw_agreement(request, who, plan, say("sign_changed"), status=409)
            refused = await signature.sign(request, who, plan, form)
            return await draw_agreement(request, who, plan, say(refused), status=409, **signature.typed(form))
        case "stop":
            now = request.app[CLOCK]()
            await request.app[ROAD].take(stop(plan.id, request.app[WORLD], now))
            return await draw_agreement(request, who, await _theirs(request, who), say("plan_stopped", "good"))
        case "card":
            why, status = await plan_card.change(request, who, plan, form)
            return await draw_agreement(request, who, plan, why, status=status, chosen=one(form, "method", 30))
        case _:
            raise web.HTTPBadRequest


async def _begun(request: web.Request, who: Visitor, plan: Plan) -> Plan:
    """A card that was saved a moment ago sets the plan going in the moment after."""
    for _ in range(LOOKS):
        if plan.state != plans.PENDING or plan.signed_at is None:
            break
        await asyncio.sleep(PAUSE_SECONDS)
        plan = await _theirs(request, who)
    return plan


async def _theirs(request: web.Request, who: Visitor) -> Plan:
    """The plan of that number, if it is theirs; who has not shown who they are types a code first."""
    plan_id, practice_id = int(request.match_info["plan"]), who.practice.id
    plan = await request.app[READER].run(lambda conn: plans.find(conn, plan_id, practice_id=practice_id))
    if plan is None or plan.draft or plan.person_id not in who.session.person_ids or who.session.proof is Proof.NONE:
        raise web.HTTPNotFound
    if who.session.proof is not Proof.PERSON:
        response = see_other(who, "code")
        way_back.keep(request, response, f"agreements/{plan_id}")
        raise response
    return plan


async def draw_agreement(
    request: web.Request,
    who: Visitor,
    plan: Plan,
    notice: dict[str, Any] | None = None,
    *,
    status: int = 200,
    name: str = "",
    chosen: str = "",
) -> web.Response:
    """The page; `name` and `chosen` are what was filled in, to be mended rather than filled in again."""
    now = request.app[CLOCK]()

    def look(conn: Connection) -> tuple[Agreement, tuple[Agreed, ...], PlanCard | None]:
        told = agreement(conn, who.practice, plan, now, who.language)
        usable = statements.usable_cards(conn, who.session, now)
        theirs = tuple(each for each in usable if may_pay_for(conn, plan, each.card.person_id, now))
        standing = plan_cards(conn, [plan.person_id], now.date())
        return told, theirs, next((each for each in standing if each.id == plan.id), None)

    told, cards, standing = await request.app[READER].run(look)
    wanted = number(request.query.get("card", ""))
    printed = request.query.get("view") == "print"
    return draw(
        request,
        who,
        "agreement",
        status=status,
        notice=notice,
        keep="view=print" if printed else "",
        told=told,
        cards=cards,
        signable=signing.signable(plan),
        paused=plan.paused,
        printed=printed,
        name=name,
        chosen=chosen or (f"card-{wanted}" if wanted is not None else ""),
        others=[each for each in cards if plan.paused or each.card.id != plan.card_id],
        trouble=standing.trouble.value if standing else "",
        runs=runs(plan),
        keep_open=wanted is not None or bool(chosen),
    )
