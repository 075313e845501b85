"""Made-up personal data that builders use, so that a leak into a log can be found by searching for it."""

import re
from collections.abc import Iterator

# Rare words: no library and no sentence of ours says them by chance.
FIRST_NAMES = ("Anabrisa", "Theodosius", "Zaferino")
LAST_NAMES = ("Quintanabar", "Vandersloot", "Okonjoye")
# Possible numbers, but reserved for fiction.
PHONES = ("+14155550171", "+14155550172", "+12065550173")
EMAILS = ("anabrisa.q@mail.example", "theo.vandersloot@mail.example", "zaferino@mail.example")
STREETS = ("1717 Crookneck Hollow",)
# Six digits, as patients repeat them.
CODES = ("493817", "605294", "718350")
# 22 characters, as in a pay link.
TOKENS = ("Zq7canaryTOKENaaaaaaa1", "Zq7canaryTOKENbbbbbbb2")
# Card numbers that pass Luhn and belong to nobody.
CARDS = ("4242424242424242", "5555555555554444", "378282246310005")
BODIES = ("my hip replacement hurts, canary-body-31",)

_GAP = r"[\s.\-()]{0,2}"


def find(text: str) -> list[str]:
    """The canaries that `text` gives away, spaced or dashed digits included."""
    return [name for name, pattern in _PATTERNS if pattern.search(text)]


def _patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    for word in (*FIRST_NAMES, *LAST_NAMES, *EMAILS, *STREETS, *TOKENS, *BODIES):
        yield word, re.compile(re.escape(word), re.IGNORECASE)
    for code in CODES:
        # Not part of a longer number, and not the microseconds of a time.
        yield code, re.compile(rf"(?<![\d.]){code}(?!\d)")
    for digits in (*(phone.removeprefix("+1") for phone in PHONES), *CARDS):
        yield digits, re.compile(_GAP.join(digits))


_PATTERNS = tuple(_patterns())
