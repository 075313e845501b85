"""The six-digit code that somebody types back, and the hole a provider leaves where it was."""

import re
from typing import Final

from conversations.hearing.text import fold_digits

# One code: six together, 3-3 with space or dash, 2-2-2 or single digits with spaces.
_CODE: Final = re.compile(
    r"(?<![\d$€£#])(?:\d{6}|\d{3}(?:[ \t\u00a0]{1,2}|[ ]?[-\u2010-\u2015.][ ]?)\d{3}|\d\d \d\d \d\d|"
    r"\d \d \d \d \d \d)(?!\d)"
)
_LENGTH: Final = 6
_DIGIT: Final = re.compile(r"\d")
_TOUCHES_BEFORE: Final = re.compile(r"(?:\d[ \t.,:/\-\u2010-\u2015]{1,2}|[$€£][ ]?|[-+]|\w)\Z")
_TOUCHES_AFTER: Final = re.compile(
    r"(?:[ \t]?[-/:.,\u2010-\u2015]?[ \t]?\d|[ \t]?(?:dollars?|bucks|usd|d[oó]lares|\$|%)|\w)", re.IGNORECASE
)
_OTHER_NUMBER: Final = re.compile(
    r"\b(?:account|acct|mrn|chart|ref|reference|zip|policy|member|claim|invoice|case|id|cuenta|poliza|póliza|"
    r"factura|referencia)"
    r"\W{0,3}(?:(?:number|num|no|numero|número|code|is|es)\W{0,3}){0,3}\Z",
    re.IGNORECASE,
)
_BRACKETED: Final = re.compile(
    r"[\[(<{*]{1,2} ?(?:otp |code |content |pin )?(?:redacted|omitted|masked|hidden|oculto|eliminado)"
    r"(?: otp| code)? ?[\])>}*]{1,2}",
    re.IGNORECASE,
)
_MASK: Final = re.compile(
    r"(?<![\w*])(?:\*{4,8}|[xX]{4,8}|[•●·]{4,8}|#{4,8}|_{4,8}|(?:\*{3}|[xX]{3})[ -](?:\*{3}|[xX]{3}))(?![\w*])"
)
_CODE_WORD: Final = re.compile(r"\b(?:code|codigo|código|clave|otp|pin|passcode)\b", re.IGNORECASE)


def code(raw: str) -> str | None:
    """The one six-digit code in a message; money, phone numbers and two different codes give None."""
    text = fold_digits(raw)
    if len(_DIGIT.findall(text)) < _LENGTH:
        return None
    found = {_DIGITS_ONLY.sub("", match.group()) for match in _CODE.finditer(text) if _stands_alone(text, match)}
    return found.pop() if len(found) == 1 else None


_DIGITS_ONLY: Final = re.compile(r"\D+")


def without_codes(raw: str) -> str:
    """The message as it may be kept: a code may still be good somewhere else."""
    text = fold_digits(raw)
    if len(_DIGIT.findall(text)) < _LENGTH:
        return raw
    kept, places = text, [match for match in _CODE.finditer(text) if _stands_alone(text, match)]
    for place in reversed(places):
        kept = f"{kept[: place.start()]}[code]{kept[place.end() :]}"
    return kept if places else raw


def holds_code(raw: str) -> bool:
    """Are there six digits in it that may be a code?"""
    return without_codes(raw) is not raw


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    before, after = text[max(0, match.start() - 40) : match.start()], text[match.end() : match.end() + 10]
    if _TOUCHES_BEFORE.search(before[-3:]) or _OTHER_NUMBER.search(before):
        return False
    return not _TOUCHES_AFTER.match(after)


def redacted_code(raw: str) -> bool:
    """True when the provider put a mask where the code was ("your code is ******")."""
    if _BRACKETED.search(raw) or raw.strip().casefold() == "redacted":
        return True
    mask = _MASK.search(raw)
    if mask is None:
        return False
    return len(mask.group()) == _LENGTH or mask.group() == raw.strip() or bool(_CODE_WORD.search(raw))
