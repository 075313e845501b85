"""What a practice has decided (section 5 of the practice file), and the clock arithmetic that follows from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONGEST_SEARCH = timedelta(days=40)
PROMISE = timedelta(hours=1)
"""By when a person answers while the office is open."""
AFTER_OPENING = timedelta(hours=2)
"""And how long after opening otherwise."""


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of a day, local; open at `opens`, shut at `shuts`."""

    opens: time
    shuts: time

    def holds(self, local: time) -> bool:
        """Is it open at this local time?"""
        return self.opens <= local < self.shuts


WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ANY_TIME = Window(time(8), time(21))
"""8 am to 9 pm where the patient is: 47 CFR 64.1200(c)(1), 12 CFR 1006.6(b)(1)(i), Florida 559.72(17)."""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When people answer. `week` maps mon..sun to a window; a day that is missing is closed."""

    zone: str
    week: Mapping[str, Window] = field(default_factory=lambda: dict.fromkeys(WEEKDAYS[:5], Window(time(8), time(17))))
    holidays: frozenset[date] = frozenset()

    def window(self, day: date) -> Window | None:
        """The open hours of that day, or None when the office is closed."""
        return None if day in self.holidays else self.week.get(WEEKDAYS[day.weekday()])

    def open_at(self, now: datetime) -> bool:
        """Is somebody there?"""
        local = now.astimezone(ZoneInfo(self.zone))
        window = self.window(local.date())
        return window is not None and window.holds(local.time())

    def next_open_day(self, after: date) -> date:
        """The first day after that one on which the office is open; that next day itself if it never is."""
        days = (after + timedelta(days=n) for n in range(1, LONGEST_SEARCH.days))
        return next((day for day in days if self.window(day)), after + timedelta(days=1))

    def in_working_time(self, now: datetime, wait: timedelta) -> datetime:
        """The moment when `wait` of open hours has passed since now: an hour from 4:30 pm ends at 8:30 next day."""
        zone = ZoneInfo(self.zone)
        local = now.astimezone(zone)
        day, left = local.date(), wait
        for _ in range(LONGEST_SEARCH.days):
            window = self.window(day)
            if window:
                opens = max(local, datetime.combine(day, window.opens, zone))
                shuts = datetime.combine(day, window.shuts, zone)
                if opens < shuts and opens + left <= shuts:
                    return (opens + left).astimezone(UTC)
                left -= max(timedelta(0), shuts - opens)
            day += timedelta(days=1)
        return now + wait

    def reply_by(self, now: datetime) -> datetime:
        """By when staff answer who asked for a person: an hour while open, two hours after opening otherwise."""
        return self.in_working_time(now, PROMISE if self.open_at(now) else AFTER_OPENING)

    def end_of_next_day(self, now: datetime, days: int = 1) -> datetime:
        """Closing time of the `days`-th open day from now: "by 5 pm Thu 05/07"."""
        zone = ZoneInfo(self.zone)
        day = now.astimezone(zone).date()
        for _ in range(days):
            day = self.next_open_day(day)
        window = self.window(day)
        return datetime.combine(day, window.shuts if window else time(17), zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class PlanPolicy:
    """What plans a practice offers."""

    minimum_monthly_cents: int = 2500
    installments: int = 4  # without staff
    installments_with_approval: int = 4
    truth_in_lending: bool = False  # more than four installments need it (12 CFR 1026.2(a)(17))
    discount_percent: int = 0  # for payment in full


@dataclass(frozen=True, slots=True)
class Policy:
    """The practice's own choices."""

    partial_payments: bool = True
    minimum_payment_cents: int = 2500
    show_amount_in_notice: bool = False
    notice_hours: Window = Window(time(9), time(20))
    notices_per_day: int = 1
    notices_per_week: int = 3
    days_between_notices: int = 14
    link_minutes: int = 60
    proof_minutes: int = 30
    notices_to_minors: str = "guarantor"
    saved_card_by_text: bool = True
    plans: PlanPolicy = field(default_factory=PlanPolicy)


def open_in_all(now: datetime, zones: Iterable[str], window: Window) -> bool:
    """Is the window open in every zone where the patient may be?"""
    return all(window.holds(now.astimezone(ZoneInfo(zone)).time()) for zone in zones)


def next_open_in_all(now: datetime, zones: Iterable[str], window: Window) -> datetime:
    """The first instant from now on when the window is open in all zones. Minutes matter, seconds do not.

    Zones too far apart for the window to overlap never agree; then the answer is a time past the search.
    """
    places = [ZoneInfo(zone) for zone in zones]
    moments = {now}
    for place in places:
        day = now.astimezone(place).date()
        for ahead in range(3):
            moments.add(datetime.combine(day + timedelta(days=ahead), window.opens, place).astimezone(UTC))
    ready = [m for m in moments if m >= now and open_in_all(m, [p.key for p in places], window)]
    return min(ready, default=now + LONGEST_SEARCH)
