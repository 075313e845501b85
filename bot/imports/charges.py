"""charges.csv: what each visit leaves the patient to pay. A later figure posts the difference, it never rewrites."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from bot.imports import books, cells
from bot.imports.batches import Into, Progress, chunks, known
from bot.imports.reading import Columns, Row, read_rows
from bot.imports.report import Counts, Problems
from bot.store.dialects import insert_new
from bot.store.tables import charges, encounters, entries, people, postings

COLUMNS = Columns(
    ("charge_id", "patient_id", "service_date", "patient_owes"),
    ("encounter_id", "provider", "location", "description", "billed", "insurance_paid", "adjustment"),
)
LONG_AGO = timedelta(days=3653)
READERS: dict[str, Any] = {
    "charge_id": cells.identifier,
    "patient_id": cells.identifier,
    "encounter_id": cells.identifier,
    "service_date": cells.day,
    "patient_owes": cells.money,
    "billed": cells.money,
    "insurance_paid": cells.money,
    "adjustment": cells.money,
    "provider": cells.text,
    "location": cells.text,
    "description": cells.text,
}


@dataclass(frozen=True, slots=True)
class Charge:
    """One row, read. A cell that was empty is None."""

    line: int
    charge_id: str
    patient_id: str
    service_on: date
    owes_cents: int
    encounter_id: str
    provider: str | None = None
    location: str | None = None
    description: str | None = None
    billed_cents: int | None = None
    insurance_paid_cents: int | None = None
    adjustment_cents: int | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """What the charges table holds of it, empty cells left out."""
        said = {
            "service_on": self.service_on,
            "description": self.description,
            "billed_cents": self.billed_cents,
            "insurance_paid_cents": self.insurance_paid_cents,
            "adjustment_cents": self.adjustment_cents,
            "patient_owes_cents": self.owes_cents,
        }
        return {name: value for name, value in said.items() if value is not None}


def read(path: Path, into: Into, problems: Problems, progress: Progress) -> list[Charge]:
    """Every row, checked; the errors are in `problems`."""
    found: list[Charge] = []
    first: dict[str, int] = {}
    for row in read_rows(path, COLUMNS, problems):
        charge = read_row(row, problems)
        if charge:
            earlier = first.setdefault(charge.charge_id, row.line)
            if earlier != row.line:
                problems.error(row.line, "charge_id", f"is there twice: first on line {earlier}")
            found.append(charge)
        progress("Reading", len(found), 0)
    into.looks(lambda conn: check(conn, into, found, problems))
    return found


def read_row(row: Row, problems: Problems) -> Charge | None:
    """One row, checked; wherever it comes from."""
    said = cells.read_strictly(row, COLUMNS, READERS, problems)
    if any(said.get(name) is None for name in COLUMNS.required):
        return None
    parts = (said.get("billed"), said.get("insurance_paid"), said.get("adjustment"))
    if parts[0] is not None and parts[0] - (parts[1] or 0) - (parts[2] or 0) != said["patient_owes"]:
        problems.warn(
            row.line, "patient_owes", "is not billed - insurance_paid - adjustment; patient_owes is what counts"
        )
    return Charge(
        row.line,
        said["charge_id"],
        said["patient_id"],
        said["service_date"],
        said["patient_owes"],
        # Charges of one day without a visit's own id are one visit.
        said.get("encounter_id") or f"{said['patient_id'][:80]} {said['service_date']}",
        said.get("provider"),
        said.get("location"),
        said.get("description"),
        *parts,
    )


def check(
    conn: Connection, into: Into, found: Sequence[Charge], problems: Problems, coming: Collection[str] = ()
) -> None:
    """Do these fit what is known? `coming` are patients whom the same import brings along."""
    ids = known(conn, into.practice_id, people.c.patient_id, [c.patient_id for c in found], people.c.id)
    mine = known(conn, into.practice_id, charges.c.charge_id, [c.charge_id for c in found], charges.c.person_id)
    theirs = known(
        conn, into.practice_id, encounters.c.encounter_id, [c.encounter_id for c in found], encounters.c.person_id
    )
    visitor = {encounter: row[1] for encounter, row in theirs.items()}
    for charge in found:
        _check_day(charge, into.now.date(), problems)
        if charge.patient_id not in ids and charge.patient_id not in coming:
            problems.error(charge.line, "patient_id", "is no patient of the practice; import patients first")
            continue
        # Who is not there yet has no key yet, and nobody else can have it.
        person = ids[charge.patient_id][1] if charge.patient_id in ids else charge.patient_id
        if charge.charge_id in mine and mine[charge.charge_id][1] != person:
            problems.error(charge.line, "charge_id", "is already a charge of another patient")
        if visitor.setdefault(charge.encounter_id, person) != person:
            problems.error(charge.line, "encounter_id", "is already a visit of another patient")


def _check_day(charge: Charge, today: date, problems: Problems) -> None:
    # Today is that of UTC: no practice is more than a day ahead of it.
    if charge.service_on > today + timedelta(days=1):
        problems.error(charge.line, "service_date", "lies in the future")
    elif charge.service_on < today - LONG_AGO:
        problems.warn(charge.line, "service_date", "is more than ten years ago")


def plan(conn: Connection, into: Into, rows: Sequence[Charge]) -> tuple[list[Charge], list[tuple[Charge, Any]], int]:
    """Which of these rows are new, which say something else than the books, and how many do not."""
    c = charges.c
    shown = (c.id, c.person_id, c.service_on, c.description, c.billed_cents, c.insurance_paid_cents)
    ids = [row.charge_id for row in rows]
    have = known(conn, into.practice_id, c.charge_id, ids, *shown, c.adjustment_cents, c.patient_owes_cents)
    new = [row for row in rows if row.charge_id not in have]
    old = [(row, have[row.charge_id]) for row in rows if row.charge_id in have]
    changed = [(row, had) for row, had in old if any(getattr(had, k) != v for k, v in row.columns.items())]
    return new, changed, len(old) - len(changed)


def write(rows: Sequence[Charge], into: Into, import_id: int | None, _problems: Problems, progress: Progress) -> Counts:
    """Write these rows; a second time it finds nothing to do."""
    counts = Counts(rows=len(rows))
    for chunk in chunks(rows):
        done = into.writes(partial(_write_chunk, into=into, rows=chunk, import_id=import_id))
        counts.new, counts.changed, counts.unchanged = (
            counts.new + done[0],
            counts.changed + done[1],
            counts.unchanged + done[2],
        )
        progress("Writing", counts.new + counts.changed + counts.unchanged, len(rows))
    return counts


def _write_chunk(conn: Connection, into: Into, rows: Sequence[Charge], import_id: int | None) -> tuple[int, int, int]:
    new, changed, unchanged = plan(conn, into, rows)
    persons = known(conn, into.practice_id, people.c.patient_id, [row.patient_id for row in rows], people.c.id)
    visits = _visits(conn, into, rows, persons)
    values = [
        {
            "practice_id": into.practice_id,
            "person_id": persons[row.patient_id][1],
            "encounter_id": visits[row.encounter_id],
            "charge_id": row.charge_id,
            "import_id": import_id,
            **NOTHING,
            **row.columns,
        }
        for row in new
    ]
    made = {row[0]: row for row in conn.execute(_INSERT, values)} if values else {}
    moves = [
        books.Move(
            f"charge:{row.charge_id}:1", "charge", made[row.charge_id][1], made[row.charge_id][2], row.owes_cents
        )
        for row in new
    ]
    moves += _differences(conn, changed)
    for row, had in changed:
        conn.execute(update(charges).where(charges.c.id == had.id).values(row.columns))
    books.post_owed(conn, into, moves, import_id)
    return len(new), len(changed), unchanged


NOTHING = dict.fromkeys(("description", "billed_cents", "insurance_paid_cents", "adjustment_cents"))
_INSERT = insert(charges).returning(charges.c.charge_id, charges.c.person_id, charges.c.id)


def _visits(conn: Connection, into: Into, rows: Sequence[Charge], persons: dict[str, Any]) -> dict[str, int]:
    values = {
        row.encounter_id: {
            "practice_id": into.practice_id,
            "person_id": persons[row.patient_id][1],
            "encounter_id": row.encounter_id,
            "service_on": row.service_on,
            "provider": row.provider,
            "location": row.location,
            "description": row.description,
        }
        for row in reversed(rows)
    }
    conn.execute(insert_new(encounters, encounters.c.id)[conn.dialect.name], list(values.values()))
    more = (encounters.c.id, encounters.c.provider, encounters.c.location)
    have = known(conn, into.practice_id, encounters.c.encounter_id, list(values), *more)
    for name, said in values.items():
        newer = {k: said[k] for k in ("provider", "location") if said[k] and said[k] != getattr(have[name], k)}
        if newer:
            conn.execute(update(encounters).where(encounters.c.id == have[name].id).values(newer))
    return {encounter: row.id for encounter, row in have.items()}


_POSTED = (
    select(postings.c.charge_id, func.count(func.distinct(entries.c.id)))
    .join(entries, entries.c.id == postings.c.entry_id)
    .where(postings.c.charge_id.in_(bindparam("ids", expanding=True)), entries.c.kind.in_(("charge", "charge_changed")))
    .group_by(postings.c.charge_id)
)


def _differences(conn: Connection, changed: Sequence[tuple[Charge, Any]]) -> list[books.Move]:
    moved = [(row, had) for row, had in changed if row.owes_cents != had.patient_owes_cents]
    times = {row[0]: row[1] for row in conn.execute(_POSTED, {"ids": [had.id for _, had in moved]})} if moved else {}
    return [
        books.Move(
            f"charge:{row.charge_id}:{times.get(had.id, 0) + 1}",
            "charge_changed",
            had.person_id,
            had.id,
            row.owes_cents - had.patient_owes_cents,
        )
        for row, had in moved
    ]
