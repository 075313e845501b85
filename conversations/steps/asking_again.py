"""Words that nothing understands, or a mere "why?", while a question of ours waits: it alone is asked again."""

import re
from typing import Final

from conversations.hearing import OptOut
from conversations.machine import Says
from conversations.turn import Turn

WHY = Says(
    en=(
        "why", "but why", "why is that", "why that", "why not", "how come", "how so", "what for", "for what",
        "why do you ask", "why do you need that", "why do you need to know", "why does it need approval",
        "why do i need approval", "why is that needed", "why so", "and why", "why though", "whats that for",
        "what do you mean", "what does that mean", "what is that", "whats that", "i dont get it", "i dont understand",
    ),
    es=(
        "por que", "porque", "y por que", "y porque", "pero por que", "pero porque", "por que razon", "para que",
        "como asi", "y eso", "y eso por que", "como que", "por que no", "que significa", "que significa eso",
        "no entiendo", "no le entiendo", "a que se refiere", "que es eso",
    ),
)  # fmt: skip
"""They wonder about the question that we asked."""


_WHY_THAT: Final = re.compile(
    r"(?:but |and |y |pero )?(?:why|how come|por que|para que) .*"
    r"\b(?:day|date|agree|approve|fecha|dia|acepte|aceptar|amount|cantidad|who|quien|name|nombre)\b"
)
_LONGEST: Final = 9


def asks_why(turn: Turn) -> bool:
    """Why do we ask, in whatever words: "why do i have to agree"."""
    words = turn.heard.words if turn.heard else ""
    return WHY(turn) or (len(words.split()) <= _LONGEST and _WHY_THAT.match(words) is not None)


def unclear(turn: Turn) -> bool:
    """A sum may be a payment, and words about stopping are for a person: neither is ours."""
    heard = turn.heard
    return bool(heard and heard.words and heard.amount is None and heard.opt_out is not OptOut.NOT_TEXTS)
