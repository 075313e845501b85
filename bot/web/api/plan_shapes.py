"""What goes in and out of the calls about payment plans and tasks."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

from bot.imports.cells import MOST_CENTS
from bot.web.api.shapes import DATE, Asked

MOST_INSTALLMENTS = 120
State = Literal["pending", "active", "dormant", "closed", "defaulted"]
InstallmentState = Literal["waiting", "charging", "paid", "failed", "dropped"]
Sum = Annotated[int, Field(ge=1, le=MOST_CENTS, examples=[4000])]


class TermsAsked(Asked):
    """So many installments, or so much a month; neither: as many as the practice gives without asking staff."""

    installments: Annotated[int | None, Field(ge=1, le=MOST_INSTALLMENTS, examples=[4])] = None
    monthly_cents: Sum | None = None
    first_on: Annotated[str, Field(max_length=500, examples=["2026-05-15"], json_schema_extra=DATE)]
    discount_cents: Annotated[int, Field(ge=0, le=MOST_CENTS, description="Given when the patient signs.")] = 0


class PlanAsked(TermsAsked):
    """A plan for everything that the patient owes."""

    patient_id: Annotated[str, Field(min_length=1, max_length=100, examples=["P1"])]


class ApprovalAsked(Asked):
    """Empty: as it was asked for. Or other terms, all of them: a discount that is not repeated is none."""

    installments: Annotated[int | None, Field(ge=1, le=MOST_INSTALLMENTS)] = None
    monthly_cents: Sum | None = None
    first_on: Annotated[str | None, Field(max_length=500, json_schema_extra=DATE)] = None
    discount_cents: Annotated[int, Field(ge=0, le=MOST_CENTS)] = 0


class Installment(BaseModel):
    """One payment of a plan."""

    number: int
    due_on: date
    amount_cents: int
    state: InstallmentState
    tries: Annotated[int, Field(description="How often the bank refused it.")]
    next_try_at: AwareDatetime | None
    paid_at: AwareDatetime | None


class Plan(BaseModel):
    """A payment plan, as it stands."""

    id: str
    patient_id: str
    state: Annotated[State, Field(description="dormant: not signed in time, or paused")]
    waits_for: Annotated[Literal["approval", "signature"] | None, Field(description="Of a pending one.")]
    ended_why: str | None
    balance_cents: Annotated[int, Field(description="Encounter balance: what was owed.")]
    discount_cents: int
    total_cents: Annotated[int, Field(description="Balance due: what the installments sum to.")]
    monthly_cents: int
    installments: int
    first_on: date
    payment_method: Annotated[str | None, Field(description="The card that is charged.", examples=["Visa 4242"])]
    option: Annotated[str, Field(examples=["4 monthly payments"])]
    remaining_cents: Annotated[int, Field(description="Remaining balance of the plan.")]
    next_on: date | None
    next_cents: int
    paused: bool
    signed_name: str | None
    signed_at: AwareDatetime | None
    schedule: list[Installment]
    agreement: Annotated[str, Field(description="The whole agreement, to print: as it was signed, or is to be.")]


class TaskPayment(BaseModel):
    """The payment that a task is about: what POST /refunds is told to give it back."""

    payment_id: str
    reference: Annotated[str | None, Field(description="Our receipt.")]
    amount_cents: int
    left_cents: Annotated[int, Field(description="What of it may still be given back.")]


class Task(BaseModel):
    """Something for staff to do."""

    id: str
    kind: Annotated[str, Field(examples=["plan_approval"])]
    conversation_id: str | None
    patient_ids: list[str]
    urgent: bool
    opened_at: AwareDatetime
    due_at: AwareDatetime | None
    done_at: AwareDatetime | None
    done_by: str | None
    payment: Annotated[TaskPayment | None, Field(description="Of a refund, a dispute, a payment in doubt or twice.")]
