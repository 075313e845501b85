"""The patient whom a call is about."""

from sqlalchemy import Connection

from bot.notices import UnknownPatientError, find_patient
from bot.store.people import Patient
from bot.web.api.operations import Call
from bot.web.api.problems import not_found

NO_PATIENT = {404: "The practice has no such patient."}


def patient_of(conn: Connection, call: Call, patient_id: str, field: str = "") -> Patient:
    """Them; `field` names where the id stood, when that was not the path. Raises Problem."""
    try:
        return find_patient(conn, call.practice, patient_id)
    except UnknownPatientError:
        errors = [(field, "is no patient of the practice")] if field else []
        raise not_found("patient", *errors) from None
