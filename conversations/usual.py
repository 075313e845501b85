"""What the commonest messages are heard as, worked out once: BALANCE and PAY come again and again."""

from collections.abc import Sequence

from conversations.flows import FLOWS
from conversations.hearing import RESERVED_WORDS, Heard, hear, normalise
from conversations.hearing.grave_words import TRIGGERS
from conversations.hearing.text import impersonal

LONGEST = 40
MOST = 1000
OURS = frozenset(
    word
    for phrase in (
        *RESERVED_WORDS,
        *(phrase for flow in FLOWS.values() for keyword in flow.keywords for phrase in (*keyword.en, *keyword.es)),
        "hi hello thanks thank you please ok okay hola gracias por favor",
    )
    for word in normalise(phrase).split()
    if word.isalpha() and word not in TRIGGERS  # those are heard differently where a patient has such a name
)
"""Words that stand in our own tables. A message that holds any other, or more than a small sum, is forgotten with its
turn: it may be personal."""

_known: dict[tuple[str, bool], Heard] = {}


def hear_all(text: str, *, plan: bool, names: Sequence[str]) -> Heard:
    """As `hear`."""
    key = (text, plan)
    heard = _known.get(key)
    if heard is None:
        heard = hear(text, plan=plan, names=names)
        if len(text) <= LONGEST and impersonal(heard.words, OURS):
            if len(_known) >= MOST:
                _known.clear()
            _known[key] = heard
    return heard
