"""The lock file beside an SQLite database: one server at a time."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from bot.store.engine import PRIVATE


class AlreadyServedError(RuntimeError):
    """Another server runs on this database."""

    def __init__(self) -> None:
        super().__init__(
            "Another paybot serve already runs on this SQLite database. Stop it first, or use PostgreSQL for several."
        )


def _private(path: str, flags: int) -> int:
    # Whoever else could open it could also hold it, and keep the server from starting.
    return os.open(path, flags, PRIVATE)


@contextmanager
def only_server(engine: Engine) -> Iterator[None]:
    """Hold the database for this process; the system lets go of it even when the process is killed."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path:
        yield
        return
    with open(f"{path}.lock", "w", encoding="ascii", opener=_private) as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyServedError from None
        yield
