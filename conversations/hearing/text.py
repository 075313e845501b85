"""Raw text to plain words: one alphabet, one case, one kind of digit, single spaces."""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

_APOSTROPHES = "'`\u00b4\u2018\u2019\u201a\u201b\u02bc\u02b9\u2032\uff07"
_APOSTROPHE = re.compile(f"[{_APOSTROPHES}]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
"""Only these are looked at one by one: in most texts they are few."""
_KEYCAP = re.compile("[\ufe0e\ufe0f]?\u20e3")
# Characters without a picture; left inside a word they would hide it ("S<zero width>TOP").
_INVISIBLE = frozenset(
    "\u00ad\u180e\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
MOST_DIGITS = 3
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_ASCII |= dict.fromkeys(map(ord, "'`"), "")


def normalise(text: str) -> str:
    """Lower-case words and ASCII digits only; apostrophes vanish ("don't" is "dont"), all other signs become spaces."""
    if text.isascii():
        return " ".join(text.translate(_ASCII).split())
    # Apostrophes before NFKC, which turns a lone acute accent into a space.
    unfolded = unicodedata.normalize("NFKC", _APOSTROPHE.sub("", text)).casefold()
    return " ".join(_NOT_ASCII.sub(_plain, unicodedata.normalize("NFKD", unfolded)).translate(_ASCII).split())


def fold_digits(text: str) -> str:
    """Every digit as ASCII (full-width, Arabic-Indic, keycap, circled ...), invisible characters gone, the rest as"
    " it was.
    """
    if text.isascii():
        return text
    return _NOT_ASCII.sub(_with_ascii_digits, _KEYCAP.sub("", text))


def impersonal(words: str, ours: Collection[str]) -> bool:
    """Nothing but words of `ours` and a sum of up to three digits: no name, no code, no piece of a number."""
    others = [word for word in words.split() if word not in ours]
    return not others or ("".join(others).isdecimal() and len("".join(others)) <= MOST_DIGITS)


def _plain(found: re.Match[str]) -> str:
    return "".join([_plain_sign(char) for char in found[0]])


def _with_ascii_digits(found: re.Match[str]) -> str:
    return "".join([_ascii_digit(char) for char in found[0]])


@lru_cache(maxsize=4096)
def _plain_sign(char: str) -> str:
    if char in _INVISIBLE or char in _APOSTROPHES:
        return ""
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(char)
    if category[0] == "M" or category == "Cf":
        return ""
    return char.casefold() if char.isalnum() else " "


@lru_cache(maxsize=4096)
def _ascii_digit(char: str) -> str:
    if char in _INVISIBLE:
        return ""
    digit = unicodedata.digit(char, None)
    return char if digit is None else str(digit)
