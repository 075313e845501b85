"""The day on which a plan begins, and the terms that are offered."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.happenings import perform
from bot.chat.header import apply
from bot.chat.world import blank
from conversations.facts import Plan
from conversations.policy import PlanPolicy
from conversations.steps.plan_asked import AHEAD, first_after
from conversations.steps.plan_terms import by_month
from conversations.steps.running_days import ANNOUNCED, movable, next_due

NOON = datetime(2026, 5, 6, 19, tzinfo=UTC)
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


@pytest.mark.parametrize("lending,answer", [(False, "5 payments; this office gives up to 4"), (True, "5 x $60.00")])
def test_more_than_four_installments_need_the_disclosure(lending: bool, answer: str) -> None:
    world = blank(NOON)
    apply(world, "patient: Ana Ruiz, owes 300.00, email, proved person")
    plans = PlanPolicy(installments=12, installments_with_approval=12, truth_in_lending=lending)
    world.facts = replace(world.facts, policy=replace(world.facts.policy, plans=plans))
    said = perform(world, "> can i pay it in 5 payments")
    assert answer in said[-1]


@pytest.mark.parametrize(
    "total,monthly,amounts",
    [(30_000, 3_333, (*[3_334] * 8, 3_328)), (30_050, 6_000, (6_010,) * 5), (30_000, 4_000, (*[4_000] * 7, 2_000))],
)
def test_no_card_is_charged_for_a_few_cents(total: int, monthly: int, amounts: tuple[int, ...]) -> None:
    assert by_month(total, monthly).amounts == amounts


@given(st.integers(100, 5_000_000), st.integers(100, 500_000))
def test_so_much_a_month_sums_to_the_total(total: int, monthly: int) -> None:
    assert sum(by_month(total, monthly).amounts) == total
