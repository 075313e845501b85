"""The demo's clock: it begins on a Wednesday morning of the story and runs at normal speed."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.clock import utc_now

ZONE = ZoneInfo("America/Los_Angeles")
BEGINS = datetime(2026, 5, 6, 10, 5, tzinfo=ZONE)


class StoryClock:
    """Practices may write in some hours only; in the story it is always one of them when the demo begins."""

    def __init__(self, real: Callable[[], datetime] = utc_now) -> None:
        self._real = real
        self._ahead = BEGINS - real()

    def __call__(self) -> datetime:
        return self._real() + self._ahead

    def move_to(self, moment: datetime) -> None:
        """It is that moment now; time goes on from there."""
        self._ahead = moment - self._real()

    def words(self) -> str:
        """`Wed 6 May 2026, 10:05 in Seattle`"""
        now = self().astimezone(ZONE)
        return f"{now:%a} {now.day} {now:%b %Y, %H:%M} in Seattle"
