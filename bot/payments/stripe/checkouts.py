"""Hosted Checkout: a page of Stripe's for one attempt, which ends with the link it began from."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.payments.news import Answer, PaymentNews
from bot.payments.protocol import Opened, Order, ProcessorAwayError, Submitted
from bot.payments.stripe.calls import Calls, NobodyKnowsError, RefusedError, SameKeyError, Told
from bot.payments.stripe.objects import AT_CHECKOUT, NAME, OURS, WHERE, of_session

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

SHORTEST = timedelta(minutes=31)
"""Stripe wants half an hour at least, by its own clock; we close the page ourselves when the link ends."""
LONGEST = timedelta(hours=23)
STEP_SECONDS = 300
"""So that two presses at once ask for the same page."""
WORDS = {"en": "Balance payment", "es": "Pago de saldo"}
"""All that the card's owner reads there: nothing about a visit, nobody's name."""
CARD = ["payment_intent.latest_charge", "setup_intent.payment_method"]


async def open_page(calls: Calls, order: Order, now: datetime) -> Opened:
    """The page, made once for this order; raises ProcessorAwayError, after which the same may be asked again."""
    try:
        try:
            session = await _make(calls, order, now, order.public_id)
        except (SameKeyError, NobodyKnowsError):
            session = await _made_before(calls, order, now)
    except (SameKeyError, NobodyKnowsError, RefusedError) as error:
        raise ProcessorAwayError(str(error)) from None
    return Opened(session["url"] or order.return_url, session["id"])


async def _make(calls: Calls, order: Order, now: datetime, key: str) -> Told:
    options: Any = {"idempotency_key": key, "stripe_account": order.account or None}
    return await calls.do(lambda: calls.api.v1.checkout.sessions.create_async(_params(order, now), options))


async def end_page(calls: Calls, attempt: Submitted, now: datetime) -> PaymentNews | None:
    """Close it; a payment that was faster is told. None: it could not be closed, or Stripe does not know it."""
    if not attempt.processor_id:
        # Nobody was ever sent to it, so nobody can pay there.
        return PaymentNews(NAME, "", attempt.public_id, Answer.EXPIRED, attempt.amount_cents, "", "", now)
    options: Any = {"stripe_account": attempt.account or None}
    try:
        try:
            expire = calls.api.v1.checkout.sessions.expire_async
            return of_session(await calls.do(lambda: expire(attempt.processor_id, {}, options)))
        except RefusedError:
            return await find_out(calls, attempt.processor_id, attempt.account)
    except (NobodyKnowsError, ProcessorAwayError, RefusedError, SameKeyError):
        return None


async def find_out(calls: Calls, session_id: str, account: str) -> PaymentNews | None:
    """What the page says of itself. Raises as calls do."""
    options: Any = {"stripe_account": account or None}
    retrieve = calls.api.v1.checkout.sessions.retrieve_async
    return of_session(await calls.do(lambda: retrieve(session_id, {"expand": CARD}, options)))


async def find_by_payment(calls: Calls, payment_id: str, account: str) -> PaymentNews | None:
    """What the page on which this was paid says; None while it has not noticed. Raises as calls do."""
    listed: Any = {"payment_intent": payment_id, "limit": 1}
    options: Any = {"stripe_account": account or None}
    for session in await calls.each(lambda: calls.api.v1.checkout.sessions.list_async(listed, options)):
        return await find_out(calls, session["id"], account)
    return None


def _params(order: Order, now: datetime) -> "SessionCreateParams":
    ends_at = min(max(order.expires_at, now + SHORTEST), now + LONGEST)
    told = {OURS: order.public_id, WHERE: AT_CHECKOUT}
    params: SessionCreateParams = {
        "client_reference_id": order.public_id,
        "metadata": told,
        "success_url": order.return_url,
        "cancel_url": order.return_url,
        "expires_at": -(-int(ends_at.timestamp()) // STEP_SECONDS) * STEP_SECONDS,
        "locale": "es" if order.language == "es" else "en",
        "allowed_payment_method_types": ["card"],
    }
    if order.keep_card and order.customer:
        params["customer"] = order.customer
    elif order.keep_card:
        params["customer_creation"] = "always"
    if not order.amount_cents:
        params["mode"], params["currency"] = "setup", "usd"
        params["setup_intent_data"] = {"metadata": told}
        return params
    params["mode"], params["submit_type"] = "payment", "pay"
    # Another currency on their page would be another sum than the one we asked for.
    params["adaptive_pricing"] = {"enabled": False}
    words = WORDS.get(order.language, WORDS["en"])
    price: Any = {"currency": "usd", "unit_amount": order.amount_cents, "product_data": {"name": words}}
    params["line_items"] = [{"quantity": 1, "price_data": price}]
    params["payment_intent_data"] = {"metadata": told, "description": WORDS["en"]}
    if order.keep_card:
        params["payment_intent_data"]["setup_future_usage"] = "off_session"
    return params


async def _made_before(calls: Calls, order: Order, now: datetime) -> Told:
    since = int((now - LONGEST).timestamp())
    listed: Any = {"created": {"gte": since}, "limit": 100}
    options: Any = {"stripe_account": order.account or None}
    for session in await calls.each(lambda: calls.api.v1.checkout.sessions.list_async(listed, options)):
        if session.get("client_reference_id") == order.public_id:
            return session
    try:
        return await _make(calls, order, now, order.public_id)
    except NobodyKnowsError:
        # A failure stands under the key for a day, and no page was made: another key is safe.
        return await _make(calls, order, now, f"{order.public_id}-again")
