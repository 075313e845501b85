"""Terms that staff or their programs set up: read, held against the policy, written down as a plan."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.plans.agreements import FREE_OF_LENDING_LAW
from bot.store import ledger, plans
from bot.store.plans import APPROVAL, NewPlan
from bot.store.practices import Practice
from conversations.money import dollars
from conversations.policy import PlanPolicy
from conversations.steps.plan_terms import Terms, Verdict, by_count, by_month, judge

LATEST_START = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Either so many installments, or so much a month; neither: as many as the practice gives without staff."""

    first_on: date
    installments: int | None = None
    monthly_cents: int | None = None
    discount_cents: int = 0


class RefusedTermsError(ValueError):
    """The policy or the arithmetic forbids these terms; `field` is the one to blame."""

    def __init__(self, field: str, why: str) -> None:
        self.field = field
        super().__init__(why)


class HasPlanError(Exception):
    """They have a plan that runs; another one would charge them beside it."""


def set_up(conn: Connection, practice: Practice, person_id: int, wanted: Wanted, who: str, now: datetime) -> int:
    """Write a plan down, not yet told to the patient; its id. Raises RefusedTermsError, or HasPlanError."""
    running = plans.open_of(conn, [person_id]).get(person_id, [])
    if any(plan.state == plans.ACTIVE or plan.paused for plan in running):
        raise HasPlanError("This patient has a plan that runs. Cancel it first, or add to it.")
    balance = ledger.balances(conn, [person_id])[person_id]
    if balance <= 0:
        raise RefusedTermsError("patient_id", "owes nothing")
    terms = terms_of(wanted, balance, practice, now)
    new = NewPlan(
        practice_id=practice.id,
        person_id=person_id,
        conversation_id=None,
        balance_cents=balance,
        discount_cents=wanted.discount_cents,
        total_cents=terms.total_cents,
        monthly_cents=terms.monthly_cents,
        count=terms.count,
        first_on=wanted.first_on,
        waits=APPROVAL,
        made_by=who,
        made_at=now,
    )
    return plans.propose(conn, new)


def terms_of(wanted: Wanted, balance_cents: int, practice: Practice, now: datetime) -> Terms:
    """The terms, if staff of this practice may agree to them. Raises RefusedTermsError."""
    today = now.astimezone(ZoneInfo(practice.file.time_zone)).date()
    if not today <= wanted.first_on <= today + LATEST_START:
        raise RefusedTermsError("first_on", f"is not between today and {LATEST_START.days} days from now")
    total = balance_cents - wanted.discount_cents
    if wanted.discount_cents < 0 or total <= 0:
        raise RefusedTermsError("discount_cents", f"must leave something of the {dollars(balance_cents)} to pay")
    if wanted.installments is not None and wanted.monthly_cents is not None:
        raise RefusedTermsError("installments", "or monthly_cents, not both")
    field = "installments" if wanted.monthly_cents is None else "monthly_cents"
    count = wanted.installments or practice.file.policy.plans.installments
    terms = by_count(total, count) if wanted.monthly_cents is None else by_month(total, wanted.monthly_cents)
    if terms.last_cents <= 0:
        raise RefusedTermsError(field, f"are more than {dollars(total)} can be split into")
    if why := _forbidden(terms, practice.file.policy.plans):
        raise RefusedTermsError(field, why)
    return terms


def _forbidden(terms: Terms, policy: PlanPolicy) -> str:
    match judge(terms, policy):
        case Verdict.WHOLE:
            return "make one installment: that is payment in full"
        case Verdict.TOO_LITTLE:
            return f"come to less than {dollars(policy.minimum_monthly_cents)} a month, the practice's smallest"
        case Verdict.TOO_LONG:
            most = max(policy.installments, policy.installments_with_approval)
            return f"come to {terms.count} installments, more than the {most} that the practice allows"
        case _ if terms.count > FREE_OF_LENDING_LAW and not policy.truth_in_lending:
            return f"come to more than {FREE_OF_LENDING_LAW} installments, which needs truth_in_lending = true"
        case _:
            return ""
