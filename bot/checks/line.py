"""One line of a check: what was looked at, how it is, and what to do about it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How it is."""

    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Line:
    """`warning  disk: 7 % is free. Make room …`"""

    verdict: Verdict
    subject: str
    said: str
    way_out: str = ""

    def __str__(self) -> str:
        words = " ".join(part for part in (self.said, self.way_out) if part)
        return f"{self.verdict.value:<8} {self.subject}: {words}"


Lines = AsyncIterator[Line]


def ok(subject: str, said: str) -> Line:
    """It works."""
    return Line(Verdict.OK, subject, said)


def warning(subject: str, said: str, way_out: str) -> Line:
    """It works, but."""
    return Line(Verdict.WARNING, subject, said, way_out)


def failure(subject: str, said: str, way_out: str) -> Line:
    """It does not work."""
    return Line(Verdict.FAILURE, subject, said, way_out)
