"""The sandbox's events as bytes: news written down, and read back."""

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

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


def encode(news: News) -> bytes:
    """One event."""
    return json.dumps({"type": type(news).__name__, **asdict(news)}, default=_plain, sort_keys=True).encode()


def decode(body: bytes) -> News:
    """The news in it; the signature was checked before."""
    told = json.loads(body)
    told["at"] = datetime.fromisoformat(told["at"])
    match told.pop("type"):
        case "RefundNews":
            return RefundNews(**told | {"state": RefundState(told["state"])})
        case "DisputeNews":
            return DisputeNews(**told | {"state": DisputeState(told["state"])})
        case _:
            decline = Decline(told["decline"]) if told["decline"] else None
            answer = Answer(told["answer"])
            return PaymentNews(**told | {"answer": answer, "decline": decline, "kept": _kept(told["kept"])})


def _kept(told: dict[str, Any] | None) -> KeptCard | None:
    if told is None:
        return None
    return KeptCard(**told | {"expires_on": date.fromisoformat(told["expires_on"]) if told["expires_on"] else None})


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
