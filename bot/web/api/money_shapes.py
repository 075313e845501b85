"""What goes in and out of the calls about money: taken, given back, adjusted, asked for."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from bot.imports.cells import MOST_CENTS
from bot.web.api.shapes import DATE, Asked, Channel, RowFields, Text, Warned

PatientId = Annotated[str, Field(min_length=1, max_length=100, examples=["P1"])]
Cents = Annotated[int, Field(ge=1, le=MOST_CENTS, examples=[1000])]
Words = StringConstraints(strip_whitespace=True, min_length=1, max_length=200)
Reason = Annotated[str, Words, Field(examples=["billed twice"])]
Adjusting = Literal["write_off", "cancel", "credit", "patient_responsibility"]
Method = Literal["cash", "check", "card", "other"]


class PaymentFields(RowFields):
    """As a row of payments.csv: money that the practice took itself."""

    payment_id: Annotated[str, Field(max_length=100, examples=["CASH-1"])]
    patient_id: PatientId
    paid_on: Annotated[str, Field(max_length=500, examples=["2026-05-01"], json_schema_extra=DATE)]
    amount_cents: Cents
    method: Annotated[Method, Field(examples=["cash"])]
    charge_id: Annotated[str | None, Field(max_length=100, description="Absent: the oldest visit first.")] = None
    reference: Text = None


class PaymentTaken(BaseModel):
    """The payment is in the books."""

    payment_id: str
    changed: Annotated[bool, Field(description="False: it was there already, or it is one that we took ourselves.")]
    balance_cents: Annotated[int, Field(description="What the patient owes now.")]
    warnings: list[Warned]


class Payment(BaseModel):
    """One payment, or one try on a saved card."""

    payment_id: Annotated[str, Field(description="What POST /refunds takes.")]
    at: AwareDatetime
    amount_cents: int
    share_cents: Annotated[
        int, Field(description="What of it was for this patient; of a family's, the others' is not.")
    ]
    refunded_cents: int
    disputed_cents: Annotated[int, Field(description="What their bank has taken back, for now or for good.")]
    method: Method
    card: Annotated[str | None, Field(description="Brand and last four digits.")]
    reference: Annotated[str | None, Field(description="Our receipt, also in `paybot export payments`; or yours.")]
    state: Annotated[
        Literal["open", "unknown", "paid", "declined", "refunded", "undone"],
        Field(description="open: on its way; unknown: no answer from the bank yet; refunded: wholly."),
    ]


class RefundAsked(Asked):
    """What is given back, why, and whether the patient still owes what it had paid."""

    payment_id: Annotated[
        str, Field(min_length=1, max_length=100, description="Ours, our receipt, or yours.", examples=["CASH-1"])
    ]
    amount_cents: Cents
    reason: Reason
    still_owed: Annotated[
        bool, Field(description="true: it is owed again; false: the charge is adjusted away.", examples=[True])
    ]


class Refund(BaseModel):
    """A refund. Money goes back to where it came from; what you took yourself you give back yourself."""

    id: str
    payment_id: str
    amount_cents: int
    reason: str
    still_owed: bool
    state: Annotated[
        Literal["asked", "pending", "done", "failed"],
        Field(description="asked: not handed over yet. The books move when the processor has taken it."),
    ]
    at: AwareDatetime


class AdjustmentAsked(Asked):
    """What is to be less owed on one charge, or more, and why."""

    charge_id: Annotated[str, Field(min_length=1, max_length=100, examples=["C1"])]
    kind: Annotated[
        Adjusting,
        Field(
            description="write_off: not asked for any more; cancel: it was never to be charged; credit: in the "
            "patient's favour, and of an overpaid charge free for their other visits; patient_responsibility: the "
            "insurer does not pay it, so it is moved to the patient, who owes it from now on.",
            examples=["write_off"],
        ),
    ]
    amount_cents: Annotated[
        Cents,
        Field(description="At most what remains of the charge; of patient_responsibility, what comes to it."),
    ]
    reason: Reason


class UndoAsked(Asked):
    """Why it is undone, if there is more to say than that."""

    reason: Annotated[str, Words] = "undone"


class PaymentUndone(BaseModel):
    """It counts no more; its payment_id may be recorded again."""

    payment_id: str
    undone: bool
    balance_cents: Annotated[int, Field(description="What the patient owes now.")]


class LineItem(Asked):
    """One line of a visit: a charge of its own."""

    description: Annotated[str, Words, Field(examples=["Crutches"])]
    amount_cents: Annotated[Cents, Field(description="What the patient owes for it.")]
    reason: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=200), Field(description="Absent: the description.")
    ] = ""
    charge_id: Annotated[str | None, Field(max_length=100, description="Absent: one is made.")] = None


class VisitAsked(Asked):
    """A visit entered by hand, with as many lines as it takes."""

    patient_id: PatientId
    service_date: Annotated[str, Field(max_length=500, examples=["2026-05-01"], json_schema_extra=DATE)]
    items: Annotated[
        list[LineItem],
        Field(min_length=1, max_length=50, examples=[[{"description": "Crutches", "amount_cents": 3500}]]),
    ]
    provider: Text = None
    location: Text = None
    encounter_id: Annotated[str | None, Field(max_length=100, description="Absent: their visit of that day.")] = None


class VisitEntered(BaseModel):
    """The charges are in the books."""

    charge_ids: Annotated[list[str], Field(description="In the order of the lines.")]
    balance_cents: Annotated[int, Field(description="What the patient owes now.")]


class Adjustment(BaseModel):
    """An adjustment as it stands in the books."""

    id: str
    charge_id: str
    kind: Adjusting
    amount_cents: int
    reason: str
    at: AwareDatetime
    balance_cents: Annotated[int, Field(description="What the patient owes after it.")]
    undone: bool


class Happened(BaseModel):
    """One line of a patient's timeline."""

    id: str
    at: AwareDatetime
    event: Annotated[str, Field(examples=["payment"])]
    text: str
    plan_id: str | None
    status: str
    amount_cents: Annotated[int | None, Field(description="What it was about; owed less is below zero.")]
    change_cents: Annotated[int, Field(description="What it changed of the balance; 0 of what only stands beside it.")]
    balance_cents: Annotated[int, Field(description="What was owed once it had happened.")]
    why: str | None


class PaymentRequestAsked(Asked):
    """Whom to ask, how, and for what."""

    patient_id: PatientId
    channel: Annotated[Channel, Field(examples=["text"])]
    amount_cents: Annotated[int | None, Field(ge=1, le=MOST_CENTS, description="Absent: everything they owe.")] = None
    plan: Annotated[bool, Field(description="Offer to pay in installments.")] = False


class PaymentRequest(BaseModel):
    """What became of it."""

    id: Annotated[str, Field(description="Of the message, or of what was asked; empty: nobody could be written to.")]
    status: Literal["queued", "held"]
    held_by: Annotated[
        str | None, Field(description="The rule that holds it back. `hours`: it leaves by itself when they begin.")
    ]


class CardChargeAsked(Asked):
    """Which patient, which of their saved cards, how much."""

    patient_id: PatientId
    amount_cents: Cents
    card_id: Annotated[str | None, Field(max_length=20, description="Absent: the one saved last.")] = None


class Share(Asked):
    """What of a family's payment is for whom."""

    patient_id: PatientId
    amount_cents: Cents


class FamilyPaymentAsked(Asked):
    """One payment on a saved card of whoever pays for these patients."""

    guarantor_id: Annotated[
        str, Field(min_length=1, max_length=100, description="The patient_id of who pays.", examples=["P2"])
    ]
    shares: Annotated[
        list[Share],
        Field(min_length=1, max_length=20, examples=[[{"patient_id": "P2", "amount_cents": 1000}]]),
    ]
    card_id: Annotated[str | None, Field(max_length=20, description="Absent: the one saved last.")] = None


class CardCharge(BaseModel):
    """A charge that is on its way; GET /patients/{patient_id}/payments tells what became of it."""

    payment_id: str
    state: Literal["open", "unknown", "paid", "declined"]
    amount_cents: int
    card_id: str
    at: AwareDatetime


class Card(BaseModel):
    """A saved card. Nobody here has its number."""

    card_id: str
    brand: str
    last4: str
    expires_on: date | None
    held_until: Annotated[AwareDatetime | None, Field(description="An address was changed lately: not charged before.")]


class CardRemoved(BaseModel):
    """It is not charged any more; the processor forgets it."""

    card_id: str
    removed: bool
