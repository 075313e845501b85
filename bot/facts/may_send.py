"""May this message go out now? Asked again in the transaction that submits it; values in, a verdict out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from conversations.effects import Kind
from conversations.policy import ANY_TIME, Policy, Window, next_open_in_all, open_in_all

REPLY_LIFE = timedelta(minutes=60)
"""For so long a message is an answer to what they did; after that it would be us who begin."""
CONFIRMATION_LIFE = timedelta(minutes=5)
"""47 CFR 64.1200(a)(12): the one confirmation, within five minutes."""
CODE_LIFE = timedelta(minutes=10)
LONGEST_VALIDITY = timedelta(seconds=36_000)
SHORTEST_VALIDITY = timedelta(seconds=5)
"""Twilio recommends more than five seconds; with less left the window is as good as shut."""
AFTER_STOP = frozenset({Kind.OPT_OUT, Kind.OPT_IN, Kind.HELP})
"""All that may be said to somebody who opted out."""
ON_DEMAND = frozenset({Kind.CODE, Kind.RECEIPT, Kind.REPLY}) | AFTER_STOP
"""By mail these are answers even to somebody who wants no more notices."""
STAFF_WORDS = "staff/words"


@dataclass(frozen=True, slots=True)
class Asked:
    """What there is to know about one message at this moment."""

    channel: str
    kind: Kind
    message: str
    ground: str
    created_at: datetime
    now: datetime
    consent: str  # of the address, read under lock
    ground_at: datetime | None = None  # when they did what this answers
    expires_at: datetime | None = None
    notice: bool = False  # a balance notice about one person
    problem: str | None = None  # of the address
    blocked: bool = False
    confirmed: bool = False  # this opt-out has had its one confirmation
    staff_took_over: bool = False  # a person took the thread after this was decided
    died: bool = False
    paused: bool = False
    balance_cents: int = 0
    notices_day: int = 0
    notices_week: int = 0
    code_void: bool = False
    makes_code: bool = False
    makes_link: bool = False
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Send:
    """Yes; the provider may hold it for no longer than this."""

    validity: timedelta


@dataclass(frozen=True, slots=True)
class Hold:
    """Not now."""

    rule: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Drop:
    """Never."""

    rule: str


Verdict = Send | Hold | Drop


def decide(asked: Asked, policy: Policy) -> Verdict:
    """The rules, the gravest first."""
    rule = _forbidden(asked, policy)
    if rule:
        return Drop(rule)
    left = _lifetimes(asked, policy)
    window = _window(asked, policy)
    if window:
        open_for = _open_for(asked.now, asked.zones, window)
        if open_for < SHORTEST_VALIDITY:
            # Nearly shut counts as shut: the search begins after that moment.
            until = next_open_in_all(asked.now + open_for, asked.zones, window)
            return Drop("expired") if asked.expires_at and asked.expires_at <= until else Hold("hours", until)
        left.append(open_for)
    return Send(max(timedelta(seconds=1), min(left)))


def _forbidden(asked: Asked, policy: Policy) -> str | None:
    return (
        _too_late(asked)
        or _not_wanted(asked)
        or ("code_void" if asked.code_void else None)
        or ("staff_owns_thread" if _overtaken(asked) else None)
        or (_no_notice(asked, policy) if asked.kind is Kind.NOTICE else None)
    )


def _too_late(asked: Asked) -> str | None:
    if asked.expires_at and asked.expires_at <= asked.now:
        return "expired"
    if asked.kind is Kind.OPT_OUT and asked.now - _answers_at(asked) > CONFIRMATION_LIFE:
        return "confirmation_late"
    if asked.ground in {"reply", "opt_out"} and asked.now - _answers_at(asked) > REPLY_LIFE:
        return "ground_expired"
    return None


def _answers_at(asked: Asked) -> datetime:
    return asked.ground_at or asked.created_at


def _not_wanted(asked: Asked) -> str | None:
    if asked.kind in AFTER_STOP:
        return "confirmed_already" if asked.kind is Kind.OPT_OUT and asked.confirmed else None
    if asked.consent in {"revoked", "held"} and not (asked.channel == "email" and asked.kind in ON_DEMAND):
        return "opted_out" if asked.consent == "revoked" else "held"
    if asked.ground == "consent" and asked.channel == "text" and asked.consent != "granted":
        return "no_consent"
    if asked.kind is not Kind.REPLY:
        return "wrong_number" if asked.blocked else asked.problem
    return None


def _overtaken(asked: Asked) -> bool:
    """A person took the thread after the bot decided to say this. Receipts and confirmations are said all the same."""
    by_the_bot = asked.kind in {Kind.REPLY, Kind.NOTICE} and asked.message != STAFF_WORDS
    return asked.staff_took_over and by_the_bot


def _no_notice(asked: Asked, policy: Policy) -> str | None:
    if asked.died:
        return "deceased"
    if not asked.notice:
        return None
    if asked.paused:
        return "paused"
    if asked.balance_cents <= 0:
        return "no_balance"
    if asked.notices_day >= policy.notices_per_day:
        return "day_cap"
    return "week_cap" if asked.notices_week >= policy.notices_per_week else None


def _window(asked: Asked, policy: Policy) -> Window | None:
    """What answers them goes at once; notices wait for the practice's hours, the rest for eight to nine."""
    if asked.ground in {"reply", "opt_out"} and asked.kind is not Kind.NOTICE:
        return None
    return policy.notice_hours if asked.notice else ANY_TIME


def _open_for(now: datetime, zones: Sequence[str], window: Window) -> timedelta:
    if not open_in_all(now, zones, window):
        return timedelta(0)
    return min(_shuts(now.astimezone(ZoneInfo(zone)), window) - now for zone in zones)


def _shuts(local: datetime, window: Window) -> datetime:
    return datetime.combine(local.date(), window.shuts, local.tzinfo)


def _lifetimes(asked: Asked, policy: Policy) -> list[timedelta]:
    left = [LONGEST_VALIDITY]
    if asked.expires_at:
        left.append(asked.expires_at - asked.now)
    if asked.makes_code:
        left.append(CODE_LIFE)
    if asked.makes_link:
        left.append(timedelta(minutes=policy.link_minutes))
    if asked.ground in {"reply", "opt_out"}:
        life = CONFIRMATION_LIFE if asked.kind is Kind.OPT_OUT else REPLY_LIFE
        left.append(_answers_at(asked) + life - asked.now)
    return left
