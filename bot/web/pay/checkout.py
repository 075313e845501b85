"""From the balance to the processor and back. The sandbox's own page, with its named cards, is here as well."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.paying import checkouts, settlements
from bot.paying.checkouts import Hindrance, Payer
from bot.paying.opening import Counter, open_page
from bot.payments.sandbox import CARDS, Sandbox
from bot.store import payments
from bot.store.payments import Attempt
from bot.web.forms import one, read_form
from bot.web.keys import CLOCK, PAGES, PROCESSOR, READER, ROAD, SETTINGS, WORLD, WRITER
from bot.web.pages import say
from bot.web.pay.account import draw_balance
from bot.web.pay.visitor import Visitor, how, visitor
from bot.web.signed import Form

routes = web.RouteTableDef()


@routes.get("/pay/{slug}/checkout")
async def show(request: web.Request) -> web.StreamResponse:
    """Where an attempt stands: cards to choose from, waiting, paid, declined, over."""
    who = await visitor(request)
    if who is None:
        return await how(request, "how_session", 403)
    public_id = request.query.get("payment", "").replace("\0", "")
    attempt = await request.app[READER].run(lambda conn: _mine(conn, who, public_id) or _open(conn, who))
    if attempt is None:
        raise web.HTTPSeeOther(f"/pay/{who.practice.file.slug}/balance")
    return await _show(request, who, attempt)


@routes.post("/pay/{slug}/checkout")
async def act(request: web.Request) -> web.StreamResponse:
    """Begins an attempt ("Confirm payment"), or ends it (a test card was chosen)."""
    form = await read_form(request)
    who = await visitor(request)
    if who is None:
        return await how(request, "how_session", 403)
    return await (_confirm if one(form, "step") == "confirm" else _begin)(request, who, form)


async def _begin(request: web.Request, who: Visitor, form: Form) -> web.StreamResponse:
    part, typed = None, one(form, "amount", 12)
    if one(form, "choice") == "part" or (typed and not one(form, "choice")):
        part = checkouts.read_amount(typed)
        if part is None:
            return await draw_balance(request, who, say(Hindrance.UNREADABLE.value), status=400, typed=typed)
    session, processor, now = who.session, request.app[PROCESSOR], request.app[CLOCK]()
    payer = Payer(session.practice_id, session.person_ids, session.link_id, session.conversation_id)
    seen = one(form, "owed", 12)
    seen_cents = int(seen) if seen.isascii() and seen.isdigit() else None
    policy = who.practice.file.policy
    begun = await request.app[WRITER].run(
        lambda conn: checkouts.begin(conn, payer, policy, processor.name, now, part_cents=part, seen_cents=seen_cents)
    )
    if isinstance(begun, Hindrance):
        return await _hindered(request, who, begun, typed if part is not None else None)
    counter = Counter(who.practice, request.app[SETTINGS].public_url, who.language)
    raise web.HTTPSeeOther(await open_page(request.app[WRITER], processor, begun, counter, now))


async def _hindered(request: web.Request, who: Visitor, why: Hindrance, typed: str | None) -> web.StreamResponse:
    stated_owed = await request.app[READER].run(lambda conn: checkouts.owed_by(conn, who.session.person_ids))
    told: dict[str, Any] = {}
    match why:
        case Hindrance.ABOVE | Hindrance.WHOLE_ONLY | Hindrance.MOVED:
            told = {"owed": stated_owed}
        case Hindrance.BELOW:
            told = {"minimum": who.practice.file.policy.minimum_payment_cents}
        case Hindrance.IN_DOUBT:
            return await draw_balance(request, who, status=409)
        case _:
            pass
    status = 409 if why in {Hindrance.MOVED, Hindrance.ENDED, Hindrance.NOTHING_OWED} else 400
    return await draw_balance(request, who, say(why.value, **told), status=status, typed=typed)


async def _confirm(request: web.Request, who: Visitor, form: Form) -> web.StreamResponse:
    processor, public_id, now = request.app[PROCESSOR], one(form, "payment"), request.app[CLOCK]()
    if not isinstance(processor, Sandbox):
        raise web.HTTPNotFound
    card = processor.card(one(form, "card"))

    def submit(conn: Connection) -> Attempt | None:
        attempt = _mine(conn, who, public_id, lock=True)
        if attempt and attempt.state == payments.OPEN and card and checkouts.requote(conn, attempt):
            chosen = {"card_brand": card.brand, "card_last4": card.last4}
            poll_at = now + processor.first_poll(card)
            payments.submit(conn, attempt.id, chosen | {"submitted_at": now, "poll_at": poll_at})
        return _mine(conn, who, public_id) if attempt else None

    attempt = await request.app[WRITER].run(submit)
    if attempt is None:
        raise web.HTTPSeeOther(f"/pay/{who.practice.file.slug}/balance")
    if attempt.state == payments.OPEN:
        return _cards(request, who, attempt, say("card_missing"), status=400)
    if attempt.state == payments.UNKNOWN and card:
        # Pressing twice: the first card counts, the processor says the same, and the road takes it once.
        news = await processor.choose(public_id, card.name, now)
        practices = request.app[WORLD].practices
        arrival = settlements.settle(news, practices, now) if news else settlements.doubt(attempt, now)
        await request.app[ROAD].take(arrival)
    raise web.HTTPSeeOther(f"/pay/{who.practice.file.slug}/checkout?payment={public_id}")


async def _show(request: web.Request, who: Visitor, attempt: Attempt) -> web.StreamResponse:
    match attempt.state:
        case payments.OPEN:
            return _cards(request, who, attempt)
        case payments.PAID:
            raise web.HTTPSeeOther(f"/pay/{who.practice.file.slug}/receipts/{attempt.receipt}")
        case payments.DECLINED:
            card = {"brand": attempt.card_brand, "last4": attempt.card_last4}
            return await draw_balance(request, who, say("declined", **card))
        case payments.EXPIRED:
            return await draw_balance(request, who, say(Hindrance.ENDED.value))
        case _:
            return await draw_balance(request, who)


def _cards(
    request: web.Request, who: Visitor, attempt: Attempt, notice: dict[str, Any] | None = None, *, status: int = 200
) -> web.Response:
    return request.app[PAGES].draw(
        "checkout",
        language=who.language,
        practice=who.practice.file,
        status=status,
        notice=notice,
        amount_cents=attempt.amount_cents,
        payment=attempt.public_id,
        cards=CARDS,
    )


def _open(conn: Connection, who: Visitor) -> Attempt | None:
    """The attempt that these people have open: after a change of language, say."""
    held = payments.holding(conn, who.session.person_ids)
    return next((attempt for attempt in held if set(attempt.person_ids) <= set(who.session.person_ids)), None)


def _mine(conn: Connection, who: Visitor, public_id: str, *, lock: bool = False) -> Attempt | None:
    """The attempt, if it is about the people who are signed in."""
    attempt = payments.find(conn, public_id, lock=lock)
    return attempt if attempt and set(attempt.person_ids) <= set(who.session.person_ids) else None
