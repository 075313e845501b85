"""Every log record of the whole test session, kept to be searched for personal data."""

import logging
import sys
import traceback
from dataclasses import dataclass, field

from tests import canaries


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

    def add(self, text: str, source: str) -> None:
        """Note something logged; tests pass what a child process wrote to its log."""
        self.lines.append(text)
        self.leaks += [Leak(canary, source, self.during) for canary in canaries.find(text)]

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


def _traceback(record: logging.LogRecord) -> str:
    trouble = record.exc_info
    if isinstance(record.msg, dict) and record.msg.get("exc_info"):
        # structlog asks for the traceback in its event, and adds it only when the record is printed.
        trouble = sys.exc_info()
    return "".join(traceback.format_exception(*trouble)) if trouble and trouble[0] else ""


_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
