"""The sandbox's own page: named test cards where a real processor asks for a number."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.paying.checkout import checkouts
from bot.paying.outcomes import settlements
from bot.paying.outcomes.hearing import hear
from bot.paying.pages.receipts import may_see
from bot.payments.sandbox import CARDS, Sandbox
from bot.store import payments
from bot.store.payments import Attempt
from bot.web.forms import one
from bot.web.keys import CLOCK, PROCESSOR, ROAD, WORLD, WRITER
from bot.web.pages import say
from bot.web.pay.drawing import draw, see_other
from bot.web.pay.visitor import Visitor
from bot.web.signed import Form


def cards(
    request: web.Request, who: Visitor, attempt: Attempt, notice: dict[str, Any] | None = None, *, status: int = 200
) -> web.Response:
    """The choice of cards."""
    told = {"amount_cents": attempt.amount_cents, "payment": attempt.public_id, "cards": CARDS}
    keep = f"payment={attempt.public_id}"
    return draw(request, who, "checkout", status=status, notice=notice, keep=keep, **told)


async def confirm(request: web.Request, who: Visitor, form: Form) -> web.StreamResponse:
    """A card was chosen. Twice: the first one counts, the sandbox says the same, and the road takes it once."""
    processor, public_id, now = request.app[PROCESSOR], one(form, "payment"), request.app[CLOCK]()
    if not isinstance(processor, Sandbox):
        raise web.HTTPNotFound
    card = processor.card(one(form, "card"))

    def submit(conn: Connection) -> Attempt | None:
        attempt = payments.find(conn, public_id, lock=True)
        if attempt is None or not may_see(who.session, attempt):
            return None
        if card and _waits(attempt) and checkouts.requote(conn, attempt, now):
            chosen = {"card_brand": card.brand, "card_last4": card.last4}
            poll_at = now + processor.first_poll(card)
            payments.submit(conn, attempt.id, chosen | {"submitted_at": now, "poll_at": poll_at})
        return payments.find(conn, public_id)

    attempt = await request.app[WRITER].run(submit)
    if attempt is None or (attempt.state == payments.OPEN and not attempt.checkout_url):
        raise see_other(who, "balance")
    if _waits(attempt):
        return cards(request, who, attempt, say("card_missing"), status=400)
    if attempt.state == payments.UNKNOWN and attempt.kind == payments.CHECKOUT and card:
        news = await processor.choose(public_id, card.name, now)
        practices = request.app[WORLD].practices
        if news:
            await hear(request.app[ROAD], news, practices, now)
        else:
            await request.app[ROAD].take(settlements.doubt(attempt, now))
    raise see_other(who, f"checkout?payment={public_id}")


def _waits(attempt: Attempt) -> bool:
    """Only what was opened there can be paid there: the last page before a saved card has no page at the sandbox."""
    return attempt.state == payments.OPEN and attempt.kind == payments.CHECKOUT and bool(attempt.checkout_url)
