"""What a card processor is to us: it learns opaque ids and sums only, and money counts when its signed word says so."""

from bot.payments.news import (
    Answer,
    Decline,
    DisputeNews,
    DisputeState,
    KeptCard,
    News,
    PaymentNews,
    RefundNews,
    RefundState,
)
from bot.payments.protocol import (
    POLLS,
    CardCharge,
    ForgedNewsError,
    Opened,
    Order,
    Processor,
    ProcessorAwayError,
    RefundOrder,
    Submitted,
)

__all__ = [
    "POLLS",
    "Answer",
    "CardCharge",
    "Decline",
    "DisputeNews",
    "DisputeState",
    "ForgedNewsError",
    "KeptCard",
    "News",
    "Opened",
    "Order",
    "PaymentNews",
    "Processor",
    "ProcessorAwayError",
    "RefundNews",
    "RefundOrder",
    "RefundState",
    "Submitted",
]
