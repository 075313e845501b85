"""How the sandbox may be told to behave, and the events it then has to send."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.payments.news import News
from bot.payments.test_cards import LATE


@dataclass(frozen=True, slots=True)
class Habit:
    """What becomes of an answer."""

    at_once: bool = True
    events: int = 0
    """How many tell the same afterwards."""
    after: timedelta = timedelta(0)
    backwards: bool = False
    """What has gathered is told last first."""


HABITS: Mapping[str, Habit] = {
    "prompt": Habit(),
    "twice": Habit(events=2),
    "late": Habit(at_once=False, events=1, after=LATE),
    "late_and_twice": Habit(at_once=False, events=2, after=LATE),
    "backwards": Habit(at_once=False, events=1, after=LATE, backwards=True),
    "silent": Habit(at_once=False),
}
"""`silent`: only who asks hears anything, as after a call that timed out."""


class Outgoing:
    """Events that wait for their time; lost with the process, as events may be."""

    def __init__(self) -> None:
        self.habit = "prompt"
        self._waiting: list[tuple[datetime, News]] = []

    def answer(self, news: News, now: datetime) -> bool:
        """Is it answered at once? What else is to be told waits."""
        habit = HABITS[self.habit]
        self._waiting += [(now + habit.after, news)] * habit.events
        return habit.at_once

    def due(self, now: datetime) -> list[News]:
        """What is to be told now; told, it is forgotten."""
        due = [news for at, news in self._waiting if at <= now]
        self._waiting = [(at, news) for at, news in self._waiting if at > now]
        return due[::-1] if HABITS[self.habit].backwards else due
