"""quotequail, which ships no types, behind one function."""

from collections.abc import Sequence

import quotequail

MOST_LINES = 1000


def cut(lines: Sequence[str]) -> int:
    """The number of lines before the quote, as that library sees it."""
    parts: list[tuple[bool, str]] = quotequail.quote("\n".join(lines), limit=MOST_LINES, quote_intro_line=True)
    return parts[0][1].count("\n") + 1 if parts[0][1] and len(parts) > 1 else 0 if len(parts) > 1 else len(lines)
