"""What must be heard before any keyword: a death, an emergency, a question of care, a stranger's phone."""

import re
from enum import StrEnum
from typing import Final

from conversations.hearing import grave_words as table


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


def grave(words: str) -> Grave | None:
    """The gravest thing said in normalised words, else None."""
    if table.TRIGGERS.isdisjoint(words.split()):
        return None
    meant = _HARMLESS.sub(" ", words)
    if _EMERGENCY.search(meant):
        return Grave.EMERGENCY if not _DEATH.search(meant) else Grave.DEATH
    if _DEATH.search(meant):
        return Grave.DEATH
    if _WRONG.search(meant) and not _RIGHT.search(meant):
        return Grave.WRONG_NUMBER
    if _CLINICAL.search(meant) and not _BILLING.search(meant):
        return Grave.CLINICAL
    return None
