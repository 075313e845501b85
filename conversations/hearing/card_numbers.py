"""Is this run of digits a payment card? Issuer prefixes, lengths and the Luhn sum."""

from typing import Final

# Prefix range (same number of digits on both sides) and the lengths its issuer uses.
_ISSUERS: Final[tuple[tuple[int, int, frozenset[int]], ...]] = (
    (4, 4, frozenset({13, 16, 19})),
    (51, 55, frozenset({16})),
    (2221, 2720, frozenset({16})),
    (34, 34, frozenset({15})),
    (37, 37, frozenset({15})),
    (300, 305, frozenset({14, 16})),
    (309, 309, frozenset({14, 16})),
    (36, 36, frozenset({14, 16, 19})),
    (38, 39, frozenset({14, 16, 19})),
    (3528, 3589, frozenset({16, 17, 18, 19})),
    (6011, 6011, frozenset({16, 17, 18, 19})),
    (644, 649, frozenset({16, 17, 18, 19})),
    (65, 65, frozenset({16, 17, 18, 19})),
    (60, 60, frozenset({16, 19})),
    (62, 62, frozenset({16, 17, 18, 19})),
    (81, 82, frozenset({16, 17, 18, 19})),
    (50, 50, frozenset(range(13, 20))),
    (56, 58, frozenset(range(13, 20))),
    (63, 63, frozenset(range(13, 20))),
    (66, 69, frozenset(range(13, 20))),
)
# The usual length first: sixteen digits and a security code also make nineteen.
LENGTHS: Final = (16, 15, 14, 13, 19, 18, 17)
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def is_card(digits: str) -> bool:
    """Plausible issuer and length, and the check digit fits."""
    return len(digits) >= 13 and _issued(digits) and luhn(digits)


def luhn(digits: str) -> bool:
    """The check sum that all card numbers carry."""
    numbers = [ord(char) - 48 for char in reversed(digits)]
    return (sum(numbers[0::2]) + sum([_DOUBLED[number] for number in numbers[1::2]])) % 10 == 0


def _issued(digits: str) -> bool:
    length = len(digits)
    return any(length in lengths and low <= int(digits[: len(str(low))]) <= high for low, high, lengths in _ISSUERS)
