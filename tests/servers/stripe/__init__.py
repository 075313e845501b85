"""A stand-in for Stripe: keeps accounts as it does, takes only what its SDK's own types allow, misbehaves when told."""

from tests.servers.stripe.book import CARDS, Book
from tests.servers.stripe.server import KEY, SECRET, StandIn

__all__ = ["CARDS", "KEY", "SECRET", "Book", "StandIn"]
