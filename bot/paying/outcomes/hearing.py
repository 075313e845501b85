"""Whatever a processor tells us, taken down the road: payments, saved cards, refunds and disputes."""

from datetime import datetime

from sqlalchemy import Connection

from bot.paying.books import refunds
from bot.paying.outcomes import disputes, follow_through, settlements
from bot.payments import DisputeNews, News, PaymentNews, RefundNews
from bot.store import payments
from bot.store.practices import Practices
from bot.turns.arrivals import Arrival, Taken
from bot.turns.road import Road


async def hear(road: Road, news: News, practices: Practices, now: datetime) -> Taken:
    """Post it, once. What it brings with it, like a saved card, is told after it, once as well."""
    match news:
        case PaymentNews():
            taken = await road.take(settlements.settle(news, practices, now))
            if news.kept:
                await road.take(_card(news, now))
            return taken
        case RefundNews():
            return await road.take(refunds.told(news, now))
        case DisputeNews():
            return await road.take(disputes.told(news, now))


def account_of(conn: Connection, news: News, practices: Practices) -> str | None:
    """Where the payment that these news are about belongs at the processor; None when it is no payment of ours."""
    if isinstance(news, PaymentNews):
        attempt = payments.find(conn, news.public_id)
    else:
        attempt = payments.by_processor_id(conn, news.processor, news.payment_id)
    practice = practices.by_id(conn, attempt.practice_id) if attempt else None
    return practice.file.stripe_account if practice else None


def _card(news: PaymentNews, now: datetime) -> Arrival:
    return Arrival(
        provider=news.processor,
        provider_id=f"{news.public_id}:card",
        event=None,
        received_at=now,
        details={"payment": news.public_id},
        prepare=lambda conn: follow_through.card_saved(conn, news.public_id),
    )
