"""What six digits are worth to the codes that were sent, and when tries have been enough (OWASP ASVS 5.0, 6.6.2)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.keys import Keys
from bot.store.codes import DAY, PURPOSE, Asker, Code, WrongTry
from conversations.facts import CodeFacts, OpenCode, Verdict

WAIT = timedelta(minutes=30)
TRIES_A_DAY = 10


def judge(mine: Sequence[Code], typed: str | None, keys: Keys, now: datetime) -> tuple[Verdict | None, Code | None]:
    """What these six digits are worth to these codes, and to which one. A wrong try is one at the first that stands.

    It is never one at a form's code: that is good in its form only, and nobody elsewhere can use up its tries.
    """
    if typed is None:
        return None, None
    match = next((c for c in mine if c.digest and keys.matches(PURPOSE, f"{c.id}:{typed}", c.digest)), None)
    if match is None:
        standing = next((code for code in mine if code.ask_id is None and code.good_at(now)), None)
        return (Verdict.WRONG, standing) if standing else (Verdict.NONE_OPEN, None)
    if match.good_at(now):
        return Verdict.RIGHT, match
    ways = {"open": Verdict.EXPIRED, "older": Verdict.OLDER, "used": Verdict.USED}
    return ways.get(match.state, Verdict.VOID), match


def facts_of(
    mine: Sequence[Code],
    theirs: Sequence[Code],
    wrong: Sequence[WrongTry],
    verdict: Verdict | None,
    compared: Code | None,
    now: datetime,
    *,
    by: Asker = "thread",
) -> CodeFacts:
    """What a turn may know: codes of this conversation, those that went to its people, wrong tries of this side.

    What forms and what links asked for is counted apart: `by`, which of them this turn is about.
    """
    if not theirs and not wrong:  # most people, most of the time; `theirs` holds all of `mine`
        return CodeFacts(verdict)
    standing = _standing(mine, compared)
    counted = (code.sendable_at for code in theirs if _was_sent(code) and code.asker == by)
    return CodeFacts(
        verdict=verdict,
        open=_open(standing) if standing else None,
        sent_at=tuple(sorted(counted, reverse=True)),
        wrong_today=len(wrong),
        blocked_until=blocked_until(mine, wrong, now),
    )


def _standing(mine: Sequence[Code], compared: Code | None) -> Code | None:
    """The open code that a turn is about: of the side whose code was typed, or else no form's."""
    every = (code for code in mine if code.state == "open")
    if compared:
        return next((code for code in every if code.asked_by == compared.asked_by), None)
    return next((code for code in every if code.ask_id is None), None)


def _open(code: Code) -> OpenCode:
    return OpenCode(code.way, tuple(code.person_ids), code.typed, code.sent_at, code.wrong_tries)


def _was_sent(code: Code) -> bool:
    """Did it leave, or will it? One that was taken back before it left counts for nothing."""
    return code.sent_at is not None or code.state == "open"


def blocked_until(mine: Sequence[Code], wrong: Sequence[WrongTry], now: datetime) -> datetime | None:
    """Half an hour after five wrong tries at a code; ten in a day, until the day has moved on."""
    dead = {code.id for code in mine if code.state == "blocked"}
    ends = [one.at + WAIT for one in wrong if one.code_id in dead]
    if len(wrong) >= TRIES_A_DAY:
        ends += [wrong[0].at + WAIT, wrong[TRIES_A_DAY - 1].at + DAY]
    last = max(ends, default=now)
    return last if last > now else None
