"""A visit that staff enter by hand: a charge, with as many further lines as it takes, each one entry in the books."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from bot.notices import find_patient
from bot.store import ledger
from bot.store.dialects import insert_new
from bot.store.ledger import RECEIVABLE, REVENUE, Entry, Posting
from bot.store.practices import Practice
from bot.store.tables import charges, encounters

_C, _E = charges.c, encounters.c


class KnownChargeError(ValueError):
    """The practice has a charge of that id already."""


class OtherVisitError(ValueError):
    """That visit is another patient's."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what it is, what the patient owes for it, and why, when it is not plain from the words."""

    description: str
    amount_cents: int
    reason: str = ""
    charge_id: str = ""


@dataclass(frozen=True, slots=True)
class NewVisit:
    """What is entered. Without an id of its own a visit is one of that patient on that day."""

    patient_id: str
    service_on: date
    items: tuple[Item, ...]
    provider: str = ""
    location: str = ""
    encounter_id: str = ""


def enter(conn: Connection, practice: Practice, visit: NewVisit, now: datetime) -> tuple[str, ...]:
    """Write the charges; their ids. Raises UnknownPatientError, KnownChargeError, OtherVisitError."""
    person = find_patient(conn, practice, visit.patient_id)
    encounter = _visit(conn, practice.id, person.id, visit)
    return tuple(_charge(conn, practice.id, person.id, encounter, visit.service_on, item, now) for item in visit.items)


def _visit(conn: Connection, practice_id: int, person_id: int, visit: NewVisit) -> int:
    name = visit.encounter_id or f"{visit.patient_id[:80]} {visit.service_on}"  # as an import calls it
    row = {
        "practice_id": practice_id,
        "person_id": person_id,
        "encounter_id": name,
        "service_on": visit.service_on,
        "provider": visit.provider or None,
        "location": visit.location or None,
    }
    conn.execute(insert_new(encounters, _E.id)[conn.dialect.name], row)
    mine = (_E.practice_id == practice_id, _E.encounter_id == name)
    found = conn.execute(select(_E.id, _E.person_id).where(*mine)).one()
    if found.person_id != person_id:
        raise OtherVisitError("that visit is another patient's")
    return int(found.id)


def _charge(
    conn: Connection, practice_id: int, person_id: int, encounter: int, on: date, item: Item, now: datetime
) -> str:
    name = item.charge_id or f"E-{secrets.token_hex(6)}"
    if conn.scalar(select(_C.id).where(_C.practice_id == practice_id, _C.charge_id == name)) is not None:
        raise KnownChargeError("the practice has a charge of that id already")
    row = {
        "practice_id": practice_id,
        "person_id": person_id,
        "encounter_id": encounter,
        "charge_id": name,
        "service_on": on,
        "description": item.description,
        "patient_owes_cents": item.amount_cents,
    }
    key: int = conn.execute(insert(charges).values(row).returning(_C.id)).scalar_one()
    sides = (
        Posting(RECEIVABLE, person_id, item.amount_cents, key),
        Posting(REVENUE, person_id, -item.amount_cents, key),
    )
    reason = item.reason or item.description[:200]
    # The first posting of a charge, as an import writes it: a later import of the same charge posts the difference.
    ledger.post(conn, Entry(practice_id, "charge", f"charge:{name}:1", now, sides, reason))
    return name
