"""Counts in raw bytes what would make the parser of mail slow or sick, before it sees them."""

import re

DASH_LINES = 1000
HEADER_BYTES = 64 * 1024
BOUNDARIES = 120
DEPTH = 20
PARTS = 100
LINES = 400_000

_DASHES = re.compile(rb"^--", re.MULTILINE)
_BOUNDARY = re.compile(rb"\bboundary\s*(?:\*\d{0,3}\*?)?\s*=", re.IGNORECASE)
_INNER_MAIL = re.compile(rb"\bmessage/(?:rfc822|global)\b", re.IGNORECASE)
_HEADER_END = re.compile(rb"\r?\n\r?\n")


def refusal(raw: bytes) -> str:
    """Why this mail must not be parsed; empty: it may be."""
    end = _HEADER_END.search(raw, 0, HEADER_BYTES + 4)
    if end is None and len(raw) > HEADER_BYTES:
        return "headers"
    if raw.count(b"\n") > LINES:
        return "lines"
    if more_than(_DASHES, raw, DASH_LINES):
        return "boundaries"
    if more_than(_BOUNDARY, raw, BOUNDARIES):
        return "parts"
    return "depth" if more_than(_INNER_MAIL, raw, DEPTH) else ""


def more_than(pattern: re.Pattern[bytes], raw: bytes, most: int) -> bool:
    """Does it match more often than that? Stops counting there."""
    return any(count >= most for count, _ in enumerate(pattern.finditer(raw)))
