"""Whom a mail server means that says no: us, the recipient, or it does not tell (RFC 5321, RFC 3463 and registry)."""

import re
from enum import StrEnum


class Whom(StrEnum):
    """Whom a refusal is about."""

    US = "us"
    RECIPIENT = "recipient"
    EITHER = "either"


US_REPLIES = frozenset({500, 501, 502, 503, 504, 530, 534, 535, 538, 555})
"""Sign in first, and commands that it does not know."""
RECIPIENT_REPLIES = frozenset({450, 452, 521, 550, 551, 552, 553, 556})
US_STATUSES = re.compile(r"1\.[78]|5\.\d+|7\.(?:[89]|1[134]|2\d|5[047]|6[04]|[5-7]\d\d)")
"""Our sender (1.7, 1.8), our commands, our sign-in, our domain's SPF and DKIM; 7.54 to 7.7xx are Microsoft's."""
RECIPIENT_STATUSES = re.compile(r"[124]\.\d+|7\.1[789]")
"""Mailbox, its server's address, its owner. 7.1 says only that somebody is not allowed something."""
US_WORDS = re.compile(
    r"relay(?:ing)?(?: access)? (?:denied|prohibited|not (?:permitted|allowed))|to relay\b|rcpthosts|authenticat"
    r"|client host|sender address|not verified|blocked using",
    re.IGNORECASE,
)
REPORTED = re.compile(r"5\.(?:1\.[78]|7\.(?!1[789]$)\d+)")
"""Of a report, what says nothing against the address: its server would not have something from us, or this."""
_STATUS = re.compile(r"[45]\.(\d{1,3}\.\d{1,3})\b")


def whom(reply: int, words: str) -> Whom:
    """`550`, `5.1.1 <…>: User unknown`. The words are read here and nowhere else: they hold the address."""
    told = _STATUS.match(words.lstrip(" #"))
    if reply in US_REPLIES or (told and US_STATUSES.fullmatch(told[1])):
        return Whom.US
    if told and RECIPIENT_STATUSES.fullmatch(told[1]):
        return Whom.RECIPIENT
    if US_WORDS.search(words):
        return Whom.US
    return Whom.RECIPIENT if not told and reply in RECIPIENT_REPLIES else Whom.EITHER
