"""The lock file beside an SQLite database: one server at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine


class AlreadyServedError(RuntimeError):
    """Another server runs on this database."""

    def __init__(self) -> None:
        super().__init__(
            "Another paybot serve already runs on this SQLite database. Stop it first, or use PostgreSQL for several."
        )


@contextmanager
def only_server(engine: Engine) -> Iterator[None]:
    """Hold the database for this process; the system lets go of it even when the process is killed."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path:
        yield
        return
    with Path(f"{path}.lock").open("w", encoding="ascii") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyServedError from None
        yield
