"""Every log record of the whole test session, kept to be searched for personal data."""

import logging
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

    def text(self) -> str:
        return "\n".join(self.lines)


class LogBookHandler(logging.Handler):
    """Writes each record into the book: message, arguments, extra fields, and the traceback."""

    def __init__(self, book: LogBook) -> None:
        super().__init__(logging.NOTSET)
        self.book = book
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        extra = {name: value for name, value in vars(record).items() if name not in _ORDINARY}
        self.book.add(f"{self.format(record)} {record.args!r} {extra!r}", record.name)


_ORDINARY = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "args"}
