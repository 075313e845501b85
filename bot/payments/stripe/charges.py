"""Saved cards charged with nobody at the page: once for each of our ids, and never blindly again."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.payments.news import Answer, Decline, PaymentNews
from bot.payments.protocol import CardCharge, Submitted
from bot.payments.stripe.calls import Calls, NobodyKnowsError, RefusedError, SameKeyError, Told
from bot.payments.stripe.checkouts import WORDS
from bot.payments.stripe.declines import meaning
from bot.payments.stripe.objects import NAME, OURS, brand, of_intent

if TYPE_CHECKING:
    from stripe.params import PaymentIntentCreateParams

CHARGE = ["latest_charge"]
BEFORE, AFTER = timedelta(minutes=10), timedelta(hours=25)
"""When our payment may have been made, seen from the moment we asked for it."""
UNDER_WAY = timedelta(minutes=15)
"""After so long no call of ours can still arrive."""


async def charge_card(calls: Calls, charge: CardCharge, now: datetime) -> PaymentNews | None:
    """Raises ProcessorAwayError: nothing was done."""
    params: PaymentIntentCreateParams = {
        "amount": charge.amount_cents,
        "currency": "usd",
        "customer": charge.customer,
        "payment_method": charge.token,
        "allowed_payment_method_types": ["card"],
        "off_session": True,
        "confirm": True,
        "description": WORDS["en"],
        "metadata": {OURS: charge.public_id},
        "expand": CHARGE,
    }
    options: Any = {"idempotency_key": charge.public_id, "stripe_account": charge.account or None}
    try:
        return of_intent(await calls.do(lambda: calls.api.v1.payment_intents.create_async(params, options)))
    except RefusedError as refusal:
        return _refused(refusal, charge.public_id, charge.amount_cents, now)
    except (NobodyKnowsError, SameKeyError):
        return None


async def find_out(calls: Calls, payment_id: str, account: str) -> PaymentNews | None:
    """What the payment says of itself. Raises as calls do."""
    options: Any = {"stripe_account": account or None}
    retrieve = calls.api.v1.payment_intents.retrieve_async
    return of_intent(await calls.do(lambda: retrieve(payment_id, {"expand": CHARGE}, options)))


async def find_by_our_id(calls: Calls, attempt: Submitted, now: datetime) -> PaymentNews | None:
    """The payment whose id we never heard. Where Stripe has none, and none can be on its way, nothing was charged."""
    begun = attempt.submitted_at
    made = {"gte": int((begun - BEFORE).timestamp()), "lte": int((begun + AFTER).timestamp())}
    options: Any = {"stripe_account": attempt.account or None}
    listing = calls.api.v1.payment_intents.list_async
    listed: Any = {"created": made, "limit": 100, "expand": ["data.latest_charge"]}
    found = await calls.each(lambda: listing(listed, options))
    ours = [one for one in found if (one.get("metadata") or {}).get(OURS) == attempt.public_id]
    if ours:
        return of_intent(ours[0])
    if now - begun < UNDER_WAY:
        return None
    return PaymentNews(
        NAME, "", attempt.public_id, Answer.DECLINED, attempt.amount_cents, "", "", now, Decline.AGAIN
    )  # fmt: skip


def _refused(refusal: RefusedError, public_id: str, cents: int, now: datetime) -> PaymentNews:
    intent: Told = refusal.told.get("payment_intent") or {}
    method = intent.get("last_payment_error", {}).get("payment_method") or refusal.told.get("payment_method") or {}
    card = method.get("card") or {} if isinstance(method, dict) else {}
    return PaymentNews(
        processor=NAME,
        processor_id=intent.get("id") or "",
        public_id=public_id,
        answer=Answer.DECLINED,
        amount_cents=cents,
        card_brand=brand(card),
        card_last4=card.get("last4") or "",
        at=now,
        decline=meaning(refusal.told),
    )
