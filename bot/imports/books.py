"""What imports write in the books, many entries at once: the balanced pairs that the ledger asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert

from bot.imports.batches import Into, known
from bot.store.ledger import RECEIVABLE, UnevenEntryError
from bot.store.tables import entries, postings

REVENUE, ELSEWHERE = "revenue", "elsewhere"


@dataclass(frozen=True, slots=True)
class Move:
    """So much more owed on one charge, or less when it is below zero."""

    reference: str
    kind: str
    person_id: int
    charge_id: int | None
    cents: int


@dataclass(frozen=True, slots=True)
class Line:
    """One side of an entry."""

    account: str
    person_id: int
    charge_id: int | None
    cents: int


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry that is not written yet."""

    reference: str
    kind: str
    lines: tuple[Line, ...]
    undoes_id: int | None = None
    reason: str | None = None


def post_owed(conn: Connection, into: Into, moves: Sequence[Move], import_id: int | None) -> None:
    """What patients owe, against what the practice earned."""
    drafts = [
        Draft(
            move.reference,
            move.kind,
            (
                Line(RECEIVABLE, move.person_id, move.charge_id, move.cents),
                Line(REVENUE, move.person_id, move.charge_id, -move.cents),
            ),
        )
        for move in moves
        # A charge of nothing moves nothing; its row alone says that it is known.
        if move.cents
    ]
    post(conn, into, drafts, import_id)


def post(conn: Connection, into: Into, drafts: Sequence[Draft], import_id: int | None) -> None:
    """Write these entries. A reference that is in the books already is a bug of ours, and raises."""
    if not drafts:
        return
    if any(sum(line.cents for line in draft.lines) for draft in drafts):
        raise UnevenEntryError("the postings of an entry sum to zero")
    made = conn.execute(_ENTRIES, [_entry(draft, into, import_id) for draft in drafts])
    ids = {row[0]: row[1] for row in made}
    conn.execute(
        insert(postings),
        [
            {"entry_id": ids[draft.reference], "account": line.account, "person_id": line.person_id,
             "charge_id": line.charge_id, "cents": line.cents}
            for draft in drafts
            for line in draft.lines
        ],
    )  # fmt: skip


def undone(conn: Connection, into: Into, entry_ids: Sequence[int]) -> set[int]:
    """Those of these entries that were reversed. Found by the reference, which the database can look up."""
    references = {f"undone:{entry}": entry for entry in entry_ids}
    return {references[name] for name in known(conn, into.practice_id, entries.c.reference, list(references))}


_ENTRIES = insert(entries).returning(entries.c.reference, entries.c.id)


def _entry(draft: Draft, into: Into, import_id: int | None) -> dict[str, Any]:
    return {
        "practice_id": into.practice_id,
        "kind": draft.kind,
        "reference": draft.reference,
        "at": into.now,
        "reason": draft.reason,
        "undoes_id": draft.undoes_id,
        "import_id": import_id,
    }
