"""How many requests one caller may send: a bucket that fills with time."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

MOST_BUCKETS = 10_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: datetime


class Limiter:
    """`burst` at once, and `per_second` for ever. Each process counts for itself."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._per_second = per_second
        self._burst = burst
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, who: str, now: datetime) -> float:
        """Seconds to wait; 0.0 when this one may pass."""
        bucket = self._filled(who, now)
        if bucket.left < 1:
            return (1 - bucket.left) / self._per_second
        bucket.left -= 1
        return 0.0

    def _filled(self, who: str, now: datetime) -> _Bucket:
        bucket = self._buckets.setdefault(who, _Bucket(self._burst, now))
        self._buckets.move_to_end(who)
        while len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)
        # A clock that is set back must not empty it.
        passed = max(0.0, (now - bucket.at).total_seconds())
        bucket.left, bucket.at = min(self._burst, bucket.left + passed * self._per_second), now
        return bucket
