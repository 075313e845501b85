"""Imports are written in small steps: one that is cut off is whole after a second run, and nobody waits for it."""

from typing import Any

import pytest

from bot.imports import Into, batches, import_file
from bot.store import tables as t
from tests.bot.imports.desk import Desk

COUNT = 3 * batches.CHUNK + 7
PATIENTS = "patient_id,first_name,last_name,phone,guarantor_id,text_consent\n" + "".join(
    f"P{n},Ana,Ruiz,206-555-{n % 90 + 100:04d},P{(n + 700) % COUNT},yes\n" for n in range(COUNT)
)
CHARGES = "charge_id,patient_id,service_date,patient_owes\n" + "".join(
    f"C{n},P{n},2026-03-14,10.00\n" for n in range(COUNT)
)


class CutOffError(Exception):
    """The power is gone."""


def cut_off(doing: str, done: int, _of: int) -> None:
    if doing == "Writing" and done >= 2 * batches.CHUNK:
        raise CutOffError


@pytest.mark.parametrize("kind, text", [("patients", PATIENTS), ("charges", CHARGES)])
def test_what_was_cut_off_is_whole_after_the_second_run(quick_desk: Desk, kind: str, text: str) -> None:
    if kind == "charges":
        quick_desk.take("patients", PATIENTS)
    with pytest.raises(CutOffError):
        import_file(quick_desk.into, kind, quick_desk.file(text), progress=cut_off)
    again = quick_desk.take(kind, text)
    assert (again.counts.new, again.counts.new + again.counts.changed + again.counts.unchanged) == (
        COUNT - 2 * batches.CHUNK,
        COUNT,
    )
    assert quick_desk.take(kind, text).import_id is None
    assert len(quick_desk.rows(t.people)) == len(quick_desk.rows(t.guarantors)) == COUNT
    if kind == "charges":
        assert sum(quick_desk.owes(f"P{n}") for n in range(0, COUNT, 100)) == 1000 * len(range(0, COUNT, 100))


def test_no_transaction_holds_more_than_a_chunk(quick_desk: Desk) -> None:
    class Watched(Into):
        """Tells how many people each transaction added."""

        def writes(self, fn: Any) -> Any:
            before = len(quick_desk.rows(t.people))
            done = super().writes(fn)
            added.append(len(quick_desk.rows(t.people)) - before)
            return done

    added: list[int] = []
    into = quick_desk.into
    import_file(Watched(into.engine, into.practice_id, into.now), "patients", quick_desk.file(PATIENTS))
    assert sum(added) == COUNT
    assert max(added) == batches.CHUNK
