"""What a process counts while it works: plain numbers that nobody reads until metrics are asked for."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

SIZES = (1, 2, 4, 8, 16, 32, 64)
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
OTHER = "other"


class Spread:
    """How values spread over buckets. One thread adds; another may read meanwhile."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        """One more; a bucket holds its upper bound."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value


class Batches:
    """The batches of one writing lane."""

    __slots__ = ("seconds", "sizes")

    def __init__(self) -> None:
        self.sizes, self.seconds = Spread(SIZES), Spread(SECONDS)

    def add(self, size: int, seconds: float) -> None:
        """One more."""
        self.sizes.add(size)
        self.seconds.add(seconds)


@dataclass(slots=True)
class Tallies:
    """The counts of those who work in this process; each counts its own."""

    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Where it came from, and how it ended."""
    batches: Sequence[Batches] = ()
    sends: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Channel, what the provider made of it, its error code."""
    news: Counter[tuple[str, str]] = field(default_factory=Counter)
    """State and error code that a provider told later."""
    mails: Counter[str] = field(default_factory=Counter)
    """Whether the sender of a mail was believed, or why not."""


def among(word: str, known: Collection[str]) -> str:
    """A word that came from outside, if it is one of these: strangers make no labels."""
    return word if word in known else OTHER


def code_or_other(code: str | None) -> str:
    """A provider's error code: a few digits, or a word of ours. A longer number might be somebody's."""
    short = code or ""
    digits = short.isascii() and short.isdigit() and len(short) <= 5
    return short if digits or short in {"", "bad_address"} else OTHER
