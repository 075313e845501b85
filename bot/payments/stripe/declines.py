"""What Stripe's words for a refusal mean for the next try, as data."""

from collections.abc import Mapping
from typing import Any

from bot.payments.news import Decline

PATIENT = frozenset({"authentication_required", "authentication_not_handled", "approve_with_id"})
"""Their bank wants to hear from them."""

NEVER = frozenset(
    {
        "expired_card",
        "fraudulent",
        "incorrect_number",
        "invalid_account",
        "invalid_number",
        "lost_card",
        "merchant_blacklist",
        "pickup_card",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "security_violation",
        "service_not_allowed",
        "stolen_card",
        "stop_payment_order",
        "transaction_not_allowed",
        # of the request itself: the card is no longer with Stripe
        "payment_method_unactivated",
        "payment_method_unexpected_state",
        "resource_missing",
    }
)
"""Networks punish another try of such a card (Visa category 1, Mastercard advice 03 and 21)."""

NEVER_AGAIN = "do_not_try_again"


def meaning(told: Mapping[str, Any]) -> Decline:
    """Of an error, or of a payment's last one. What nobody listed may be tried again, as seldom as the rules allow."""
    words = {told.get("decline_code"), told.get("code")}
    if words & PATIENT:
        return Decline.PATIENT
    if words & NEVER or told.get("advice_code") == NEVER_AGAIN:
        return Decline.NEVER
    return Decline.AGAIN
