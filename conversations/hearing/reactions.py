"""Tapbacks and lone emoji: texts that phones write for people."""

import re
import unicodedata
from typing import Final

_OPEN = "[\"“”„«‘']"
_QUOTED = rf"{_OPEN}[\s\S]*(?:[\"“”»’']|…|\.\.\.)"
_THING = (
    r"(?:an?|una?|the|el|la|this|your|su|tu) (?:image|photo|picture|movie|video|attachment|message|sticker|gif|audio"
    r"|link|voice message|imagen|foto|pelicula|película|archivo(?: adjunto)?|mensaje|adjunto|enlace|nota de voz)\.?"
)
_VERBS = (
    r"(?:you |\w{1,20} )?(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|reacted \S{1,12} to|"
    r"reacted with \S{1,12} to"
    r"|removed (?:an? )?(?:like|heart|dislike|laugh|exclamation|question mark|\S{1,12})(?: reaction)? from"
    r"|added (?:an? )?\S{1,20} (?:reaction )?to)"
)
_VERBOS = (
    r"(?:a \w{1,20} )?(?:no )?(?:[lm]e (?:gusta|gust[oó]|encanta|encant[oó]|dio risa|da risa|hizo gracia)|"
    r"se r[ií][oó] (?:de|con)"
    r"|enfatiz[oó]|destac[oó]|exclam[oó] (?:por|ante)|pregunt[oó] por|dud[oó] de|cuestion[oó]|puso en duda"
    r"|reaccion(?:[oó]|aste) (?:con )?\S{1,12} a"
    r"|(?:quit[oó]|elimin[oó]) (?:un[ao]? )?\S{1,20}(?: \S{1,12}){0,2} (?:de|a))"
)
_TAPBACK: Final = re.compile(rf"(?:{_VERBS}|{_VERBOS})\s+(?:{_QUOTED}|{_THING})\s*", re.IGNORECASE)
_ANDROID: Final = re.compile(rf"[^\w\"“”«»]{{1,24}}\s+(?:to|a|from|de)\s+{_QUOTED}\s*", re.IGNORECASE)
_QUOTE: Final = re.compile("[\"“”«»'’]")
_LONGEST_UNQUOTED: Final = 80
_EMOJI_PARTS: Final = frozenset("\u200d\ufe0e\ufe0f\u20e3")


def is_reaction(raw: str) -> bool:
    """A tapback as text ('Liked "..."', 'Le gusta "..."', a thumb 'to "..."')."""
    text = raw.strip("\u200a\u200b\u200c\u2060\ufeff \t\r\n")
    if not text or (len(text) > _LONGEST_UNQUOTED and _QUOTE.search(text) is None):
        return False
    return bool(_TAPBACK.fullmatch(text) or (not text[0].isalnum() and _ANDROID.fullmatch(text)))


def emoji_only(raw: str) -> bool:
    """At least one picture and no words: a heart, three thumbs."""
    if not raw or raw.isascii():
        return False
    pictures = False
    for char in raw:
        if char.isalnum():
            return False
        pictures = pictures or (char not in _EMOJI_PARTS and unicodedata.category(char) in ("So", "Sk"))
    return pictures
