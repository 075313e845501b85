"""What goes in and out of the practice API: the checks, the answers and the OpenAPI document come from these."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, field_validator

from bot.imports.cells import MOST_CENTS

Text = Annotated[str | None, Field(max_length=200)]
Id = Annotated[str | None, Field(max_length=100)]
Cents = Annotated[int | None, Field(ge=0, le=MOST_CENTS)]
DATE: dict[str, JsonValue] = {"format": "date"}
"""Told to programs; read, and refused in the same words, as a cell of a file is."""
Channel = Literal["text", "email"]
LONGEST_ANSWER = 1600


class Asked(BaseModel):
    """A body. Nothing in it is guessed at: unknown fields and other types are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @field_validator("*")
    @classmethod
    def _keepable(cls, value: object) -> object:
        if isinstance(value, str) and "\0" in value:  # no database keeps it
            raise ValueError("must not contain a NUL character")
        return value


class RowFields(Asked):
    """A body that is read as a row of a file is: what its cells may not hold is cleaned or refused there."""

    @field_validator("*")
    @classmethod
    def _keepable(cls, value: object) -> object:
        return value


class Nothing(Asked):
    """An empty object; no body at all is as good."""


class PatientFields(RowFields):
    """As a row of patients.csv. A field that is absent, null or empty leaves what is stored."""

    patient_id: Annotated[str | None, Field(description="As in the path, if it is here at all.", max_length=100)] = None
    first_name: Annotated[str, Field(max_length=200, examples=["Ana"])]
    last_name: Annotated[str, Field(max_length=200, examples=["Ruiz"])]
    birth_date: Annotated[str | None, Field(max_length=500, examples=["1980-02-03"], json_schema_extra=DATE)] = None
    phone: Annotated[str | None, Field(max_length=500, examples=["+12065550177"])] = None
    email: Annotated[str | None, Field(max_length=500, examples=["ana@mail.example"])] = None
    zip: Annotated[str | None, Field(max_length=500, examples=["98101"])] = None
    language: Annotated[str | None, Field(description="en or es; somebody new gets en", max_length=500)] = None
    guarantor_id: Annotated[str | None, Field(description="Another patient's patient_id", max_length=100)] = None
    text_consent: bool | None = None
    text_consent_source: Text = None
    text_consent_at: Annotated[str | None, Field(description="RFC 3339, or a date", max_length=500)] = None
    email_consent: bool | None = None
    time_zone: Annotated[str | None, Field(description="IANA; worked out when absent", max_length=500)] = None


class ChargeFields(RowFields):
    """As a row of charges.csv. `patient_owes_cents` is the patient's share before any payment, and it is the truth."""

    charge_id: Annotated[str | None, Field(description="As in the path, if it is here at all.", max_length=100)] = None
    patient_id: Annotated[str, Field(max_length=100, examples=["P100"])]
    service_date: Annotated[str, Field(max_length=500, examples=["2026-03-14"], json_schema_extra=DATE)]
    patient_owes_cents: Annotated[int, Field(ge=0, le=MOST_CENTS, examples=[18450])]
    encounter_id: Id = None
    provider: Text = None
    location: Text = None
    description: Text = None
    billed_cents: Cents = None
    insurance_paid_cents: Cents = None
    adjustment_cents: Cents = None


class Warned(BaseModel):
    """A field that was dropped, or is merely odd."""

    field: str
    reason: str


class PatientTaken(BaseModel):
    """The patient is stored."""

    patient_id: str
    changed: Annotated[bool, Field(description="False: everything was stored already.")]
    warnings: list[Warned]


class ChargeTaken(BaseModel):
    """The charge is stored, and posted."""

    charge_id: str
    changed: Annotated[bool, Field(description="False: everything was stored already.")]
    warnings: list[Warned]


class OpenCharge(BaseModel):
    """A charge with something left to pay."""

    charge_id: str
    service_date: date
    provider: str | None
    description: str | None
    patient_owes_cents: int
    remaining_cents: int


class Balance(BaseModel):
    """What a patient owes now; below zero it is a credit."""

    balance_cents: int
    charges: Annotated[
        list[OpenCharge],
        Field(description="Oldest visit first; what remains sums to the balance, unless that is a credit."),
    ]


class PayLinkAsked(Asked):
    """For whom, and for how much."""

    patient_id: Annotated[str, Field(min_length=1, max_length=100, examples=["P100"])]
    amount_cents: Annotated[int | None, Field(ge=1, le=MOST_CENTS, description="Absent: everything they owe.")] = None


class PayLink(BaseModel):
    """A link to paste elsewhere. Whoever opens it is asked for a code that goes to the patient."""

    url: str
    expires_at: Annotated[
        AwareDatetime, Field(description="The end of the amount offered; the link itself stays good.")
    ]


class Conversation(BaseModel):
    """One phone number or mail address at this practice."""

    id: str
    channel: Channel
    address: str
    patient_ids: Annotated[list[str], Field(description="Everybody whose file carries this address.")]
    state: Annotated[str, Field(description="`flow.state`", examples=["balance.shown"])]
    needs_answer_since: AwareDatetime | None
    last_at: AwareDatetime | None


State = Literal["queued", "held", "sending", "uncertain", "sent", "delivered", "undelivered", "failed", "dropped"]
Ended = Literal["answered", "staff", "silent", "duplicate", "shunted"]


class Message(BaseModel):
    """One message, theirs or ours."""

    id: str
    at: AwareDatetime
    direction: Literal["in", "out"]
    channel: Channel
    text: Annotated[
        str | None,
        Field(
            description="Theirs without card numbers; ours with {code} and {link} in their places, and null before it "
            "is sent, unless a person wrote it."
        ),
    ]
    state: Annotated[State | None, Field(description="Of ours; moves forward only.")]
    provider_id: str | None
    error_code: str | None
    heard: Annotated[str | None, Field(description="What we understood theirs to be.")]
    outcome: Annotated[Ended | None, Field(description="What became of theirs.")]
    reason: Annotated[str | None, Field(description="Why theirs ended so; by which rule ours is held or was dropped.")]


class AnswerAsked(Asked):
    """What the patient is to read."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_ANSWER, examples=["We called your insurer."])]


class FieldError(BaseModel):
    """One field that is not as it should be."""

    field: str
    reason: str


class Problem(BaseModel):
    """A refusal (RFC 9457). Nothing was done."""

    model_config = ConfigDict(extra="allow")
    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError] | None = None
