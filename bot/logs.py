"""Logs for machines (JSON) and for a terminal. They hold ids and counts; what patients say or own never enters them."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _unseen(library: str) -> Iterator[None]:
    """What is imported meanwhile does not find it."""
    if library in sys.modules:
        yield
        return
    sys.modules[library] = None  # type: ignore[assignment]  # so the import system is told
    try:
        yield
    finally:
        del sys.modules[library]


with _unseen("rich"):  # structlog would draw tracebacks with it: four megabytes in every server
    import structlog

QUIET = ("twilio", "transitions", "mail.log", "sqlalchemy", "aiohttp", "asyncio", "aiosmtplib", "alembic")
"""Libraries that log what they carry: envelopes, addresses, parameters. From WARNING on only, whatever is set."""


def set_up(level: str = "info", *, console: bool | None = None) -> None:
    """Once per process. Everything goes to stderr: stdout belongs to what commands print."""
    terminal = sys.stderr.isatty() if console is None else console
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=terminal) if terminal else structlog.processors.JSONRenderer()
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            last,
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("aiohttp.server").addFilter(without_quotes)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def without_quotes(record: logging.LogRecord) -> bool:
    """A request that cannot be parsed is quoted in its error, with the key or the link that was in it: name it only."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None and type(error).__module__ == "aiohttp.http_exceptions":
        record.msg, record.args = "A request could not be read: %s", (type(error).__name__,)
        record.exc_info = record.exc_text = None
    return True
