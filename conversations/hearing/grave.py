"""What must be heard before any keyword: a death, an emergency, a question of care, a stranger's phone."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from conversations.hearing import grave_words as table
from conversations.hearing.text import normalise


class Grave(StrEnum):
    """The graver meaning first."""

    DEATH = "death"
    EMERGENCY = "emergency"
    CLINICAL = "clinical"
    WRONG_NUMBER = "wrong_number"


_HARMLESS: Final = re.compile(table.HARMLESS)
_DEATH: Final = re.compile(table.DEATH)
_EMERGENCY: Final = re.compile(table.EMERGENCY)
_CLINICAL: Final = re.compile(table.CLINICAL)
_BILLING: Final = re.compile(table.BILLING)
_WRONG: Final = re.compile(table.WRONG_NUMBER)
_RIGHT: Final = re.compile(table.NOT_WRONG_NUMBER)


def grave(words: str, names: Sequence[str] = ()) -> Grave | None:
    """The gravest thing said in normalised words, else None; `names` are those of the patients on this address."""
    tokens = words.split()
    if table.TRIGGERS.isdisjoint(tokens):
        return None
    meant = _HARMLESS.sub(" ", _with_known_names(tokens, names) if names else words)
    if _EMERGENCY.search(meant):
        return Grave.EMERGENCY if not _DEATH.search(meant) else Grave.DEATH
    if _DEATH.search(meant):
        return Grave.DEATH
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
    return " ".join(
        table.SOMEBODY if token in known else f"{table.SOMEBODY}s" if token in possessive else token for token in tokens
    )
