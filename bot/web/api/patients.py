"""Patients and charges pushed by the practice's own programs, written as an import writes them."""

from collections.abc import Iterator, Mapping

from pydantic import BaseModel
from sqlalchemy import Connection, select

from bot.imports import single
from bot.imports.charges import Charge
from bot.imports.patients import Patient
from bot.imports.report import Counts, Problem, Problems, RefusedError
from bot.store import tables as t
from bot.web.api.operations import Call, Done, operation
from bot.web.api.problems import invalid, not_found
from bot.web.api.shapes import ChargeFields, ChargeTaken, PatientFields, PatientTaken, Warned

MONEY = ("patient_owes", "billed", "insurance_paid", "adjustment", "amount")
STORED = {201: "It is new.", 200: "It was known; what differs was changed."}


def read_patient(call: Call) -> tuple[Patient, Problems]:
    """The cells of a row, read as those of a file are."""
    cells = _cells(call, "patient_id")
    try:
        return single.read_patient(cells, call.now)
    except RefusedError as error:
        raise invalid(*named(error.problems.errors)) from None


@operation("PUT", "/patients/{patient_id}", STORED, PatientTaken, body=PatientFields, first=read_patient)
def put_patient(conn: Connection, call: Call) -> Done:
    """Store a patient, new or known. A field that cannot be used is dropped with a warning; an opt-out stays."""
    patient, problems = call.read
    try:
        counts = single.put_patient(conn, call.practice.id, patient, problems, call.now)
    except RefusedError as error:
        raise invalid(*named(error.problems.errors)) from None
    key = patient.patient_id
    answer = PatientTaken(patient_id=key, changed=_changed(counts), warnings=warned(problems))
    return Done(answer, _status(counts), {"patient_id": key})


def read_charge(call: Call) -> tuple[Charge, Problems]:
    """The cells of a row, read as those of a file are."""
    try:
        return single.read_charge(_cells(call, "charge_id"))
    except RefusedError as error:
        raise invalid(*named(error.problems.errors)) from None


@operation(
    "PUT",
    "/charges/{charge_id}",
    STORED,
    ChargeTaken,
    body=ChargeFields,
    first=read_charge,
    refusals={404: "The practice has no such patient."},
)
def put_charge(conn: Connection, call: Call) -> Done:
    """Store what a visit leaves the patient to pay. Another figure for a known charge posts the difference."""
    charge, problems = call.read
    mine = (t.people.c.practice_id == call.practice.id, t.people.c.patient_id == charge.patient_id)
    if conn.scalar(select(t.people.c.id).where(*mine)) is None:
        raise not_found("patient", ("patient_id", "is no patient of the practice; put the patient first"))
    try:
        counts = single.put_charge(conn, call.practice.id, charge, problems, call.now)
    except RefusedError as error:
        raise invalid(*named(error.problems.errors)) from None
    key = charge.charge_id
    answer = ChargeTaken(charge_id=key, changed=_changed(counts), warnings=warned(problems))
    return Done(answer, _status(counts), {"charge_id": key, "patient_id": charge.patient_id})


def _cells(call: Call, key: str) -> Mapping[str, str]:
    """The fields, written as the columns of a file; the id is the one in the path."""
    body: BaseModel = call.body
    named = call.path[key]
    if getattr(body, key) not in {None, named}:
        raise invalid((key, "is another one in the path"))
    if named != named.strip():
        raise invalid((key, "begins or ends with a space"))
    return dict(written(body)) | {key: named}


def written(body: BaseModel) -> Iterator[tuple[str, str]]:
    """The fields, as the cells of a file have them."""
    for name, value in body.model_dump(exclude_none=True).items():
        match value:
            case bool():
                yield name, "yes" if value else "no"
            case int():
                yield name.removesuffix("_cents"), f"{value // 100}.{value % 100:02d}"
            case _:
                yield name, value


def named(problems: list[Problem]) -> list[tuple[str, str]]:
    """What is wrong, by the fields of the call."""
    return [(_field(one), one.reason) for one in problems]


def warned(problems: Problems) -> list[Warned]:
    """What is odd, by the fields of the call."""
    return [Warned(field=_field(one), reason=one.reason) for one in problems.warnings]


def _field(problem: Problem) -> str:
    return f"{problem.column}_cents" if problem.column in MONEY else problem.column


def _changed(counts: Counts) -> bool:
    return bool(counts.new or counts.changed)


def _status(counts: Counts) -> int:
    return 201 if counts.new else 200
