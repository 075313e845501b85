"""A message that is a number and nothing else: perhaps a piece of a card number that comes in several messages."""

import re
from typing import Final

from conversations.hearing.digit_runs import Harmless, chains
from conversations.hearing.text import fold_digits

_DIGIT: Final = re.compile(r"\d")
_SIGNS: Final = r"[^\w\n$€£]*"
# Longer runs are taken out at the door; of a shorter one nobody makes a card.
_LONE: Final = re.compile(rf"^{_SIGNS}(\d(?:[^\S\n]*[-\u2010-\u2015]?[^\S\n]*\d){{3,6}}){_SIGNS}$", re.MULTILINE)


def lone_number(raw: str) -> str:
    """The four to seven digits that this message is; empty where it is more, a date, or a sum with a sign."""
    found = _LONE.fullmatch(fold_digits(raw).strip())
    return "".join(_DIGIT.findall(found[1])) if found and not _dated(found[1]) else ""


def without_lone_numbers(raw: str) -> str:
    """The message as it may be kept: it was heard, and nobody can put a card together from what is stored."""
    text = fold_digits(raw)
    kept = _LONE.sub(_masked, text)
    return raw if kept == text else kept


def _masked(found: re.Match[str]) -> str:
    return found[0] if _dated(found[1]) else f"[{len(_DIGIT.findall(found[1]))} digits removed]"


def _dated(number: str) -> bool:
    harmless = Harmless(number)
    return all(harmless.covers(group) for chain in chains(number) for group in chain)
