"""The part payment that our words give as an example."""

from conversations.money import LEAST_LEFT_CENTS
from conversations.turn import Turn

EXAMPLE_PART_CENTS = 5000


def example_part(turn: Turn) -> int | None:
    """In whole dollars; None where only the whole can be paid."""
    minimum = turn.facts.policy.minimum_payment_cents
    usual = minimum <= EXAMPLE_PART_CENTS <= turn.owed_cents - LEAST_LEFT_CENTS
    example = EXAMPLE_PART_CENTS if usual else -(-minimum // 100) * 100
    possible = turn.facts.policy.partial_payments and 0 < example <= turn.owed_cents - LEAST_LEFT_CENTS
    return example // 100 if possible else None
