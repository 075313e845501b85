"""Stripe's signed events: nothing is read before the signature, and a stamp is good for five minutes either way."""

import json
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.payments.news import News
from bot.payments.protocol import ForgedNewsError
from bot.payments.stripe.objects import AT_CHECKOUT, WHERE, of_dispute, of_intent, of_refund, of_session

SIGNATURE = "Stripe-Signature"
TOLERANCE_SECONDS = 300

log = logging.getLogger(__name__)
_STAMP = re.compile(r"t=([0-9]{1,12})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Heard:
    """One event that Stripe has signed."""

    event_id: str
    kind: str
    account: str
    """The connected account it happened in, or nothing."""
    object_id: str
    news: News | None
    """As the event tells it; where it may have changed since, ask for the object."""
    at_checkout: bool = False
    """A payment on a hosted page: only the page knows of the card that was saved there."""


def hear(body: bytes, signature: str, secrets: Sequence[str], now: datetime, *, live: bool) -> Heard:
    """What the event says; raises ForgedNewsError, also for one of the other mode."""
    _verify(body, signature, secrets, now)
    try:
        event = json.loads(body)
        told, mode = event["data"]["object"], bool(event["livemode"])
        kind, account = str(event["type"]), str(event.get("account") or "")
        at_checkout = (told.get("metadata") or {}).get(WHERE) == AT_CHECKOUT
        heard = Heard(str(event["id"]), kind, account, str(told.get("id") or ""), _news(kind, told), at_checkout)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        # Signed, and yet not as we know events: sent again it would read no better, and the night finds what it was.
        log.warning("an event of Stripe's cannot be read: %s", type(error).__name__)
        return Heard("", "", "", "", None)
    if mode is not live:
        raise ForgedNewsError("the event is of the other mode")
    return heard


def _verify(body: bytes, signature: str, secrets: Sequence[str], now: datetime) -> None:
    from stripe import SignatureVerificationError, WebhookSignature

    # One stamp and no more: of two, we might look at the one and the library sign for the other.
    stamps = [_STAMP.fullmatch(part) for part in signature.split(",") if part.lstrip().startswith("t")]
    stamp = stamps[0] if len(stamps) == 1 else None
    if stamp is None or abs(now.timestamp() - int(stamp[1])) > TOLERANCE_SECONDS:
        raise ForgedNewsError("the event is not of this moment")
    for secret in secrets:
        try:
            # The library refuses old stamps only, and by its own clock: the moment was looked at above.
            WebhookSignature.verify_header(body, signature, secret, tolerance=None)
        except (SignatureVerificationError, ValueError, TypeError):
            continue
        return
    raise ForgedNewsError("the signature is wrong")


def _news(kind: str, told: dict[str, Any]) -> News | None:
    match kind:
        case (
            "checkout.session.completed"
            | "checkout.session.expired"
            | "checkout.session.async_payment_succeeded"
            | "checkout.session.async_payment_failed"
        ):
            return of_session(told)
        case "payment_intent.succeeded":
            return of_intent(told)
        case "payment_intent.payment_failed" | "payment_intent.canceled":
            # At a checkout they may take another card at once: only its session says that it is over.
            return None if (told.get("metadata") or {}).get(WHERE) == AT_CHECKOUT else of_intent(told)
        case "refund.created" | "refund.updated" | "refund.failed" | "charge.refund.updated":
            return of_refund(told)
        case (
            "charge.dispute.created"
            | "charge.dispute.updated"
            | "charge.dispute.closed"
            | "charge.dispute.funds_withdrawn"
            | "charge.dispute.funds_reinstated"
        ):
            return of_dispute(told)
        case _:
            return None
