"""Paying with a saved card: what will be charged, one press, and a moment's patience for the answer."""

import asyncio

from aiohttp import web
from sqlalchemy import Connection

from bot.paying.checkout.checkouts import Hindrance
from bot.paying.pages.receipts import may_see
from bot.paying.saved_cards import page_charges
from bot.store import payments
from bot.store.cards import Card
from bot.store.payments import Attempt
from bot.web.forms import one
from bot.web.keys import CLOCK, READER, WRITER
from bot.web.pages import say
from bot.web.pay.account import draw_balance
from bot.web.pay.choosing import number
from bot.web.pay.drawing import draw, see_other
from bot.web.pay.visitor import Visitor
from bot.web.signed import Form

LOOKS, PAUSE_SECONDS = 30, 0.1
"""How long a press waits for the bank before it shows the waiting page."""


async def review(request: web.Request, who: Visitor, attempt: Attempt) -> web.StreamResponse:
    """The sum and the card, before anything is charged."""
    card_id, now = number(request.query.get("card", "")), request.app[CLOCK]()

    def look(conn: Connection) -> Card | None:
        return page_charges.usable_card(conn, who.session, card_id, now) if card_id is not None else None

    card = await request.app[READER].run(look)
    if card is None:
        return await draw_balance(request, who, say(Hindrance.CARD_GONE.value), status=409)
    told = {"amount_cents": attempt.amount_cents, "payment": attempt.public_id, "card": card}
    return draw(request, who, "review", keep=f"payment={attempt.public_id}&card={card.id}", **told)


async def charge(request: web.Request, who: Visitor, form: Form) -> web.StreamResponse:
    """The last press. Pressed again, in this tab or another, it comes to the same charge."""
    public_id, card_id, now = one(form, "payment"), number(one(form, "card")), request.app[CLOCK]()

    def order(conn: Connection) -> Attempt | Hindrance | None:
        attempt = payments.find(conn, public_id, lock=True)
        if attempt is None or card_id is None or not may_see(who.session, attempt):
            return None
        return page_charges.charge(conn, who.session, attempt, card_id, now)

    ordered = await request.app[WRITER].run(order)
    if ordered is None:
        raise see_other(who, "balance")
    if isinstance(ordered, Hindrance):
        return await draw_balance(request, who, say(ordered.value), status=409)
    if ordered.state == payments.EXPIRED:  # perhaps it went on under another name: the balance tells
        raise see_other(who, "balance")
    await _settled(request, ordered.public_id)
    raise see_other(who, f"checkout?payment={ordered.public_id}")


async def _settled(request: web.Request, public_id: str) -> None:
    """Most banks answer within a second or two: nobody need look again for that."""
    for _ in range(LOOKS):
        attempt = await request.app[READER].run(lambda conn: payments.find(conn, public_id))
        if attempt is None or not payments.is_out(attempt):
            return
        await asyncio.sleep(PAUSE_SECONDS)
