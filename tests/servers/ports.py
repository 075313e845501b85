"""Ports for the servers of tests.

Whoever asks the kernel for any free port and lets go of it may find somebody else there when the server starts. These
are below those that the kernel gives out by itself, and each worker of a run has its own.
"""

import itertools
import os
import socket

FIRST, EACH, SHARES = 12_000, 4_000, 5


def _share() -> int:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    return int(worker.removeprefix("gw")) % SHARES


# Runs beside each other begin elsewhere in the same share.
_next = itertools.count(os.getpid())


def free_port() -> int:
    """A port that nobody listens on, and that nobody else of this run will be given."""
    start = FIRST + _share() * EACH
    for number in itertools.islice(_next, EACH):
        port = start + number % EACH
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"no free port from {start} to {start + EACH - 1}")
