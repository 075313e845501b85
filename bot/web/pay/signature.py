"""What a signature under an agreement takes: a name, a tick, and a card that is saved or about to be."""

import re

from aiohttp import web
from sqlalchemy import Connection

from bot.paying.checkout import checkouts
from bot.paying.checkout.checkouts import Hindrance, Payer
from bot.paying.checkout.opening import Counter, open_page
from bot.paying.saved_cards import page_charges
from bot.payments import ProcessorAwayError
from bot.plans import signing
from bot.plans.signing import Signature
from bot.store import plans
from bot.store.payments import Attempt
from bot.store.plans import Plan
from bot.web.forms import one
from bot.web.keys import CLOCK, PROCESSOR, READER, ROAD, SETTINGS, WORLD, WRITER
from bot.web.network import client
from bot.web.pay import onward
from bot.web.pay.choosing import number
from bot.web.pay.visitor import Visitor
from bot.web.signed import Form

LONGEST_NAME = 120
_NAME = re.compile(r"(?=.*[^\W\d_])[^\d]{2,120}")
"""Letters, and no digits: no field of ours can take a card number."""


def fault(form: Form) -> str:
    """The words for what is missing; empty when nothing is."""
    if not _NAME.fullmatch(one(form, "name", LONGEST_NAME)):
        return "sign_name_missing"
    return "" if one(form, "agree") == "yes" else "sign_not_agreed"


def typed(form: Form) -> dict[str, str]:
    """What was filled in."""
    return {"name": one(form, "name", LONGEST_NAME), "chosen": one(form, "method", 30)}


async def sign(request: web.Request, who: Visitor, plan: Plan, form: Form) -> str:
    """Signs, and leads on; the words for why it could not be."""
    method, now = one(form, "method", 30), request.app[CLOCK]()
    if method != "new":
        card_id = number(method.removeprefix("card-")) or 0
        card = await request.app[READER].run(lambda conn: page_charges.usable_card(conn, who.session, card_id, now))
        if card is None:
            return Hindrance.CARD_GONE.value
        return await _take(request, plan, _signature(request, who, plan, form, card_id=card.id))
    attempt = await request.app[WRITER].run(lambda conn: _checkout(request, conn, who, plan))
    if isinstance(attempt, Hindrance):
        return "waiting_no" if attempt is Hindrance.IN_DOUBT else attempt.value
    refused = await _take(request, plan, _signature(request, who, plan, form, payment_id=attempt.id))
    if refused:
        return refused
    counter = Counter(who.practice, request.app[SETTINGS].public_url, who.language)
    try:
        url = await open_page(request.app[WRITER], request.app[PROCESSOR], attempt, counter, now)
    except ProcessorAwayError:
        return "processor_away"
    raise web.HTTPSeeOther(onward.way(request, who.practice.file.slug, attempt, url))


async def _take(request: web.Request, plan: Plan, signed: Signature) -> str:
    now = request.app[CLOCK]()
    await request.app[ROAD].take(signing.sign(signed, request.app[WORLD], now))
    after = await request.app[READER].run(lambda conn: plans.find(conn, plan.id))
    if signed.card_id is not None and after is not None and after.state == plans.ACTIVE:
        raise web.HTTPSeeOther(f"{request.path}?signed=yes")
    kept = after is not None and after.signed_at is not None and after.signed_at >= now
    return "" if signed.card_id is None and kept else "sign_changed"


def _checkout(request: web.Request, conn: Connection, who: Visitor, plan: Plan) -> Attempt | Hindrance:
    session, now = who.session, request.app[CLOCK]()
    payer = Payer(session.practice_id, (plan.person_id,), session.link_id, session.conversation_id)
    ends = checkouts.ends_at(conn, session, now)
    return checkouts.begin_saving(conn, payer, request.app[PROCESSOR].name, now, ends)


def _signature(
    request: web.Request,
    who: Visitor,
    plan: Plan,
    form: Form,
    *,
    card_id: int | None = None,
    payment_id: int | None = None,
) -> Signature:
    return Signature(
        plan_id=plan.id,
        name=one(form, "name", LONGEST_NAME),
        network=str(client(request, request.app[SETTINGS].trusted_proxies) or "unknown"),
        language=who.language,
        seen=one(form, "seen", 40),
        card_id=card_id,
        payment_id=payment_id,
    )
