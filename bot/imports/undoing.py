"""Taking an import back: the books get reversing entries, people whom nothing depends on go, the rest is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, func, select, update

from bot.imports import books
from bot.imports.batches import Into, Progress, chunks
from bot.store import consents
from bot.store import tables as t
from bot.store.ledger import RECEIVABLE

HOLDS_PEOPLE = ("patients", "fhir")


class CannotUndoError(Exception):
    """There is nothing to take back; the message says why."""


@dataclass(slots=True)
class Undone:
    """What taking an import back did."""

    kind: str
    entries_reversed: int = 0
    people_removed: int = 0
    people_kept: int = 0
    consents_withdrawn: int = 0
    changes_left: int = 0
    """People who were there before and were only changed: what they were is not known any more."""


def undo(into: Into, import_id: int, progress: Progress) -> Undone:
    """Take this import back. Started again after an interruption, it goes on where it was."""
    row = into.looks(
        lambda conn: conn.execute(_IMPORT, {"import": import_id, "practice": into.practice_id}).one_or_none()
    )
    if row is None:
        raise CannotUndoError(f"There is no import {import_id}.")
    if row.undone_at is not None:
        raise CannotUndoError(f"Import {import_id} is undone already.")
    people_counts = row.counts.get("patients", {}) if row.kind == "fhir" else row.counts
    done = Undone(row.kind, changes_left=people_counts.get("changed", 0) if row.kind in HOLDS_PEOPLE else 0)
    if row.kind != "patients":
        _undo_entries(into, import_id, done, progress)
    if row.kind in HOLDS_PEOPLE:
        _undo_people(into, import_id, done, progress)
    into.writes(
        lambda conn: conn.execute(update(t.imports).where(t.imports.c.id == import_id).values(undone_at=into.now))
    )
    return done


_IMPORT = select(t.imports.c.kind, t.imports.c.undone_at, t.imports.c.counts).where(
    t.imports.c.id == bindparam("import"), t.imports.c.practice_id == bindparam("practice")
)
_TO_REVERSE = (
    select(t.entries.c.id, t.entries.c.kind)
    .where(t.entries.c.import_id == bindparam("import"), t.entries.c.kind != "undone")
    .order_by(t.entries.c.id)
)
_LINES = select(t.postings).where(t.postings.c.entry_id.in_(bindparam("ids", expanding=True)))
_OWES = (
    update(t.charges)
    .where(t.charges.c.id == bindparam("row"))
    .values(patient_owes_cents=t.charges.c.patient_owes_cents - bindparam("cents"))
)


def _undo_entries(into: Into, import_id: int, done: Undone, progress: Progress) -> None:
    found = into.looks(lambda conn: [(row.id, row.kind) for row in conn.execute(_TO_REVERSE, {"import": import_id})])
    for chunk in chunks(found):
        into.writes(partial(_reverse, into=into, originals=chunk, import_id=import_id))
        done.entries_reversed += len(chunk)
        progress("Reversing", done.entries_reversed, len(found))


def _reverse(conn: Connection, into: Into, originals: Sequence[tuple[int, str]], import_id: int) -> None:
    lines: dict[int, list[books.Line]] = {}
    for row in conn.execute(_LINES, {"ids": [entry for entry, _ in originals]}):
        lines.setdefault(row.entry_id, []).append(books.Line(row.account, row.person_id, row.charge_id, -row.cents))
    drafts = [books.Draft(f"undone:{entry}", "undone", tuple(lines[entry]), undoes_id=entry) for entry, _ in originals]
    books.post(conn, into, drafts, import_id)
    # The figure goes back with the books, so that importing the file again posts it again.
    back = [
        {"row": line.charge_id, "cents": -line.cents}
        for entry, kind in originals
        if kind in {"charge", "charge_changed"}
        for line in lines[entry]
        if line.account == RECEIVABLE
    ]
    if back:
        conn.execute(_OWES, back)


_PEOPLE = select(t.people.c.id).where(t.people.c.import_id == bindparam("import")).order_by(t.people.c.id)
_PERSON: BindParameter[Any] = bindparam("ids", expanding=True)
_DEPENDING = (
    select(t.consents.c.person_id).where(t.consents.c.person_id.in_(_PERSON)),
    select(t.charges.c.person_id).where(t.charges.c.person_id.in_(_PERSON)),
    select(t.encounters.c.person_id).where(t.encounters.c.person_id.in_(_PERSON)),
    select(t.postings.c.person_id).where(t.postings.c.person_id.in_(_PERSON)),
    select(t.outbox.c.notice_of).where(t.outbox.c.notice_of.in_(_PERSON)),
    select(t.payment_holds.c.person_id).where(t.payment_holds.c.person_id.in_(_PERSON)),
    select(t.guarantors.c.guarantor_id)
    .join(t.people, t.people.c.id == t.guarantors.c.person_id)
    .where(t.guarantors.c.guarantor_id.in_(_PERSON), func.coalesce(t.people.c.import_id, 0) != bindparam("import")),
    # Somebody we have talked with on an address of theirs.
    select(t.person_addresses.c.person_id)
    .join(t.conversations, t.conversations.c.address_id == t.person_addresses.c.address_id)
    .where(t.person_addresses.c.person_id.in_(_PERSON)),
)


def _undo_people(into: Into, import_id: int, done: Undone, progress: Progress) -> None:
    ids = into.looks(lambda conn: list(conn.scalars(_PEOPLE, {"import": import_id})))
    kept: set[int] = set()
    for chunk in chunks(ids):
        kept |= into.looks(lambda conn, chunk=chunk: _depended_on(conn, chunk, import_id))  # type: ignore[misc]
    kept |= into.looks(lambda conn: _who_pay_for(conn, kept))
    for chunk in chunks(ids):
        into.writes(partial(_unlink, going=[one for one in chunk if one not in kept]))
    for chunk in chunks(ids):
        removed, withdrawn = into.writes(partial(_remove, into=into, people=chunk, kept=kept))
        done.people_removed += removed
        done.people_kept += len(chunk) - removed
        done.consents_withdrawn += withdrawn
        progress("Removing", done.people_removed + done.people_kept, len(ids))


def _depended_on(conn: Connection, ids: Sequence[int], import_id: int) -> set[int]:
    found: set[int] = set()
    for statement in _DEPENDING:
        found |= set(conn.scalars(statement, {"ids": list(ids), "import": import_id}))
    return found


def _who_pay_for(conn: Connection, kept: set[int]) -> set[int]:
    """Whoever pays for somebody who stays must stay, and so on upwards."""
    found: set[int] = set()
    wanted = kept
    while wanted:
        payers: set[int] = set()
        for chunk in chunks(sorted(wanted)):
            payers |= set(conn.scalars(_PAYERS, {"ids": list(chunk)}))
        wanted = payers - found - kept
        found |= wanted
    return found


_PAYERS = select(t.guarantors.c.guarantor_id).where(t.guarantors.c.person_id.in_(_PERSON))


def _unlink(conn: Connection, going: Sequence[int]) -> None:
    """Before anybody goes, nobody who goes is anybody's guarantor."""
    if going:
        g = t.guarantors.c
        conn.execute(delete(t.guarantors).where(g.person_id.in_(going) | g.guarantor_id.in_(going)))
        conn.execute(delete(t.person_addresses).where(t.person_addresses.c.person_id.in_(going)))


def _remove(conn: Connection, into: Into, people: Sequence[int], kept: set[int]) -> tuple[int, int]:
    going = [one for one in people if one not in kept]
    if going:
        conn.execute(delete(t.people).where(t.people.c.id.in_(going)))
    staying = [one for one in people if one in kept]
    return len(going), _withdraw(conn, into, staying) if staying else 0


_GRANTED = (
    select(t.addresses.c.id, t.addresses.c.channel, t.consents.c.person_id)
    .join(t.consents, t.consents.c.address_id == t.addresses.c.id)
    .where(t.consents.c.person_id.in_(_PERSON), t.consents.c.inbox_id.is_(None), t.addresses.c.consent == "granted")
    .order_by(t.addresses.c.id)
)


def _withdraw(conn: Connection, into: Into, people: Sequence[int]) -> int:
    """What the import said they agreed to no longer counts; the evidence of it stays in the book."""
    found = {row[0]: row for row in conn.execute(_GRANTED, {"ids": list(people)})}
    statements = [
        consents.Consent(into.practice_id, address, channel, "none", "import undone", "import", into.now, person)
        for address, channel, person in found.values()
    ]
    consents.record(conn, statements)
    # Nothing is known of these cells any more: importing them again counts as new.
    conn.execute(update(t.people).where(t.people.c.id.in_(people)).values(imported={}))
    return len(statements)
