"""What the provider's error codes mean and what follows from each, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from conversations.effects import Kind


class Action(StrEnum):
    """What is done about it."""

    SUPPRESS = "suppress"  # record the opt-out; never again, from no number of ours
    BAD_NUMBER = "bad_number"  # mark the address, tell staff, go by email
    RETRY_LATER = "retry_later"  # once, in hours; then email
    SLOW_DOWN = "slow_down"  # the lane rests, the message goes once more
    WAIT_FOR_MIDNIGHT = "wait_for_midnight"  # the brand's day is used up; Pacific time
    DECIDE_AGAIN = "decide_again"  # is it still true, still allowed?
    STOP = "stop"  # only codes and replies leave this number until staff say so
    PAUSE = "pause"  # the same for a while, and each time for longer
    LIMIT = "limit"  # for a while only what must go leaves the account, whichever practice it is of
    CODE_FILTERED = "code_filtered"  # the patient gets another way to prove themselves
    ONCE_MORE = "once_more"  # unknown to us: once again, then a person looks


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """One kind of failure."""

    action: Action
    problem: str = ""  # what is marked on the address
    wait: timedelta = timedelta(0)
    longest: timedelta = timedelta(0)  # what a pause that comes again and again grows to
    soon: timedelta | None = None  # codes go once more after that, and replies, for which the wait would be too long


MUST_GO = frozenset({Kind.CODE, Kind.OPT_OUT})
"""What still leaves an account that may send no more."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_LATER = ErrorClass(Action.RETRY_LATER, wait=4 * _HOUR)
_STOP = ErrorClass(Action.STOP)
_SOON = timedelta(seconds=30)
_TOO_FAST = ErrorClass(Action.SLOW_DOWN, wait=_SOON, soon=_SOON)
# The queue takes up to ten hours to empty, at the rate of the number.
_QUEUE_FULL = ErrorClass(Action.PAUSE, wait=timedelta(minutes=10), longest=2 * _HOUR, soon=_SOON)

UNKNOWN = ErrorClass(Action.ONCE_MORE, wait=timedelta(minutes=10))
ERRORS: Mapping[int, ErrorClass] = MappingProxyType(
    {
        21610: ErrorClass(Action.SUPPRESS),
        21211: ErrorClass(Action.BAD_NUMBER, problem="unknown"),
        21614: ErrorClass(Action.BAD_NUMBER, problem="landline"),
        21635: ErrorClass(Action.BAD_NUMBER, problem="landline"),
        30005: ErrorClass(Action.BAD_NUMBER, problem="unknown"),
        # Landline, or a carrier that cannot be reached: nobody looked the number up, so the graver is assumed.
        30006: ErrorClass(Action.BAD_NUMBER, problem="landline"),
        30003: _LATER,
        30008: _LATER,
        30001: _QUEUE_FULL,
        21611: _QUEUE_FULL,
        30022: _TOO_FAST,
        30023: ErrorClass(Action.WAIT_FOR_MIDNIGHT),
        30036: ErrorClass(Action.DECIDE_AGAIN),
        30004: _STOP,
        30007: _STOP,
        30034: _STOP,
        30110: _STOP,
        30111: _STOP,
        20003: _STOP,  # our credentials
        30038: ErrorClass(Action.CODE_FILTERED),
        60728: ErrorClass(Action.LIMIT, wait=_HOUR),
        63038: ErrorClass(Action.LIMIT, wait=_DAY),
        20429: _TOO_FAST,
    }
)


def class_of(error_code: str | None) -> ErrorClass:
    """What that code means; codes we never heard of have a meaning too."""
    return ERRORS.get(int(error_code), UNKNOWN) if error_code and error_code.isdecimal() else UNKNOWN
