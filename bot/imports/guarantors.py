"""Who pays for whom. A patient may name a guarantor who stands further down, so these are written last."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, bindparam, delete, insert, update

from bot.imports.batches import Into, known
from bot.imports.report import Problems
from bot.store.tables import guarantors, people


def check(named: Sequence[tuple[int, str]], in_file: Mapping[str, int], into: Into, problems: Problems) -> None:
    """Every guarantor is a patient, of this file or of the database."""
    elsewhere = [patient_id for _, patient_id in named if patient_id and patient_id not in in_file]
    have = into.looks(lambda conn: known(conn, into.practice_id, people.c.patient_id, elsewhere)) if elsewhere else {}
    for line, patient_id in named:
        if patient_id and patient_id not in in_file and patient_id not in have:
            problems.error(line, "guarantor_id", "is no patient of this file or of the practice")


_FORGET = delete(guarantors).where(guarantors.c.person_id == bindparam("row"))
_KEEP = update(people).where(people.c.id == bindparam("row"))
_KEEP = _KEEP.values(imported=bindparam("new_imported", type_=people.c.imported.type))


def write(conn: Connection, practice_id: int, pairs: Sequence[tuple[str, str]]) -> None:
    """Let these (patient, guarantor) pairs hold, where the file says something else than last time."""
    ids = [patient_id for pair in pairs for patient_id in pair]
    have = known(conn, practice_id, people.c.patient_id, ids, people.c.id, people.c.imported, lock=True)
    changed = [
        (have[patient][1], have[guarantor][1], {**have[patient][2], "guarantor_id": guarantor})
        for patient, guarantor in pairs
        if have[patient][2].get("guarantor_id") != guarantor
    ]
    if changed:
        conn.execute(_FORGET, [{"row": person} for person, _, _ in changed])
        conn.execute(insert(guarantors), [{"person_id": person, "guarantor_id": payer} for person, payer, _ in changed])
        conn.execute(_KEEP, [{"row": person, "new_imported": imported} for person, _, imported in changed])
