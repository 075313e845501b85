"""Payment plans: set up, approved, sent to be signed, activated, paused, cancelled, read and printed."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import Connection, select

from bot.plans import deciding
from bot.plans.agreements import Agreement, agreement
from bot.plans.deciding import CannotDecideError, Desk
from bot.plans.terms import HasPlanError, RefusedTermsError, Wanted, set_up
from bot.store import installments, plans
from bot.store.tables import people
from bot.web.api.operations import Call, Done, Operation, operation
from bot.web.api.people import patient_of
from bot.web.api.plan_shapes import ApprovalAsked, Installment, Plan, PlanAsked, TermsAsked
from bot.web.api.problems import Problem, invalid, not_found
from bot.web.api.shapes import Nothing

NONE = {404: "The practice has no such plan."}
STANDS = NONE | {409: "The plan does not stand so that this could be done."}
LARGEST_ID = 2**63 - 1
Decide = Callable[[Connection, Desk, int], bool]


@operation(
    "POST",
    "/plans",
    {201: "It is written down, and the patient has not heard of it: approve or send it."},
    Plan,
    body=PlanAsked,
    refusals={404: "The practice has no such patient.", 409: "They have a plan that runs."},
)
def post_plan(conn: Connection, call: Call) -> Done:
    """Set up a plan for everything that a patient owes, or edit it: one that is not signed yet is replaced."""
    asked: PlanAsked = call.body
    person = patient_of(conn, call, asked.patient_id, "patient_id")
    try:
        made = set_up(conn, call.practice, person.id, _terms(asked, asked.first_on), call.who, call.now)
    except RefusedTermsError as error:
        raise invalid((error.field, str(error))) from None
    except HasPlanError as error:
        raise Problem(409, str(error), name="cannot-decide") from None
    return _shown(conn, call, made, 201)


@operation("GET", "/plans/{id}", {200: "The plan."}, Plan, refusals=NONE)
def get_plan(conn: Connection, call: Call) -> Done:
    """Read how a plan stands, with its agreement to print."""
    return _shown(conn, call, _id(conn, call), 200)


@operation("POST", "/plans/{id}/approve", {201: "The patient is asked to sign."}, Plan, body=ApprovalAsked,
           refusals=STANDS)  # fmt: skip
def approve_plan(conn: Connection, call: Call) -> Done:
    """Agree to the terms that were asked for, or to others; the patient is asked to sign."""
    asked: ApprovalAsked = call.body
    wanted = None
    if asked.model_fields_set:
        if asked.first_on is None:
            raise invalid(("first_on", "must not be missing where the terms are others"))
        terms = TermsAsked.model_validate(asked.model_dump())
        wanted = _terms(terms, terms.first_on)
    return _decided(conn, call, lambda conn, desk, plan_id: deciding.approve(conn, desk, plan_id, wanted))


@operation("POST", "/plans/{id}/send", {201: "The agreement is on its way."}, Plan, body=Nothing, refusals=STANDS)
def send_plan(conn: Connection, call: Call) -> Done:
    """Send the agreement to be signed; one that was not approved yet is approved by that."""
    return _decided(conn, call, deciding.send)


@operation("POST", "/plans/{id}/activate", {201: "It is active."}, Plan, body=Nothing, refusals=STANDS)
def activate_plan(conn: Connection, call: Call) -> Done:
    """Go on after a pause; or begin a plan that was signed on paper, whose payments the patient makes by link."""
    return _decided(conn, call, deciding.activate)


@operation("POST", "/plans/{id}/pause", {201: "It is paused."}, Plan, body=Nothing, refusals=STANDS)
def pause_plan(conn: Connection, call: Call) -> Done:
    """Charge nothing until the plan is activated again."""
    return _decided(conn, call, deciding.pause)


@operation("POST", "/plans/{id}/cancel", {201: "It is over."}, Plan, body=Nothing, refusals=STANDS)
def cancel_plan(conn: Connection, call: Call) -> Done:
    """End a plan; what is owed stays owed."""
    return _decided(conn, call, deciding.cancel)


OPERATIONS: tuple[Operation, ...] = (
    post_plan,
    get_plan,
    approve_plan,
    send_plan,
    activate_plan,
    pause_plan,
    cancel_plan,
)


def _terms(asked: TermsAsked, first_on: str) -> Wanted:
    try:
        day = date.fromisoformat(first_on)
    except ValueError:
        raise invalid(("first_on", "is no date like 2026-05-15")) from None
    return Wanted(day, asked.installments, asked.monthly_cents, asked.discount_cents)


def _decided(conn: Connection, call: Call, decide: Decide) -> Done:
    plan_id = _id(conn, call)
    try:
        woke = decide(conn, Desk(call.world, call.practice, call.who, call.now), plan_id)
    except RefusedTermsError as error:
        raise invalid((error.field, str(error))) from None
    except CannotDecideError as error:
        raise Problem(409, str(error), name="cannot-decide") from None
    return _shown(conn, call, plan_id, 201, woke=woke)


def _id(conn: Connection, call: Call) -> int:
    key = call.path["id"]
    number = int(key) if key.isascii() and key.isdigit() and len(key) < 20 else 0
    if not 0 < number <= LARGEST_ID or plans.find(conn, number, practice_id=call.practice.id) is None:
        raise not_found("plan")
    return number


def _shown(conn: Connection, call: Call, plan_id: int, status: int, *, woke: bool = False) -> Done:
    plan = plans.find(conn, plan_id)
    if plan is None:
        raise not_found("plan")
    text = agreement(conn, call.practice, plan, call.now)
    patient_id = conn.scalar(select(people.c.patient_id).where(people.c.id == plan.person_id)) or ""
    every = installments.of(conn, [plan_id]).get(plan_id, [])
    return Done(_plan(plan, patient_id, every, text), status, {"plan_id": plan_id}, woke=woke)


def _plan(plan: plans.Plan, patient_id: str, every: list[installments.Installment], text: Agreement) -> Plan:
    left = installments.left(every)
    begun = bool(every)
    first = text.dates[0] if not begun and plan.state not in {plans.CLOSED, plans.DEFAULTED} else None
    next_on, next_cents = (left[0].due_on, left[0].amount_cents) if left else first or (None, 0)
    return Plan.model_validate(
        {
            "id": str(plan.id),
            "patient_id": patient_id,
            "state": plan.state,
            "waits_for": plan.waits or None,
            "ended_why": plan.ended_why,
            "balance_cents": plan.balance_cents,
            "discount_cents": plan.discount_cents,
            "total_cents": plan.total_cents,
            "monthly_cents": plan.monthly_cents,
            "installments": plan.count,
            "first_on": plan.first_on,
            "payment_method": text.card or None,
            "option": f"{plan.count} monthly payments",
            "remaining_cents": text.remaining_cents,
            "next_on": next_on,
            "next_cents": next_cents,
            "paused": plan.paused,
            "signed_name": plan.signed_name,
            "signed_at": plan.signed_at,
            "schedule": [_installment(one) for one in every],
            "agreement": text.text,
        }
    )


def _installment(one: installments.Installment) -> Installment:
    return Installment.model_validate(
        {
            "number": one.number,
            "due_on": one.due_on,
            "amount_cents": one.amount_cents,
            "state": one.state,
            "tries": one.tries,
            "next_try_at": one.try_at,
            "paid_at": one.paid_at,
        }
    )
