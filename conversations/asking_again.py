"""Words that nothing understands, while a question of ours waits: the question is asked again, not all others."""

from conversations.hearing import OptOut
from conversations.turn import Turn


def unclear(turn: Turn) -> bool:
    """A sum may be a payment, and words about stopping are for a person: neither is ours."""
    heard = turn.heard
    return bool(heard and heard.words and heard.amount is None and heard.opt_out is not OptOut.NOT_TEXTS)
