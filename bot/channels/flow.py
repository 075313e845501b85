"""Whether the relay takes our mail at all: what it refuses while it takes the rest is about that one mail."""

from datetime import datetime, timedelta

LATELY = timedelta(minutes=10)
"""Two tries of a mail that waits lie nearer to each other than that."""


class Flow:
    """What this process has seen of it. After a start the first mail that is taken counts as the end of a trouble."""

    def __init__(self) -> None:
        self._taken_at: datetime | None = None
        self._stuck_since: datetime | None = None
        self._told = True

    def taken(self, now: datetime) -> bool:
        """A mail was. Is that news, after something that staff may have been told?"""
        news, self._told = self._told, False
        self._taken_at, self._stuck_since = now, None
        return news

    def not_taken(self, now: datetime, patience: timedelta) -> bool:
        """A mail was not, nor any since then. Is that to be told to staff, for whom it has to last as long as that?"""
        self._stuck_since = self._stuck_since or now
        long = now - self._stuck_since >= patience
        self._told = self._told or long
        return long

    def flows(self, now: datetime) -> bool:
        """Has any been taken lately?"""
        return self._taken_at is not None and now - self._taken_at < LATELY
