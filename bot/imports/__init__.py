"""Taking in a practice's own files: checked whole, then written in small steps that a second run finds done."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Connection, insert, update

from bot.imports import charges, patients, payments
from bot.imports.batches import Into, Progress, chunks, silent
from bot.imports.reading import digest
from bot.imports.report import Counts, Imported, Problem, Problems, RefusedError
from bot.imports.undoing import CannotUndoError, Undone, undo
from bot.store.tables import imports

__all__ = [
    "KINDS",
    "CannotUndoError",
    "Counts",
    "Imported",
    "Into",
    "Problem",
    "Problems",
    "Progress",
    "RefusedError",
    "Undone",
    "import_file",
    "silent",
    "undo",
]


class Kind(Protocol):
    """What a module for one kind of file offers."""

    def read(self, path: Path, into: Into, problems: Problems, progress: Progress) -> list[Any]:
        """Every row, checked."""

    def plan(self, conn: Connection, into: Into, rows: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any], int]:
        """New, changed (or recognised), and how many are as they were."""

    def write(self, rows: Sequence[Any], into: Into, import_id: int, problems: Problems, progress: Progress) -> Counts:
        """Write what is new."""


KINDS: dict[str, Any] = {"patients": patients, "charges": charges, "payments": payments}


def import_file(into: Into, kind: str, path: Path, *, dry_run: bool = False, progress: Progress = silent) -> Imported:
    """Import one file. Raises RefusedError, with every reason, before anything is written."""
    module: Kind = KINDS[kind]
    problems = Problems()
    rows = module.read(path, into, problems, progress)
    if problems.errors:
        raise RefusedError(problems)
    counts = _plan(module, into, rows)
    if dry_run or not (counts.new or counts.changed):
        return Imported(None, counts, problems)
    import_id = into.writes(lambda conn: _begin(conn, into, kind, path))
    counts = module.write(rows, into, import_id, problems, progress)
    into.writes(
        lambda conn: conn.execute(update(imports).where(imports.c.id == import_id).values(counts=counts.as_json()))
    )
    return Imported(import_id, counts, problems)


def _plan(module: Kind, into: Into, rows: Sequence[Any]) -> Counts:
    counts = Counts(rows=len(rows))
    for chunk in chunks(rows):
        new, others, unchanged = into.looks(lambda conn, chunk=chunk: module.plan(conn, into, chunk))  # type: ignore[misc]
        counts.new += len(new)
        counts.unchanged += unchanged
        if module is KINDS["payments"]:
            counts.recognised += len(others)
        else:
            counts.changed += len(others)
    return counts


def _begin(conn: Connection, into: Into, kind: str, path: Path) -> int:
    values = {"practice_id": into.practice_id, "kind": kind, "digest": digest(path), "at": into.now, "counts": {}}
    made: int = conn.execute(insert(imports).values(values).returning(imports.c.id)).scalar_one()
    return made
