"""How long the jobs of a worker may sleep."""

from collections.abc import Awaitable, Callable
from datetime import datetime

POLL_SECONDS = 1.0
"""What other processes did, and what nobody told us of, is noticed after that."""
SHORTEST_SECONDS = 0.005

Job = Callable[[bool], Awaitable[float]]
"""Told whether it was woken; how many seconds it may sleep now."""


def until(at: datetime | None, now: datetime) -> float:
    """Seconds until then; a poll's, where that is later or there is nothing to wait for."""
    soonest = (at - now).total_seconds() if at else POLL_SECONDS
    return min(POLL_SECONDS, max(SHORTEST_SECONDS, soonest))
