"""The day on which a plan begins, and the terms that are offered."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.facts import Plan
from conversations.plan_asked import AHEAD, first_after
from conversations.running_days import ANNOUNCED, movable, next_due

DAYS = st.dates(date(2024, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    "today,day,first",
    [
        (date(2026, 5, 6), 15, date(2026, 5, 15)),
        (date(2026, 5, 8), 15, date(2026, 5, 15)),
        (date(2026, 5, 9), 15, date(2026, 6, 15)),
        (date(2026, 1, 25), 31, date(2026, 2, 28)),
        (date(2028, 2, 1), 30, date(2028, 2, 29)),
        (date(2026, 12, 28), 1, date(2027, 2, 1)),
        (date(2026, 12, 20), 31, date(2026, 12, 31)),
    ],
)
def test_the_first_installment(today: date, day: int, first: date) -> None:
    assert first_after(today, day) == first


@given(DAYS, st.integers(1, 31))
def test_it_is_never_within_a_week_nor_more_than_six_weeks_off(today: date, day: int) -> None:
    assert AHEAD <= first_after(today, day) - today <= timedelta(days=45)


@given(DAYS, st.integers(-400, 60))
def test_a_plan_goes_on_with_time_to_announce_it(today: date, ago: int) -> None:
    plan = Plan(1, "active", next_on=today + timedelta(days=ago))
    on = next_due(plan, today)
    assert on - today >= ANNOUNCED
    first, last = movable(plan, today)
    assert today < first <= last
