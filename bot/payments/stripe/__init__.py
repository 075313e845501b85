"""Stripe: hosted Checkout, saved cards, refunds, disputes and signed events, through its own SDK."""

from bot.payments.stripe.adapter import Stripe
from bot.payments.stripe.calls import MISSING, is_installed
from bot.payments.stripe.events import SIGNATURE, Heard

__all__ = ["MISSING", "SIGNATURE", "Heard", "Stripe", "is_installed"]
