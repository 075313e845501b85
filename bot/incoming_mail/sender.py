"""Who a mail says it is from: exactly one From with exactly one address, or nobody (CVE-2023-27043).

The standard library's own reader returns the victim for `alice@p.example <mallory@e.example>` (CVE-2023-27043), so this
one knows only the two forms that mail programs write, and takes anything else for a trick.
"""

import re
from collections.abc import Sequence

LONGEST = 254
LONGEST_HEADER = 2000
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL})*"
_NAME = r'(?:"(?:[^"\\\r\n]|\\[^\r\n])*+"[ \t]*+|[^"<>@,;:\\]*+)'
_ONLY = re.compile(rf"<?({_ADDRESS})>?")
_NAMED = re.compile(rf"{_NAME}<[ \t]*+({_ADDRESS})[ \t]*+>")
_COMMENTED = re.compile(rf"({_ADDRESS})[ \t]*+\([^()@<>\\\r\n]*+\)")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_FOLD = re.compile(r"\r?\n(?=[ \t])")
_ENCODED_AT = re.compile(r"=\?[^?\s]*\?[bqBQ]\?[^?]*\?=")


def sender(values: Sequence[str]) -> str:
    """The address of the one From, in lower case; empty when there is not exactly one that is beyond doubt."""
    if len(values) != 1:
        return ""
    value = _FOLD.sub("", values[0]).strip()
    if len(value) > LONGEST_HEADER or _CONTROL.search(value):
        return ""
    # An encoded word may stand for the name, never for a part of the address.
    value = _ENCODED_AT.sub("name", value)
    for form in (_ONLY, _NAMED, _COMMENTED):
        found = form.fullmatch(value)
        if found and value.count("<") == value.count(">"):
            return found[1].lower() if len(found[1]) <= LONGEST else ""
    return ""
