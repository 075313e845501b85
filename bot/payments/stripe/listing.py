"""Everything that Stripe has of one account in some hours, for the nightly comparison."""

from datetime import datetime
from typing import Any

from bot.payments.news import News
from bot.payments.stripe.calls import Calls, Told
from bot.payments.stripe.objects import of_dispute, of_intent, of_refund


async def everything(calls: Calls, account: str, since: datetime, until: datetime) -> list[News]:
    """Payments that went through, refunds, disputes. Raises as calls do."""
    options: Any = {"stripe_account": account or None}
    made: Any = {"created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())}, "limit": 100}
    api = calls.api.v1
    with_payment = made | {"expand": ["data.payment_intent"]}
    charges = await calls.each(lambda: api.charges.list_async(with_payment, options))
    refunds = await calls.each(lambda: api.refunds.list_async(made, options))
    disputes = await calls.each(lambda: api.disputes.list_async(made, options))
    told = [_paid(charge) for charge in charges if charge["status"] == "succeeded" and charge.get("captured", True)]
    found: list[News | None] = [*told, *map(of_refund, refunds), *map(of_dispute, disputes)]
    return [news for news in found if news is not None]


def _paid(charge: Told) -> News | None:
    intent = charge.get("payment_intent")
    return of_intent(intent | {"latest_charge": charge}) if isinstance(intent, dict) else None
