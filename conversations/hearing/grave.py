"""What must be heard before any keyword: a life in danger, a death, a question of care, a stranger's phone."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from conversations.hearing import crisis_words
from conversations.hearing import grave_words as table
from conversations.hearing.text import normalise
from conversations.hearing.wordings import Replaced, Wordings


class Grave(StrEnum):
    """The graver meaning first."""

    CRISIS = "crisis"  # somebody may take their life
    DEATH = "death"
    EMERGENCY = "emergency"
    CLINICAL = "clinical"
    WRONG_NUMBER = "wrong_number"


_HARMLESS: Final = Replaced(table.HARMLESS)
_CRISIS: Final = Wordings(crisis_words.CRISIS)
_SUICIDE: Final = Wordings(crisis_words.NAMED)
_DEATH: Final = Wordings(table.DEATH)
_EMERGENCY: Final = Wordings(table.EMERGENCY)
_CLINICAL: Final = Wordings(table.CLINICAL)
_BILLING: Final = Wordings(table.BILLING)
_WRONG: Final = Wordings(table.WRONG_NUMBER)
_RIGHT: Final = Wordings(table.NOT_WRONG_NUMBER)


def grave(words: str, names: Sequence[str] = ()) -> Grave | None:
    """The gravest thing said in normalised words, else None; `names` are those of the patients on this address."""
    tokens = words.split()
    if table.TRIGGERS.isdisjoint(tokens):
        return None
    meant, _ = _HARMLESS.subn(" ", _with_known_names(tokens, names) if names else words)
    # Who mourns may be in danger as well: nothing is graver than a life that can still be kept.
    if _CRISIS.search(meant):
        return Grave.CRISIS
    if _DEATH.search(meant):
        return Grave.DEATH
    if _SUICIDE.search(meant):
        return Grave.CRISIS
    if _EMERGENCY.search(meant):
        return Grave.EMERGENCY
    # Where several people share the phone, "I'm not Maria" may come from Jon.
    claimed = meant if len(names) < 2 else meant.replace(table.SOMEBODY, "one of us")
    if _WRONG.search(claimed) and not _RIGHT.search(claimed):
        return Grave.WRONG_NUMBER
    if _CLINICAL.search(meant) and not _BILLING.search(meant):
        return Grave.CLINICAL
    return None


def _with_known_names(tokens: list[str], names: Sequence[str]) -> str:
    """The patients' own names as one that the patterns know."""
    known = {part for name in names for part in normalise(name).split() if len(part) > 2}
    possessive = {f"{name}s" for name in known}
    if known.isdisjoint(tokens) and possessive.isdisjoint(tokens):
        return " ".join(tokens)
    return " ".join(
        table.SOMEBODY if token in known else f"{table.SOMEBODY}s" if token in possessive else token for token in tokens
    )
