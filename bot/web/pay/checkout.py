"""From the balance to a card and back: begins an attempt, and tells where one stands."""

from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from bot.paying.checkout import checkouts
from bot.paying.checkout.checkouts import Hindrance, Payer
from bot.paying.checkout.opening import Counter, open_page
from bot.paying.outcomes.hearing import hear
from bot.paying.pages.receipts import may_see
from bot.paying.saved_cards import mandates
from bot.payments import ProcessorAwayError
from bot.payments.sandbox import Sandbox
from bot.store import payments
from bot.store.payments import Attempt
from bot.web.forms import one, read_form
from bot.web.keys import CLOCK, PROCESSOR, READER, ROAD, SETTINGS, WORLD, WRITER
from bot.web.pages import say
from bot.web.pay import adding, choosing, onward, sandbox_page, saved_card
from bot.web.pay.account import draw_balance, draw_waiting
from bot.web.pay.choosing import Chosen
from bot.web.pay.drawing import draw, see_other
from bot.web.pay.visitor import Visitor, how, visitor
from bot.web.signed import Form
from conversations.conversation import Proof

routes = web.RouteTableDef()


@routes.get("/pay/{slug}/checkout")
async def show(request: web.Request) -> web.StreamResponse:
    """Where an attempt stands: cards to choose from, waiting, paid, declined, over."""
    who = await visitor(request)
    if who is None:
        return await how(request, "how_session", 403)
    public_id = request.query.get("payment", "").replace("\0", "")
    attempt = await request.app[READER].run(lambda conn: mine(conn, who, public_id) or _open(conn, who))
    if attempt is None:
        raise see_other(who, "balance")
    return await _show(request, who, await _asked(request, who, attempt))


@routes.post("/pay/{slug}/checkout")
async def act(request: web.Request) -> web.StreamResponse:
    """Begins an attempt, or has a card pay it: a saved one, or one of the sandbox's."""
    form = await read_form(request)
    who = await visitor(request)
    if who is None:
        return await how(request, "how_session", 403)
    match one(form, "step"):
        case "confirm":
            return await sandbox_page.confirm(request, who, form)
        case "charge":
            return await saved_card.charge(request, who, form)
        case _:
            return await _begin(request, who, form)


async def _begin(request: web.Request, who: Visitor, form: Form) -> web.StreamResponse:
    chosen = choosing.read(request, who, form)
    if isinstance(chosen, Hindrance):
        return await _hindered(request, who, chosen, form)
    now, policy, name = request.app[CLOCK](), who.practice.file.policy, request.app[PROCESSOR].name
    session = who.session
    alone = session.made_at if session.proof is Proof.NONE else None
    payer = Payer(session.practice_id, session.person_ids, session.link_id, session.conversation_id, alone)

    def begin(conn: Connection) -> Attempt | Hindrance:
        ends = checkouts.ends_at(conn, session, now)
        begun = checkouts.begin(
            conn, payer, policy, name, now, chosen.choice, seen_cents=chosen.seen_cents, expires_at=ends
        )
        if isinstance(begun, Attempt):
            mandates.agree(conn, begun, chosen.consent, now)
        return begun

    begun = await request.app[WRITER].run(begin)
    if isinstance(begun, Hindrance):
        return await _hindered(request, who, begun, form)
    return await _onward(request, who, begun, chosen)


async def _onward(request: web.Request, who: Visitor, attempt: Attempt, chosen: Chosen) -> web.StreamResponse:
    """To the last press for a saved card, or to the processor's own page."""
    if chosen.card_id is not None:
        raise see_other(who, f"checkout?payment={attempt.public_id}&card={chosen.card_id}")
    counter = Counter(who.practice, request.app[SETTINGS].public_url, who.language)
    now = request.app[CLOCK]()
    try:
        url = await open_page(request.app[WRITER], request.app[PROCESSOR], attempt, counter, now)
    except ProcessorAwayError:
        return await draw_balance(request, who, say("processor_away"), status=503)
    raise web.HTTPSeeOther(onward.way(request, who.practice.file.slug, attempt, url))


async def _hindered(request: web.Request, who: Visitor, why: Hindrance, form: Form) -> web.StreamResponse:
    owed = await request.app[READER].run(lambda conn: checkouts.owed_by(conn, who.session.person_ids))
    told: dict[str, Any] = {}
    match why:
        case Hindrance.ABOVE | Hindrance.WHOLE_ONLY | Hindrance.MOVED:
            told = {"owed": owed}
        case Hindrance.BELOW:
            told = {"minimum": who.practice.file.policy.minimum_payment_cents}
        case Hindrance.CRUMBS:
            told = {"rest": owed - (choosing.read_amount(form) or 0), "owed": owed}
        case Hindrance.IN_DOUBT:
            return await draw_balance(request, who, status=409)
        case _:
            pass
    status = 409 if why in {Hindrance.MOVED, Hindrance.VISITS_MOVED, Hindrance.ENDED, Hindrance.NOTHING_OWED} else 400
    return await draw_balance(request, who, say(why.value, **told), status=status, filled=choosing.filled(form, why))


async def _asked(request: web.Request, who: Visitor, attempt: Attempt) -> Attempt:
    """Back from the processor's page before its word came: ask it, so that nobody stares at an old page."""
    processor, now = request.app[PROCESSOR], request.app[CLOCK]()
    if attempt.state != payments.OPEN or not attempt.checkout_url or isinstance(processor, Sandbox):
        return attempt
    news = await processor.look(checkouts.submitted(attempt, who.practice.file.stripe_account), now)
    if news is None:
        return attempt
    await hear(request.app[ROAD], news, request.app[WORLD].practices, now)
    return await request.app[READER].run(lambda conn: payments.find(conn, attempt.public_id)) or attempt


async def _show(request: web.Request, who: Visitor, attempt: Attempt) -> web.StreamResponse:
    match attempt.state:
        case payments.PAID if not attempt.amount_cents:
            raise await _saved(request, who, attempt)
        case payments.PAID:
            raise see_other(who, f"receipts/{attempt.receipt}")
        case payments.DECLINED:
            card = {"brand": attempt.card_brand, "last4": attempt.card_last4}
            return await draw_balance(request, who, say("declined", **card))
        case payments.EXPIRED:
            return await draw_balance(request, who, say(Hindrance.ENDED.value))
        case _ if payments.is_out(attempt):
            return draw_waiting(request, who, attempt.amount_cents, attempt.public_id)
        case _ if "card" in request.query:
            return await saved_card.review(request, who, attempt)
        case _ if isinstance(request.app[PROCESSOR], Sandbox) and attempt.checkout_url:
            return sandbox_page.cards(request, who, attempt)
        case _ if attempt.checkout_url:
            told = {"amount_cents": attempt.amount_cents, "url": attempt.checkout_url}
            return draw(request, who, "onward", keep=f"payment={attempt.public_id}", **told)
        case _:
            return await draw_balance(request, who)


async def _saved(request: web.Request, who: Visitor, attempt: Attempt) -> web.HTTPSeeOther:
    """A card was saved, and no more: for the agreement that was signed with it, or to be chosen."""
    plan_id = await request.app[READER].run(lambda conn: mandates.plan_of(conn, attempt.id))
    return see_other(who, f"agreements/{plan_id}?signed=yes") if plan_id else await adding.saved(request, who, attempt)


def _open(conn: Connection, who: Visitor) -> Attempt | None:
    """The attempt that these people have open: after a change of language, say."""
    return next((one for one in payments.holding(conn, who.session.person_ids) if may_see(who.session, one)), None)


def mine(conn: Connection, who: Visitor, public_id: str, *, lock: bool = False) -> Attempt | None:
    """The attempt, if it is about the people who are signed in."""
    attempt = payments.find(conn, public_id, lock=lock)
    return attempt if attempt and may_see(who.session, attempt) else None
