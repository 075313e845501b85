"""Refunds: to the card the money came from, once for each of our ids, and asked again they tell where they stand."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.payments.news import RefundNews, RefundState
from bot.payments.protocol import RefundOrder
from bot.payments.stripe.calls import Calls, NobodyKnowsError, RefusedError, SameKeyError
from bot.payments.stripe.objects import NAME, OURS, of_refund

if TYPE_CHECKING:
    from stripe.params import RefundCreateParams


async def refund(calls: Calls, order: RefundOrder, now: datetime) -> RefundNews | None:
    """Raises ProcessorAwayError: nothing was done. None: nobody knows, ask again."""
    options: Any = {"stripe_account": order.account or None}
    params: RefundCreateParams = {
        "payment_intent": order.payment_id,
        "amount": order.amount_cents,
        "metadata": {OURS: order.public_id},
    }
    refunds = calls.api.v1.refunds
    listed: Any = {"payment_intent": order.payment_id, "limit": 100}
    try:
        # Keys are forgotten after a day, and an answer kept under one never changes: the list is the truth.
        for known in await calls.each(lambda: refunds.list_async(listed, options)):
            if (known.get("metadata") or {}).get(OURS) == order.public_id:
                return of_refund(known)
        keyed = options | {"idempotency_key": order.public_id}
        return of_refund(await calls.do(lambda: refunds.create_async(params, keyed)))
    except RefusedError:
        return RefundNews(
            NAME, "", order.public_id, order.payment_id, RefundState.FAILED, order.amount_cents, now
        )  # fmt: skip
    except (NobodyKnowsError, SameKeyError):
        return None
