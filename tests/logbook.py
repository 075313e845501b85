"""Every log record of the whole test session, kept to be searched for personal data."""

import logging
import re
import secrets
import sys
import traceback
from collections import deque
from dataclasses import dataclass, field

from tests import canaries

REMEMBERED = 500
"""Codes and tokens of one test. A test that makes a million of them looks at how even they are, not at logs."""


@dataclass(frozen=True, slots=True)
class Leak:
    """One canary that reached a log."""

    canary: str
    source: str
    during: str


@dataclass(slots=True)
class LogBook:
    """What was logged, and which canaries were in it."""

    during: str = "start of the session"
    lines: list[str] = field(default_factory=list)
    leaks: list[Leak] = field(default_factory=list)
    made: deque[str] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    """The codes and tokens that were really made during this test."""

    def begin(self, test: str) -> None:
        """The next test."""
        self.during = test
        self.made.clear()

    def add(self, text: str, source: str) -> None:
        """Note something logged; tests pass what a child process wrote to its log."""
        self.lines.append(text)
        found = [*canaries.find(text), *(secret for secret in list(self.made) if _holds(text, secret))]
        self.leaks += [Leak(canary, source, self.during) for canary in found]

    def note(self, record: logging.LogRecord) -> None:
        """Note a record: message, arguments, extra fields, and the traceback."""
        extra = {name: value for name, value in vars(record).items() if name not in _ORDINARY}
        text = f"{record.name} {record.levelname} {record.getMessage()} {record.args!r} {extra!r} {_traceback(record)}"
        self.add(text, record.name)

    def text(self) -> str:
        return "\n".join(self.lines)


def watch(book: LogBook) -> None:
    """Note each record that any logger takes, whatever handlers a test or `bot.logs` puts in place."""
    handle = logging.Logger.handle

    def noting(self: logging.Logger, record: logging.LogRecord) -> None:
        book.note(record)
        handle(self, record)

    logging.Logger.handle = noting  # type: ignore[method-assign]
    _watch_secrets(book)


def _watch_secrets(book: LogBook) -> None:
    """All of ours come from these two: tokens of links, sessions, forms and keys, and six digits."""
    token_urlsafe, randbelow = secrets.token_urlsafe, secrets.randbelow

    def token(nbytes: int | None = None) -> str:
        made = token_urlsafe(nbytes)
        book.made.append(made)
        return made

    def below(exclusive_upper_bound: int) -> int:
        number = randbelow(exclusive_upper_bound)
        if exclusive_upper_bound == 10**6:
            book.made.append(f"{number:06d}")
        return number

    secrets.token_urlsafe, secrets.randbelow = token, below


def _holds(text: str, secret: str) -> bool:
    # Six digits in a time or in a longer number are not that code.
    return secret in text and (not secret.isdigit() or re.search(rf"(?<![\w.:+-]){secret}(?!\w)", text) is not None)


def _traceback(record: logging.LogRecord) -> str:
    trouble = record.exc_info
    if isinstance(record.msg, dict) and record.msg.get("exc_info"):
        # structlog asks for the traceback in its event, and adds it only when the record is printed.
        trouble = sys.exc_info()
    return "".join(traceback.format_exception(*trouble)) if trouble and trouble[0] else ""


_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
