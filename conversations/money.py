"""Money is integer cents; the only arithmetic on it that several flows share."""

MAX_CENTS = 9_999_999
"""$99,999.99: the largest sum that a text is promised to hold in one segment."""
LEAST_LEFT_CENTS = 100
"""A part payment leaves at least that: nobody wants to be asked for a few cents later."""


def dollars(cents: int) -> str:
    """`$1,184.50` for 118450; a credit reads `-$5.00`."""
    sign = "-" if cents < 0 else ""
    whole, part = divmod(abs(cents), 100)
    return f"{sign}${whole:,}.{part:02d}"


def typed(cents: int) -> str:
    """As somebody would type it in a reply: `50`, `46.13`."""
    whole, part = divmod(cents, 100)
    return f"{whole}.{part:02d}" if part else str(whole)


def splits(owed_cents: int, minimum_cents: int) -> bool:
    """Is there any part of it that may be paid?"""
    return owed_cents > minimum_cents and owed_cents - minimum_cents >= LEAST_LEFT_CENTS


def leaves_crumbs(part_cents: int, owed_cents: int) -> bool:
    """Would so little stay that they had better pay all of it?"""
    return 0 < owed_cents - part_cents < LEAST_LEFT_CENTS


def parse_dollars(text: str) -> int:
    """Cents of an amount written as files and settings write it: `184.50`, digits and two decimals, nothing else.

    Raises ValueError for signs, separators, exponents, other digits than 0-9 and a missing or third decimal.
    """
    whole, point, part = text.partition(".")
    if not (point and text.isascii() and whole.isdigit() and part.isdigit() and len(part) == 2):
        raise ValueError("an amount is written like 184.50: digits, a point and two decimals")
    return int(whole) * 100 + int(part)
