"""How much the door takes from whom."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Trusted relays are bound by sizes only."""

    mail_bytes: int = 10 * MIB
    line_bytes: int = 65_536
    held_bytes: int = 64 * MIB  # by all connections together, in the middle of a mail
    recipients: int = 20
    unknown_recipients: int = 5
    commands: int = 60  # of one kind on one connection
    idle_seconds: float = 120
    mail_seconds: float = 600
    connections: int = 120
    connections_each: int = 10
    mails_a_minute: int = 60  # from one address of the network
    answers_in_ten_minutes: int = 30  # to one of our addresses


@dataclass(slots=True)
class Window:
    """Counts what happened lately, by key; the oldest keys are forgotten first."""

    most: int
    seconds: float
    keys: int = 10_000
    _seen: "OrderedDict[str, deque[float]]" = field(default_factory=OrderedDict)

    def full(self, key: str, now: float) -> bool:
        """Has there been enough of this? Counts it otherwise."""
        times = self._seen.setdefault(key, deque())
        self._seen.move_to_end(key)
        while times and times[0] <= now - self.seconds:
            times.popleft()
        if len(times) >= self.most:
            return True
        times.append(now)
        if len(self._seen) > self.keys:
            self._seen.popitem(last=False)
        return False


@dataclass(slots=True)
class House:
    """What all connections share."""

    limits: Limits
    open: int = 0
    held: int = 0
    by_ip: dict[str, int] = field(default_factory=dict)
    mails: Window = field(init=False)
    answers: Window = field(init=False)

    def __post_init__(self) -> None:
        self.mails = Window(self.limits.mails_a_minute, 60)
        self.answers = Window(self.limits.answers_in_ten_minutes, 600)

    def enter(self, ip: str, *, relay: bool) -> bool:
        """One more connection; False: there are enough."""
        self.open += 1
        self.by_ip[ip] = self.by_ip.get(ip, 0) + 1
        return self.open <= self.limits.connections and (relay or self.by_ip[ip] <= self.limits.connections_each)

    def leave(self, ip: str) -> None:
        """It has ended."""
        self.open -= 1
        left = self.by_ip.get(ip, 1) - 1
        if left:
            self.by_ip[ip] = left
        else:
            self.by_ip.pop(ip, None)
