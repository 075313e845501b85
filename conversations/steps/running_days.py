"""On which days an installment of a running plan may fall."""

from datetime import date, timedelta

from conversations.facts import Plan
from conversations.steps.plan_asked import USUAL_DAY, first_after
from conversations.steps.plan_terms import due_days

LATER = timedelta(days=10)
"""So much later than it is due an installment may be."""
EXAMPLE = timedelta(days=5)
ANNOUNCED = timedelta(days=3)
"""Nobody is charged sooner after a plan goes on again."""
FAR = 60


def move_example(due_on: date) -> date:
    """The day that our words give as an example."""
    return due_on + EXAMPLE


def movable(plan: Plan | None, today: date) -> tuple[date, date]:
    """The first and the last day to which the next installment may be moved."""
    tomorrow = today + timedelta(days=1)
    due = plan.next_on if plan and plan.next_on else tomorrow
    return tomorrow, max(due + LATER, tomorrow)


def next_due(plan: Plan, today: date) -> date:
    """Where a paused plan goes on: on the day its payment has, else the plan's own of a month; announced before."""
    if plan.next_on is None:
        return first_after(today, USUAL_DAY)
    if plan.next_on - today >= ANNOUNCED:
        return plan.next_on
    own = date(today.year, 1, plan.day or plan.next_on.day)  # of a long month: a 31st is not lost in February
    return next(day for day in due_days(own, FAR) if day - today >= ANNOUNCED)


def months_after(plan: Plan) -> int:
    """How many installments there are once the new balance is added."""
    return -(-(plan.remaining_cents + plan.addable_cents) // max(plan.monthly_cents, 1))
