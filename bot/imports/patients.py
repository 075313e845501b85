"""patients.csv: who they are, how to reach them, who pays for them, what they agreed to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, update

from bot.imports import cells, guarantors, reaching
from bot.imports.batches import Into, Progress, chunks, known
from bot.imports.cells import Phone
from bot.imports.reading import Columns, Row, read_rows
from bot.imports.report import Counts, Problems
from bot.store.tables import people

COLUMNS = Columns(
    ("patient_id", "first_name", "last_name"),
    (
        "birth_date", "phone", "email", "zip", "language", "guarantor_id", "text_consent", "text_consent_source",
        "text_consent_at", "email_consent", "time_zone",
    ),
)  # fmt: skip
DROPPED = {
    "email": cells.email,
    "zip": cells.zip_code,
    "time_zone": cells.time_zone,
    "language": cells.language,
}
"""A bad one of these is dropped with a warning; everything else refuses the file."""
STRICT: dict[str, Callable[[str], Any]] = {
    "patient_id": cells.identifier,
    "guarantor_id": cells.identifier,
    "first_name": cells.text,
    "last_name": cells.text,
    "text_consent": cells.yes_no,
    "email_consent": cells.yes_no,
    "text_consent_source": cells.text,
    "text_consent_at": cells.moment,
}

PLAIN = ("first_name", "last_name", "birth_date", "zip", "zip_zone", "language", "time_zone")
"""Cells that are columns of a person."""
NEW: Mapping[str, str | None] = dict.fromkeys(PLAIN) | {"language": "en"}


@dataclass(frozen=True, slots=True)
class Patient:
    """One row, read. `cells` is what is kept to tell a changed cell from an old one."""

    line: int
    patient_id: str
    cells: dict[str, str]
    phone: Phone | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the database has of one patient."""

    id: int
    imported: dict[str, str]


def read(path: Path, into: Into, problems: Problems, progress: Progress) -> list[Patient]:
    """Every row, checked; the errors are in `problems`."""
    found: list[Patient] = []
    first: dict[str, int] = {}
    today = into.now.date()
    for row in read_rows(path, COLUMNS, problems):
        patient = read_row(row, today, problems)
        earlier = first.setdefault(patient.patient_id, row.line) if patient.patient_id else row.line
        if earlier != row.line:
            problems.error(row.line, "patient_id", f"is there twice: first on line {earlier}")
        found.append(patient)
        progress("Reading", len(found), 0)
    guarantors.check([(p.line, p.cells.get("guarantor_id", "")) for p in found], first, into, problems)
    return found


def read_row(row: Row, today: date, problems: Problems) -> Patient:
    """One row, checked; wherever it comes from."""
    for column in COLUMNS.required:
        if column not in row.cells:
            problems.error(row.line, column, "must not be empty")
    kept = {column: said for column in row.cells if (said := _cell(row, column, today, problems)) is not None}
    phone = _phone(row, problems)
    if phone:
        kept["phone"] = phone.number
    if kept.get("guarantor_id") == kept.get("patient_id"):
        kept.pop("guarantor_id", None)
    return Patient(row.line, kept.get("patient_id", ""), kept, phone)


def _cell(row: Row, column: str, today: date, problems: Problems) -> str | None:
    cell = row.cells[column]
    try:
        if column == "birth_date":
            return cells.birth_date(cell, today).isoformat()
        if column in DROPPED:
            return DROPPED[column](cell)
        return _written(STRICT[column](cell)) if column in STRICT else None
    except cells.CellError as fault:
        if column in DROPPED:
            problems.warn(row.line, column, f"{fault}; {_instead(column)}")
        else:
            problems.error(row.line, column, str(fault))
        return None


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else str(value.isoformat())


def _instead(column: str) -> str:
    return "en is used for somebody new" if column == "language" else "this cell was dropped"


def _phone(row: Row, problems: Problems) -> Phone | None:
    if not (cell := row.cells.get("phone")):
        return None
    try:
        phone = cells.phone(cell)
    except cells.CellError as fault:
        problems.warn(row.line, "phone", f"{fault}; this cell was dropped")
        return None
    if phone.toll_free:
        problems.warn(row.line, "phone", "is toll-free: it is kept, but never texted")
    elif not phone.valid:
        problems.warn(
            row.line, "phone", "is possible but not valid: it is kept unverified, and texted by the simulator only"
        )
    return phone


def plan(
    conn: Connection, into: Into, rows: Sequence[Patient], *, lock: bool = False
) -> tuple[list[Patient], list[tuple[Patient, Known]], int]:
    """Which of these rows are new, which say something else than last time, and how many do not."""
    ids = [row.patient_id for row in rows]
    have = known(conn, into.practice_id, people.c.patient_id, ids, people.c.id, people.c.imported, lock=lock)
    new = [row for row in rows if row.patient_id not in have]
    old = [(row, Known(*have[row.patient_id][1:])) for row in rows if row.patient_id in have]
    changed = [(row, kept) for row, kept in old if says_new(row, kept)]
    return new, changed, len(old) - len(changed)


def says_new(row: Patient, kept: Known) -> bool:
    """Does a cell say something else than last time?"""
    return any(kept.imported.get(name) != value for name, value in row.cells.items() if name != "patient_id")


def write(rows: Sequence[Patient], into: Into, import_id: int | None, problems: Problems, progress: Progress) -> Counts:
    """Write these rows; a second time it finds nothing to do."""
    counts = Counts(rows=len(rows))
    for chunk in chunks(rows):
        new, changed, unchanged, warnings = into.writes(
            partial(_write_chunk, into=into, rows=chunk, import_id=import_id)
        )
        counts.new, counts.changed, counts.unchanged = (
            counts.new + new,
            counts.changed + changed,
            counts.unchanged + unchanged,
        )
        for line, column, reason in warnings:
            problems.warn(line, column, reason)
        progress("Writing", counts.new + counts.changed + counts.unchanged, len(rows))
    pairs = [(row.patient_id, row.cells["guarantor_id"]) for row in rows if row.cells.get("guarantor_id")]
    for pair_chunk in chunks(pairs):
        into.writes(partial(guarantors.write, practice_id=into.practice_id, pairs=pair_chunk))
    return counts


Warnings = list[tuple[int, str, str]]


def _write_chunk(
    conn: Connection, into: Into, rows: Sequence[Patient], import_id: int | None
) -> tuple[int, int, int, Warnings]:
    new, changed, unchanged = plan(conn, into, rows, lock=True)
    ids = _insert(conn, into, new, import_id)
    _update(conn, changed)
    touched = [reaching.Touched(ids[row.patient_id], row.line, row.cells, {}, row.phone) for row in new]
    touched += [reaching.Touched(kept.id, row.line, row.cells, kept.imported, row.phone) for row, kept in changed]
    return len(new), len(changed), unchanged, reaching.write(conn, into, touched)


def _insert(conn: Connection, into: Into, rows: Sequence[Patient], import_id: int | None) -> dict[str, int]:
    if not rows:
        return {}
    values = [
        {
            "practice_id": into.practice_id,
            "import_id": import_id,
            "patient_id": row.patient_id,
            **_columns(row.cells),
            "imported": _imported(row.cells, {}),
        }
        for row in rows
    ]
    made = conn.execute(insert(people).returning(people.c.patient_id, people.c.id), values)
    return {row[0]: row[1] for row in made}


_UPDATE = (
    update(people)
    .where(people.c.id == bindparam("row"))
    .values(
        {name: func.coalesce(bindparam(f"new_{name}", type_=people.c[name].type), people.c[name]) for name in PLAIN}
    )
    .values(imported=bindparam("new_imported", type_=people.c.imported.type))
)


def _update(conn: Connection, changed: Sequence[tuple[Patient, Known]]) -> None:
    """A cell that says what it said last time stays out: staff or the patient may have changed that since."""
    values = []
    for row, kept in changed:
        fresh = _columns(dict(row.cells.items() - kept.imported.items()), {})
        values.append(
            {"row": kept.id, "new_imported": _imported(row.cells, kept.imported)}
            | {f"new_{name}": fresh.get(name) for name in PLAIN}
        )
    if values:
        conn.execute(_UPDATE, values)


def _columns(said: dict[str, str], defaults: Mapping[str, str | None] = NEW) -> dict[str, Any]:
    values: dict[str, Any] = dict(defaults) | {name: said[name] for name in PLAIN if name in said}
    if "zip" in said:
        values["zip_zone"] = cells.zone_of_zip(said["zip"])
    if values.get("birth_date"):
        values["birth_date"] = date.fromisoformat(values["birth_date"])
    return values


def _imported(said: dict[str, str], before: dict[str, str]) -> dict[str, str]:
    """The guarantor is written later, once everybody is there."""
    kept = {name: value for name, value in said.items() if name not in {"patient_id", "guarantor_id"}}
    return before | kept
