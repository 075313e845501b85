"""What a text message can hold: the GSM 7-bit alphabet, folding into it, and how many segments a text costs."""

import unicodedata

from gsm0338 import Codec
from gsm0338.charset import BASIC_CHARACTER_SET, BASIC_CHARACTER_SET_EXTENSION

ONE, PART = 160, 153
UCS2_ONE, UCS2_PART = 70, 67

_CODEC = Codec()
_ESCAPE = "\x1b"
_UNPRINTABLE = {_ESCAPE, "\x0c"}
EXTENSION = frozenset(_CODEC.decode(bytes((0x1B, key)))[0] for key in BASIC_CHARACTER_SET_EXTENSION) - _UNPRINTABLE
BASIC = frozenset(_CODEC.decode(bytes((key,)))[0] for key in BASIC_CHARACTER_SET if key != 0x1B)
ALPHABET = BASIC | EXTENSION

_SPELLED = str.maketrans(
    {
        # Neither NFKD nor dropping marks turns these into what a person would type instead.
        **dict.fromkeys("‘’‚‛′ʼʻ`´", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
        "•": "-",
        "·": ".",
        "×": "x",
        "÷": "/",
        "⁄": "/",
        "™": "(TM)",
        "©": "(c)",
        "®": "(R)",
        "№": "No.",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "þ": "th",
        "Þ": "Th",
        "ħ": "h",
        "Ħ": "H",
        "ı": "i",
        "œ": "oe",
        "Œ": "OE",
        "ŋ": "n",
        "Ŋ": "N",
        "ŧ": "t",
        "Ŧ": "T",
        "ĸ": "k",
        "ª": "a",
        "º": "o",
    }
)


def fold(text: str) -> str:
    """The same words in GSM-7: quotes and dashes straightened, marks dropped, emoji and the like left out, one line."""
    if ALPHABET.issuperset(text) and "\n" not in text and "\r" not in text:
        return text
    kept = "".join(_folded(mark) for mark in text.translate(_SPELLED))
    return " ".join(kept.split())


def _folded(mark: str) -> str:
    if mark in ALPHABET:
        return mark
    if mark.isspace():
        return " "
    plain = unicodedata.normalize("NFKD", mark).translate(_SPELLED)
    return "".join(base for base in plain if base in ALPHABET)


def segments(text: str) -> int:
    """How many segments a carrier charges for: 160 or 153 septets, 70 or 67 UTF-16 units with a letter outside."""
    if ALPHABET.issuperset(text):
        sizes, one, part = [2 if mark in EXTENSION else 1 for mark in text], ONE, PART
    else:
        sizes, one, part = [2 if mark > "\uffff" else 1 for mark in text], UCS2_ONE, UCS2_PART
    if sum(sizes) <= one:
        return 1
    count, used = 1, 0
    for size in sizes:
        # A pair is never split: it moves to the next part whole.
        if used + size > part:
            count, used = count + 1, 0
        used += size
    return count
