"""A code is typed into the form that asked for it: good there only, and nobody elsewhere can use up its tries."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from bot.facts.code_verdicts import WAIT, blocked_until
from bot.keys import Keys
from bot.store import code_asks, codes, page_codes
from bot.store.code_asks import Ask
from bot.store.codes import Code, WrongTry


class CodeAnswer(StrEnum):
    """What became of a code that was typed; each has its sentence on the page."""

    RIGHT = "code_right"
    WRONG = "code_wrong"
    OLDER = "code_older"
    EXPIRED = "code_expired"
    BLOCKED = "code_blocked"


def type_code(conn: Connection, keys: Keys, ask: Ask, digits: str, now: datetime) -> tuple[CodeAnswer, Code | None]:
    """What it is worth. The same work and the same words whether the form is about anybody or not."""
    if blocked(ask, codes.tries(conn, [ask.side], now), now):
        return CodeAnswer.BLOCKED, None
    mine = page_codes.of_ask(conn, ask.id)
    match = next((one for one in mine if one.digest and _same(keys, one, digits)), None)
    if match is not None:
        return _known(conn, ask, mine[0], match, now)
    standing = next((one for one in mine if one.sent_at), None)
    codes.miss(conn, [WrongTry(ask.side, standing.id if standing else None, now)])
    code_asks.miss(conn, ask)
    last = ask.wrong_tries + 1 >= codes.TRIES_A_CODE
    return (CodeAnswer.BLOCKED if last else CodeAnswer.WRONG), None


def blocked(ask: Ask, wrong: list[WrongTry], now: datetime) -> bool:
    """Five wrong tries, and half an hour's wait; ten in a day, and the day has to move on."""
    lately = [one for one in wrong if one.at > now - WAIT]
    spent = ask.wrong_tries >= codes.TRIES_A_CODE or len(lately) >= codes.TRIES_A_CODE
    return spent or blocked_until([], wrong, now) is not None


def _known(conn: Connection, ask: Ask, newest: Code, match: Code, now: datetime) -> tuple[CodeAnswer, Code | None]:
    if match.id != newest.id:
        return CodeAnswer.OLDER, None
    fresh = match.sent_at is not None and now < match.sent_at + codes.GOOD_FOR
    if not fresh or not page_codes.use(conn, match.id):
        return CodeAnswer.EXPIRED, None
    code_asks.end(conn, ask, now)
    return CodeAnswer.RIGHT, match


def _same(keys: Keys, code: Code, digits: str) -> bool:
    return code.digest is not None and keys.matches(codes.PURPOSE, f"{code.id}:{digits}", code.digest)
