"""Whatever stands in a field of a resource, reading it never breaks: it is a warning, or nothing."""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.imports.batches import silent
from bot.imports.fhir import files, people, visits
from bot.imports.fhir.fields import Notes
from bot.imports.report import Problems
from tests.bot import fhir_samples as fhir

WHOLE = fhir.bundle(
    fhir.patient(birthDate="2019-05-27", communication=[{"language": {"coding": [{"code": "es"}]}}]),
    fhir.relative(),
    fhir.encounter(),
    fhir.benefits(coinsurance=28.104),
    fhir.invoice(lineItem=[{"chargeItemReference": {"reference": "ChargeItem/item"}}]),
    fhir.account(guarantor=[{"party": {"reference": "RelatedPerson/mom"}, "period": {"end": "2030"}}]),
    fhir.item(visit="Encounter/visit"),
)

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["2026-02-30", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+00:00", "1e400", "#", "urn:uuid:"]),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=4), inside, max_size=3),
    max_leaves=4,
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for step, inside in steps for place in places(inside, (*path, step)))]


PLACES = [place for place in places(WHOLE) if place]


@settings(max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=4))
def test_nothing_breaks(tmp_path_factory: Any, changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    broken = copy.deepcopy(WHOLE)
    for place, value in changes:
        put(broken, place, value)
    path: Path = tmp_path_factory.mktemp("odd") / "odd.json"
    path.write_text(json.dumps(broken), "utf-8")
    problems = Problems()
    shelf = files.read([path], problems, silent)
    notes = Notes(problems)
    found = people.people_on(shelf, date(2026, 5, 6), notes)
    bills = visits.bills_on(shelf, ZoneInfo("America/Los_Angeles"), notes)
    people.warn_of_minors(found, shelf, set(), date(2026, 5, 6), notes)
    assert problems.errors == []
    assert all(row.owes_cents >= 0 for row in bills.rows)


def put(whole: Any, place: tuple[Any, ...], value: Any) -> None:
    inside = whole
    try:
        for step in place[:-1]:
            inside = inside[step]
        inside[place[-1]] = value
    except (KeyError, IndexError, TypeError):
        # An earlier change took this place away.
        return
