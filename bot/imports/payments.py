"""payments.csv: money taken elsewhere. What we took ourselves is known by our receipt reference."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from bot.imports import books, cells
from bot.imports.batches import Into, Progress, chunks, known
from bot.imports.reading import Columns, Row, read_rows
from bot.imports.report import Counts, Problems
from bot.store import ledger
from bot.store import tables as t
from bot.store.ledger import RECEIVABLE

COLUMNS = Columns(("payment_id", "patient_id", "paid_on", "amount", "method"), ("charge_id", "reference"))
METHODS = ("cash", "check", "card", "other")
LONGEST_REFERENCE = 150
"""It stands in the reason of the entry, between how and when it was paid: `check 1042 2026-05-01`."""


def _method(cell: str) -> str:
    if (method := cell.lower()) not in METHODS:
        raise cells.CellError(f"is one of {', '.join(METHODS)}")
    return method


def _amount(cell: str) -> int:
    """Below zero it can only be a refund of ours, as `export payments` writes it."""
    back = cell.startswith("-")
    if (cents := cells.money(cell.removeprefix("-"))) == 0:
        raise cells.CellError("must be above 0.00")
    return -cents if back else cents


READERS: dict[str, Any] = {
    "payment_id": cells.identifier,
    "patient_id": cells.identifier,
    "charge_id": cells.identifier,
    "paid_on": cells.day,
    "amount": _amount,
    "method": _method,
    "reference": cells.text,
}


@dataclass(frozen=True, slots=True)
class Payment:
    """One row, read."""

    line: int
    payment_id: str
    patient_id: str
    paid_on: date
    cents: int
    method: str
    charge_id: str | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How often a payment was posted, whether the last posting still stands, and with how much."""

    posted: int = 0
    stands: bool = False
    cents: int = 0


def read(path: Path, into: Into, problems: Problems, progress: Progress) -> list[Payment]:
    """Every row, checked; the errors are in `problems`."""
    found: list[Payment] = []
    first: dict[str, int] = {}
    for row in read_rows(path, COLUMNS, problems):
        payment = read_row(row, problems)
        if payment:
            earlier = first.setdefault(payment.payment_id, row.line)
            if earlier != row.line:
                problems.error(row.line, "payment_id", f"is there twice: first on line {earlier}")
            found.append(payment)
        progress("Reading", len(found), 0)
    into.looks(lambda conn: check(conn, into, found, problems))
    return found


def read_row(row: Row, problems: Problems) -> Payment | None:
    """One row, checked; wherever it comes from."""
    said = cells.read_strictly(row, COLUMNS, READERS, problems)
    if any(said.get(name) is None for name in COLUMNS.required):
        return None
    required = (said["payment_id"], said["patient_id"], said["paid_on"], said["amount"], said["method"])
    return Payment(row.line, *required, said.get("charge_id"), said.get("reference"))


def check(conn: Connection, into: Into, found: Sequence[Payment], problems: Problems) -> None:
    """Do these fit what is known?"""
    practice = into.practice_id
    ours = known(conn, practice, t.payments.c.receipt, [p.reference for p in found if p.reference])
    ids = known(conn, practice, t.people.c.patient_id, [p.patient_id for p in found], t.people.c.id)
    named = [p.charge_id for p in found if p.charge_id]
    charges = known(conn, practice, t.charges.c.charge_id, named, t.charges.c.person_id)
    standing = _standing(conn, into, [row.payment_id for row in found])
    for payment in found:
        if payment.cents < 0 and payment.reference not in ours:
            problems.error(payment.line, "amount", "must be above 0.00; only a refund of ours is below")
        if payment.patient_id not in ids:
            problems.error(payment.line, "patient_id", "is no patient of the practice; import patients first")
        elif payment.charge_id and payment.charge_id not in charges:
            problems.error(payment.line, "charge_id", "is no charge of the practice; import charges first")
        elif payment.charge_id and charges[payment.charge_id][1] != ids[payment.patient_id][1]:
            problems.error(payment.line, "charge_id", "is a charge of another patient")
        stands = standing.get(payment.payment_id, Standing())
        if stands.cents not in {0, payment.cents}:
            problems.warn(
                payment.line, "amount", "was another one when this payment was posted; what was posted stands"
            )


def plan(conn: Connection, into: Into, rows: Sequence[Payment]) -> tuple[list[Payment], list[Payment], int]:
    """Which of these are new, which are our own, and how many are in the books already."""
    references = [row.reference for row in rows if row.reference]
    ours = known(conn, into.practice_id, t.payments.c.receipt, references)
    standing = _standing(conn, into, [row.payment_id for row in rows])
    new, recognised, there = [], [], 0
    for row in rows:
        if standing.get(row.payment_id, Standing()).stands:
            there += 1
        elif row.reference in ours:
            recognised.append(row)
        else:
            new.append(row)
    return new, recognised, there


def write(
    rows: Sequence[Payment], into: Into, import_id: int | None, _problems: Problems, progress: Progress
) -> Counts:
    """Write these rows; a second time it finds nothing to do."""
    counts = Counts(rows=len(rows))
    for chunk in chunks(rows):
        new, recognised, there = into.writes(partial(_write_chunk, into=into, rows=chunk, import_id=import_id))
        counts.new += new
        counts.recognised += recognised
        counts.unchanged += there
        progress("Writing", counts.new + counts.recognised + counts.unchanged, len(rows))
    return counts


def _write_chunk(conn: Connection, into: Into, rows: Sequence[Payment], import_id: int | None) -> tuple[int, int, int]:
    new, recognised, there = plan(conn, into, rows)
    ids = known(conn, into.practice_id, t.people.c.patient_id, [r.patient_id for r in new], t.people.c.id)
    named = [r.charge_id for r in new if r.charge_id]
    charges = known(conn, into.practice_id, t.charges.c.charge_id, named, t.charges.c.id)
    standing = _standing(conn, into, [row.payment_id for row in new])
    left = ledger.owed(conn, {row[1] for row in ids.values()})
    drafts = []
    for row in sorted(new, key=lambda r: (r.paid_on, r.line)):
        person = ids[row.patient_id][1]
        charge = charges[row.charge_id][1] if row.charge_id else None
        parts = [(charge, row.cents)] if charge else list(_oldest_first(left.setdefault(person, []), row.cents))
        lines = [books.Line(RECEIVABLE, person, part, -cents) for part, cents in parts]
        lines.append(books.Line(books.ELSEWHERE, person, None, row.cents))
        times = standing.get(row.payment_id, Standing()).posted + 1
        reason = " ".join(filter(None, (row.method, (row.reference or "")[:LONGEST_REFERENCE], str(row.paid_on))))
        drafts.append(
            books.Draft(f"elsewhere:{row.payment_id}:{times}", "payment_elsewhere", tuple(lines), reason=reason)
        )
        _take(left.setdefault(person, []), parts)
    books.post(conn, into, drafts, import_id)
    return len(new), len(recognised), there


def _oldest_first(left: Sequence[ledger.Owed], cents: int) -> Iterator[tuple[int | None, int]]:
    """What is too much belongs to no charge: a credit."""
    for owed in left:
        part = min(cents, owed.cents)
        if part > 0 and owed.charge_id is not None:
            yield owed.charge_id, part
            cents -= part
    if cents:
        yield None, cents


def _take(left: list[ledger.Owed], parts: Sequence[tuple[int | None, int]]) -> None:
    paid = dict(parts)
    left[:] = [owed._replace(cents=owed.cents - paid.get(owed.charge_id, 0)) for owed in left]


_POSTED = (
    select(t.entries.c.reference, t.entries.c.id, func.sum(t.postings.c.cents))
    .join(t.postings, (t.postings.c.entry_id == t.entries.c.id) & (t.postings.c.account == books.ELSEWHERE))
    .where(
        t.entries.c.practice_id == bindparam("practice"), t.entries.c.reference.in_(bindparam("refs", expanding=True))
    )
    .group_by(t.entries.c.id, t.entries.c.reference)
)


def _standing(conn: Connection, into: Into, payment_ids: Sequence[str]) -> dict[str, Standing]:
    """By payment id. The n-th posting of a payment is `elsewhere:<payment id>:<n>`; all but the last were undone."""
    found: dict[str, Standing] = {}
    for chunk in chunks(payment_ids):
        wanted = list(chunk)
        turn = 1
        while wanted:
            references = [f"elsewhere:{payment_id}:{turn}" for payment_id in wanted]
            wanted = []
            posted = conn.execute(_POSTED, {"practice": into.practice_id, "refs": references}).all()
            undone = books.undone(conn, into, [entry for _, entry, _ in posted])
            for reference, entry, cents in posted:
                payment_id = reference.split(":", 1)[1].rsplit(":", 1)[0]
                gone = entry in undone
                found[payment_id] = Standing(turn, stands=not gone, cents=0 if gone else int(cents))
                if gone:
                    wanted.append(payment_id)
            turn += 1
    return found
