"""A practice with an empty database, and a hand that imports files into it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from bot.imports import Imported, Into, RefusedError, Undone, import_file, silent, undo
from bot.practice_file import parse_practice
from bot.practices import apply
from bot.store import ledger
from bot.store import tables as t
from bot.store.engine import make_engine

NOW = datetime(2026, 5, 6, 17, 5, tzinfo=UTC)
FILE = {
    "slug": "harbor",
    "name": "Harbor Family Med",
    "phone": "+12065550142",
    "text_numbers": ["+12065550100"],
    "time_zone": "America/Los_Angeles",
}


@dataclass
class Desk:
    """Where files come in."""

    engine: Engine
    folder: Path
    into: Into

    def take(self, kind: str, text: str | bytes, *, dry_run: bool = False) -> Imported:
        return import_file(self.into, kind, self.file(text), dry_run=dry_run)

    def refused(self, kind: str, text: str | bytes) -> list[str]:
        """The errors for which the file is refused; nothing may have been written."""
        before = self.everything()
        try:
            self.take(kind, text)
        except RefusedError as error:
            assert self.everything() == before
            return [str(problem) for problem in error.problems.errors]
        raise AssertionError("the file was taken")

    def file(self, text: str | bytes) -> Path:
        path = self.folder / "file.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def undo(self, import_id: int | None) -> Undone:
        assert import_id is not None
        return undo(self.into, import_id, silent)

    def rows(self, table: Any, *where: Any) -> list[Any]:
        with self.engine.connect() as conn:
            return list(conn.execute(select(table).where(*where).order_by(*table.primary_key)))

    def everything(self) -> dict[str, list[Any]]:
        tables = (t.people, t.addresses, t.person_addresses, t.guarantors, t.consents, t.encounters, t.charges)
        return {table.name: self.rows(table) for table in (*tables, t.entries, t.postings, t.imports)}

    def person(self, patient_id: str) -> Any:
        (row,) = self.rows(t.people, t.people.c.patient_id == patient_id)
        return row

    def address(self, address: str) -> Any:
        (row,) = self.rows(t.addresses, t.addresses.c.address == address)
        return row

    def reached_at(self, patient_id: str) -> set[str]:
        links = self.rows(t.person_addresses, t.person_addresses.c.person_id == self.person(patient_id).id)
        wanted = {link.address_id for link in links}
        return {row.address for row in self.rows(t.addresses) if row.id in wanted}

    def owes(self, patient_id: str) -> int:
        person = self.person(patient_id).id
        with self.engine.connect() as conn:
            return ledger.balances(conn, [person])[person]

    def left(self, patient_id: str) -> list[int]:
        """What is left of each charge, oldest visit first, credit last."""
        person = self.person(patient_id).id
        with self.engine.connect() as conn:
            found = ledger.owed(conn, [person]).get(person, [])
        return [one.cents for one in found if one.charge_id] + [one.cents for one in found if not one.charge_id]


@contextmanager
def open_desk(url: str, folder: Path) -> Iterator[Desk]:
    engine = make_engine(url)
    with engine.begin() as conn:
        apply(conn, parse_practice(FILE), NOW)
    with engine.connect() as conn:
        practice = conn.execute(select(t.practices.c.id)).scalar_one()
    try:
        yield Desk(engine, folder, Into(engine, practice, NOW))
    finally:
        engine.dispose()
