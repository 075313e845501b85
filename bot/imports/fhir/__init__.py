"""Taking in FHIR R4: read leniently, then written the same way as the practice's own CSV files."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update

from bot.facts.people import today_at
from bot.imports import charges, guarantors, patients
from bot.imports.batches import Into, Progress, chunks, known, silent
from bot.imports.charges import Charge
from bot.imports.fhir import files, people, visits
from bot.imports.fhir.fields import Notes
from bot.imports.fhir.people import People
from bot.imports.patients import Patient
from bot.imports.report import Counts, Problems, RefusedError
from bot.store import tables as t
from bot.store.practices import Practices

__all__ = ["FhirImported", "import_fhir"]


@dataclass(frozen=True, slots=True)
class FhirImported:
    """An import that was done, or rehearsed: then it has no id."""

    import_id: int | None
    patients: Counts
    charges: Counts
    died: int
    """Patients of whom we did not know it."""
    problems: Problems


@dataclass(frozen=True, slots=True)
class _Rows:
    """Everything that could be read, as it will be written."""

    people: People
    owed: list[Charge]


def import_fhir(into: Into, path: Path, *, dry_run: bool = False, progress: Progress = silent) -> FhirImported:
    """Import a file or a folder. Raises RefusedError only when there is nothing in it to import."""
    problems, found_in = Problems(), files.files_at(path)
    rows = _read(into, found_in, problems, progress)
    (for_people, old), for_charges = _plan_people(into, rows.people.rows), _plan_charges(into, rows.owed)
    died = len(into.looks(lambda conn: _living(conn, into, rows.people.died))) + len(set(rows.people.died) - old)
    planned = FhirImported(None, for_people, for_charges, died, problems)
    if dry_run or not (for_people.new or for_people.changed or for_charges.new or for_charges.changed or died):
        return planned
    return _write(into, rows, files.digest(found_in), planned, progress)


def _read(into: Into, found_in: Sequence[Path], problems: Problems, progress: Progress) -> _Rows:
    shelf, notes = files.read(found_in, problems, progress), Notes(problems)
    zone = into.looks(lambda conn: _time_zone(conn, into))
    today = today_at(into.now, zone)
    found = people.people_on(shelf, today, notes)
    bills = visits.bills_on(shelf, ZoneInfo(zone), notes)
    if not found.rows and not bills.rows:
        problems.error(0, "", "there is no patient and no visit with a price in it; FHIR R4 as JSON is expected")
        raise RefusedError(problems)
    _drop_unknown_guarantors(into, found, problems)
    people.warn_of_minors(found, shelf, into.looks(lambda conn: _paid_for(conn, into, found.rows)), today, notes)
    return _Rows(found, into.looks(lambda conn: _chargeable(conn, into, found, bills, problems)))


def _write(into: Into, rows: _Rows, digest: str, planned: FhirImported, progress: Progress) -> FhirImported:
    problems, told = planned.problems, Problems()
    import_id = into.writes(lambda conn: _begin(conn, into, digest))
    for_people = patients.write(rows.people.rows, into, import_id, told, progress)
    _name_warnings(told, rows.people.names, problems)
    into.writes(lambda conn: _confirm_deaths(conn, into, rows.people.died))
    for_charges = charges.write(rows.owed, into, import_id, problems, progress)
    counts = {"patients": for_people.as_json(), "charges": for_charges.as_json()}
    into.writes(lambda conn: conn.execute(update(t.imports).where(t.imports.c.id == import_id).values(counts=counts)))
    return FhirImported(import_id, for_people, for_charges, planned.died, problems)


def _time_zone(conn: Connection, into: Into) -> str:
    practice = Practices().by_id(conn, into.practice_id)
    return practice.file.time_zone if practice else "UTC"


def _drop_unknown_guarantors(into: Into, found: People, problems: Problems) -> None:
    named = [(row.line, row.cells.get("guarantor_id", "")) for row in found.rows]
    told = Problems()
    guarantors.check(named, {row.patient_id: row.line for row in found.rows}, into, told)
    bad = {problem.line for problem in told.errors}
    found.rows[:] = [_without_guarantor(row) if row.line in bad else row for row in found.rows]
    for line in sorted(bad):
        problems.warn(0, f"{found.names[line]}: guarantor", "is not among the people here or known; it was dropped")


def _without_guarantor(row: Patient) -> Patient:
    return replace(row, cells={name: cell for name, cell in row.cells.items() if name != "guarantor_id"})


def _paid_for(conn: Connection, into: Into, rows: Sequence[Patient]) -> set[str]:
    """Those of whom an earlier import, or staff, said who pays for them."""
    ids = known(conn, into.practice_id, t.people.c.patient_id, [row.patient_id for row in rows], t.people.c.id)
    names = {row[1]: row[0] for row in ids.values()}
    g = t.guarantors.c.person_id
    return {names[each] for chunk in chunks(list(names)) for each in conn.scalars(select(g).where(g.in_(chunk)))}


def _chargeable(conn: Connection, into: Into, found: People, bills: visits.Bills, problems: Problems) -> list[Charge]:
    """The rows that can be written. A visit that nobody owes for makes no charge, but empties one that is known."""
    told, here = Problems(), {row.patient_id for row in found.rows}
    practice, c = into.practice_id, t.charges.c
    mine = known(conn, practice, c.charge_id, [row.charge_id for row in bills.rows], c.person_id)
    owed = [row for row in bills.rows if row.owes_cents or row.charge_id in mine]
    charges.check(conn, into, owed, told, here)
    for problem in told.errors:
        problems.warn(0, f"{bills.names[problem.line]}: {problem.column}", f"{problem.reason}; no charge was made")
    bad = {problem.line for problem in told.errors}
    return [row for row in owed if row.line not in bad]


def _plan_people(into: Into, rows: Sequence[Patient]) -> tuple[Counts, set[str]]:
    counts, old = Counts(rows=len(rows)), set[str]()
    for chunk in chunks(rows):
        new, changed, unchanged = into.looks(partial(patients.plan, into=into, rows=chunk))
        counts.new, counts.changed = counts.new + len(new), counts.changed + len(changed)
        counts.unchanged += unchanged
        old |= {row.patient_id for row in chunk} - {row.patient_id for row in new}
    return counts, old


def _plan_charges(into: Into, rows: Sequence[Charge]) -> Counts:
    counts = Counts(rows=len(rows))
    for chunk in chunks(rows):
        new, changed, unchanged = into.looks(partial(charges.plan, into=into, rows=chunk))
        counts.new, counts.changed = counts.new + len(new), counts.changed + len(changed)
        counts.unchanged += unchanged
    return counts


def _living(conn: Connection, into: Into, died: Sequence[str]) -> list[int]:
    """Those of these patients whom we do not have as dead for certain."""
    p = t.people.c
    have = known(conn, into.practice_id, p.patient_id, died, p.id, p.died)
    return [row.id for row in have.values() if row.died != "confirmed"]


def _confirm_deaths(conn: Connection, into: Into, died: Sequence[str]) -> None:
    for chunk in chunks(_living(conn, into, died)):
        conn.execute(update(t.people).where(t.people.c.id.in_(chunk)).values(died="confirmed"))


def _begin(conn: Connection, into: Into, digest: str) -> int:
    values = {"practice_id": into.practice_id, "kind": "fhir", "digest": digest, "at": into.now, "counts": {}}
    made: int = conn.execute(insert(t.imports).values(values).returning(t.imports.c.id)).scalar_one()
    return made


def _name_warnings(told: Problems, names: Sequence[str], problems: Problems) -> None:
    for warning in told.warnings:
        problems.warn(0, f"{names[warning.line]}: {warning.column}", warning.reason)
    problems.warnings_beyond += told.warnings_beyond
