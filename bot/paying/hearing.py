"""Whatever a processor tells us, taken down the road: payments, saved cards, refunds and disputes."""

from datetime import datetime

from bot.paying import disputes, follow_through, refunds, settlements
from bot.payments import DisputeNews, News, PaymentNews, RefundNews
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


def _card(news: PaymentNews, now: datetime) -> Arrival:
    return Arrival(
        provider=news.processor,
        provider_id=f"{news.public_id}:card",
        event=None,
        received_at=now,
        details={"payment": news.public_id},
        prepare=lambda conn: follow_through.card_saved(conn, news.public_id),
    )
