"""What the provider's error codes mean and what follows from each (RULES 2.14), as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType


class Action(StrEnum):
    """What is done about it."""

    SUPPRESS = "suppress"  # record the opt-out; never again, from no number of ours
    BAD_NUMBER = "bad_number"  # mark the address, tell staff, go by email
    RETRY_LATER = "retry_later"  # once, in hours; then email
    SLOW_DOWN = "slow_down"  # the lane rests, the message goes once more
    WAIT_FOR_MIDNIGHT = "wait_for_midnight"  # the brand's day is used up; Pacific time
    DECIDE_AGAIN = "decide_again"  # is it still true, still allowed?
    STOP = "stop"  # only codes and replies leave this number until staff say so
    PAUSE = "pause"  # the same, for a while
    CODE_FILTERED = "code_filtered"  # the patient gets another way to prove themselves
    ONCE_MORE = "once_more"  # unknown to us: once again, then a person looks


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """One kind of failure."""

    action: Action
    problem: str = ""  # what is marked on the address
    wait: timedelta = timedelta(0)


_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_LATER = ErrorClass(Action.RETRY_LATER, wait=4 * _HOUR)
_STOP = ErrorClass(Action.STOP)
_CROWDED = ErrorClass(Action.SLOW_DOWN, wait=timedelta(minutes=10))

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
        30001: _CROWDED,
        21611: _CROWDED,
        30022: ErrorClass(Action.SLOW_DOWN, wait=timedelta(seconds=30)),
        30023: ErrorClass(Action.WAIT_FOR_MIDNIGHT),
        30036: ErrorClass(Action.DECIDE_AGAIN),
        30004: _STOP,
        30007: _STOP,
        30034: _STOP,
        30110: _STOP,
        30111: _STOP,
        20003: _STOP,  # our credentials
        30038: ErrorClass(Action.CODE_FILTERED),
        60728: ErrorClass(Action.PAUSE, wait=_HOUR),
        63038: ErrorClass(Action.PAUSE, wait=_DAY),
        20429: ErrorClass(Action.SLOW_DOWN, wait=timedelta(seconds=30)),
    }
)


def class_of(error_code: str | None) -> ErrorClass:
    """What that code means; codes we never heard of have a meaning too."""
    return ERRORS.get(int(error_code), UNKNOWN) if error_code and error_code.isdecimal() else UNKNOWN
