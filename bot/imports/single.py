"""One patient, charge or payment from elsewhere than a file: read and written the same, in an open transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, select

from bot.imports import cells as columns
from bot.imports import charges, guarantors, patients, payments
from bot.imports.batches import Into, silent
from bot.imports.charges import Charge
from bot.imports.patients import Patient
from bot.imports.payments import Payment
from bot.imports.reading import Row
from bot.imports.report import Counts, Problems, RefusedError
from bot.store.tables import practices

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Here(Into):
    """Into a transaction that somebody else commits."""

    conn: Connection

    def looks(self, fn: Callable[[Connection], T]) -> T:
        """Read in it."""
        return fn(self.conn)

    def writes(self, fn: Callable[[Connection], T]) -> T:
        """Write in it."""
        return fn(self.conn)


def read_patient(cells: Mapping[str, str], now: datetime) -> tuple[Patient, Problems]:
    """The row of these cells, named as the columns of patients.csv, and what was dropped. Raises RefusedError."""
    problems = Problems()
    patient = patients.read_row(_row(cells), now.date(), problems)
    # The table of ZIP codes takes half a second to load the first time: not while a transaction is open.
    columns.zone_of_zip(patient.cells.get("zip"))
    return patient, _good(problems)


def read_charge(cells: Mapping[str, str]) -> tuple[Charge, Problems]:
    """The row of these cells, named as the columns of charges.csv, and what is odd. Raises RefusedError."""
    problems = Problems()
    charge = charges.read_row(_row(cells), problems)
    if charge is None:
        raise RefusedError(problems)
    return charge, _good(problems)


def read_payment(cells: Mapping[str, str]) -> tuple[Payment, Problems]:
    """The row of these cells, named as the columns of payments.csv. Raises RefusedError."""
    problems = Problems()
    payment = payments.read_row(_row(cells), problems)
    if payment is None:
        raise RefusedError(problems)
    return payment, _good(problems)


def put_patient(conn: Connection, practice_id: int, patient: Patient, problems: Problems, now: datetime) -> Counts:
    """Write it; what turned out to be odd is added to the problems. Raises RefusedError."""
    into = _into(conn, practice_id, now)
    guarantor = patient.cells.get("guarantor_id", "")
    guarantors.check([(patient.line, guarantor)], {patient.patient_id: patient.line}, into, problems)
    _good(problems)
    return patients.write([patient], into, None, problems, silent)


def put_charge(conn: Connection, practice_id: int, charge: Charge, problems: Problems, now: datetime) -> Counts:
    """Write it. Raises RefusedError."""
    into = _into(conn, practice_id, now)
    charges.check(conn, into, [charge], problems)
    _good(problems)
    return charges.write([charge], into, None, problems, silent)


def put_payment(conn: Connection, practice_id: int, payment: Payment, problems: Problems, now: datetime) -> Counts:
    """Write it, unless it is in the books. Raises RefusedError."""
    into = _into(conn, practice_id, now)
    payments.check(conn, into, [payment], problems)
    _good(problems)
    return payments.write([payment], into, None, problems, silent)


def _into(conn: Connection, practice_id: int, now: datetime) -> Here:
    # As an import does: alone among those who write this practice's patients and charges.
    conn.execute(select(practices.c.id).where(practices.c.id == practice_id).with_for_update(key_share=True))
    return Here(conn.engine, practice_id, now, conn)


def _row(cells: Mapping[str, str]) -> Row:
    return Row(0, {name: cell for name, raw in cells.items() if (cell := raw.strip())})


def _good(problems: Problems) -> Problems:
    if problems.errors:
        raise RefusedError(problems)
    return problems
