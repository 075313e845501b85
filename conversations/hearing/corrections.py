"""What holds in the end, where somebody corrects themselves: "no wait, B", "B not A", "i meant the second one"."""

import re
from typing import Final

_TURNS: Final = re.compile(
    r"\b(?:no wait|wait no|wait|hold on|no sorry|sorry no|sorry|oops|my bad|my mistake|scratch that|never mind that"
    r"|(?:i )?(?:pressed|typed|picked|chose|hit|put)(?: the)? wrong(?: one)?|me equivoque"
    r"|i mean|i meant|(?:i )?changed my mind|on second thought|actually|instead|rather|make it|make that|change it to"
    r"|no mejor|mejor dicho|mejor|perdon|disculpe|digo|quise decir|quiero decir|cambie de opinion|cambie de idea"
    r"|en realidad|espere|en vez|en lugar)\b"
)
_REJECTED_LAST: Final = re.compile(r"^(.+?) (?:and )?not (?:the )?\w+(?: one)?$")
_REJECTED_FIRST: Final = re.compile(r"^not (?:the )?\w+ (?:but )?(\w+(?: one)?)$")
_NO_FIRST: Final = re.compile(r"^no (?=\w)")


def corrected(words: str) -> str:
    """The part of normalised words that they stand by; all of them where nothing is corrected."""
    said = [part.strip() for part in _TURNS.split(words)]
    kept = next((part for part in reversed(said) if part), "")
    if rejected := _REJECTED_LAST.match(kept) or _REJECTED_FIRST.match(kept):
        kept = rejected[1]
    return _NO_FIRST.sub("", kept)
