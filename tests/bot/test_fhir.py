"""FHIR as it comes: whom we learn of, what they owe, and that nothing odd stops the rest."""

import json
import os
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.imports import Into, RefusedError, undo
from bot.imports.batches import silent
from bot.imports.fhir import FhirImported, import_fhir
from bot.notices import Notice, State, send_notice
from bot.store import consents
from bot.store import tables as t
from tests.bot import fhir_samples as fhir
from tests.harbor import NOW, Harbor


def imported(harbor: Harbor, path: Path, **how: Any) -> FhirImported:
    return import_fhir(Into(harbor.engine, harbor.practice_id, NOW), path, **how)


def taken(harbor: Harbor, folder: Path, *resources: fhir.Json) -> FhirImported:
    return imported(harbor, fhir.written(folder, *resources))


def only(harbor: Harbor, table: Any) -> Any:
    (row,) = harbor.all(table)
    return row


def warned(done: FhirImported) -> list[str]:
    return [str(problem) for problem in done.problems.warnings]


def owed(harbor: Harbor, folder: Path, *resources: fhir.Json) -> list[int]:
    taken(harbor, folder, fhir.patient(), fhir.encounter(), *resources)
    return [row["patient_owes_cents"] for row in harbor.all(t.charges)]


# Whom


def test_a_patient_is_known_by_the_id_of_the_resource(harbor: Harbor, tmp_path: Path) -> None:
    speaks = [
        {"language": {"coding": [{"code": "en"}]}},
        {"language": {"coding": [{"code": "es-MX"}]}, "preferred": True},
    ]
    done = taken(harbor, tmp_path, fhir.patient(communication=speaks))
    ana = only(harbor, t.people)
    assert (ana["patient_id"], ana["first_name"], ana["last_name"]) == ("ana", "Ana", "Ruiz")
    assert (ana["birth_date"], ana["zip"], ana["language"]) == (date(1980, 5, 6), "98101", "es")
    phone = only(harbor, t.addresses)
    assert (phone["address"], phone["verified"], phone["consent"]) == ("+12065550177", True, "none")
    assert warned(done) == []


def test_a_number_that_cannot_be_valid_is_kept_unverified(harbor: Harbor, tmp_path: Path) -> None:
    done = taken(harbor, tmp_path, fhir.patient(telecom=[{"system": "phone", "value": "555-961-9901", "use": "home"}]))
    assert only(harbor, t.addresses)["verified"] is False
    assert warned(done) == [
        "Patient/ana: telecom: is possible but not valid: it is kept unverified, and texted by the simulator only"
    ]


def test_the_mobile_that_holds_today_is_chosen_and_a_phone_at_work_never(harbor: Harbor, tmp_path: Path) -> None:
    points = [
        {"use": "home"},
        {"system": "phone", "value": "206-555-0171", "use": "work", "rank": 1},
        {"system": "phone", "value": "206-555-0172", "use": "mobile", "period": {"end": "2014"}},
        {"system": "phone", "value": "not a number", "use": "mobile", "rank": 1},
        {"system": "phone", "value": "(206) 555-0173", "use": "mobile", "rank": 2},
        {"system": "fax", "value": "206-555-0174"},
        {"system": "email", "value": "Ana@Mail.example"},
    ]
    taken(harbor, tmp_path, fhir.patient(telecom=points))
    assert {row["address"] for row in harbor.all(t.addresses)} == {"+12065550173", "ana@mail.example"}


def test_digits_at_the_end_of_names_are_taken_off(harbor: Harbor, tmp_path: Path) -> None:
    done = taken(harbor, tmp_path, fhir.patient(name=[{"family": "Rodríguez701", "given": ["José97"]}]))
    jose = only(harbor, t.people)
    assert (jose["first_name"], jose["last_name"]) == ("José", "Rodríguez")
    assert warned(done) == ["Patient/ana: name: has digits at the end of a word; they were taken off"]


def test_a_third_stays_a_third(harbor: Harbor, tmp_path: Path) -> None:
    taken(harbor, tmp_path, fhir.patient(name=[{"family": "Howell 3rd", "given": ["Tom"]}]))
    assert only(harbor, t.people)["last_name"] == "Howell 3rd"


def test_maiden_names_are_not_used(harbor: Harbor, tmp_path: Path) -> None:
    names = [{"use": "maiden", "family": "Old", "given": ["Ana"]}, {"use": "official", "text": "Ana Ruiz"}]
    taken(harbor, tmp_path, fhir.patient(name=names))
    assert only(harbor, t.people)["last_name"] == "Ruiz"


def test_a_language_we_do_not_speak_becomes_english(harbor: Harbor, tmp_path: Path) -> None:
    done = taken(harbor, tmp_path, fhir.patient(communication=[{"language": {"coding": [{"code": "zh"}]}}]))
    assert only(harbor, t.people)["language"] == "en"
    assert warned(done) == ["Patient/ana: language: is not en or es; en is used for somebody new"]


@pytest.mark.parametrize("said", [{"deceasedBoolean": True}, {"deceasedDateTime": "1968-10-11T10:10:39+00:00"}])
def test_who_died_is_known_to_have_died(harbor: Harbor, tmp_path: Path, said: fhir.Json) -> None:
    taken(harbor, tmp_path, fhir.patient())
    assert only(harbor, t.people)["died"] is None
    done = taken(harbor, tmp_path, fhir.patient(**said))
    assert done.died == 1
    assert done.import_id is not None
    assert only(harbor, t.people)["died"] == "confirmed"
    assert taken(harbor, tmp_path, fhir.patient(**said)).import_id is None


def test_odd_fields_are_warnings_and_the_rest_is_taken(harbor: Harbor, tmp_path: Path) -> None:
    odd = fhir.patient(
        birthDate="1980-05", telecom="206-555-0177", address={"postalCode": "2108"}, communication=[None, 7, "es"]
    )
    done = taken(harbor, tmp_path, odd, fhir.patient("bo", name=[{"given": ["Bo"]}]), fhir.patient("nobody", name=[]))
    assert [row["patient_id"] for row in harbor.all(t.people)] == ["ana", "bo"]
    assert len(warned(done)) == 3
    assert any("birth_date" in one for one in warned(done))
    assert any("nobody" in one and "left out" in one for one in warned(done))


# Who pays for whom


def test_a_childs_one_parent_pays(harbor: Harbor, tmp_path: Path) -> None:
    done = taken(harbor, tmp_path, fhir.patient(birthDate="2019-05-27"), fhir.relative())
    people = {row["patient_id"]: row["id"] for row in harbor.all(t.people)}
    assert set(people) == {"ana", "related-mom"}
    (pair,) = harbor.rows(select(t.guarantors))
    assert (pair["person_id"], pair["guarantor_id"]) == (people["ana"], people["related-mom"])
    assert warned(done) == []


def test_nobody_is_chosen_among_two_parents(harbor: Harbor, tmp_path: Path) -> None:
    done = taken(harbor, tmp_path, fhir.patient(birthDate="2019-05-27"), fhir.relative(), fhir.relative("dad"))
    assert harbor.count(t.guarantors) == 0
    assert warned(done) == [
        "Patient/ana: guarantor: 2 are named, so none was chosen",
        "Patient/ana: guarantor: is a minor without one: nobody is written to about them until it is known",
    ]


def test_an_account_says_who_pays_before_anybody_else(harbor: Harbor, tmp_path: Path) -> None:
    pays = fhir.account(guarantor=[{"party": {"reference": "Patient/bo"}}])
    child = fhir.patient(birthDate="2019-05-27")
    taken(harbor, tmp_path, child, fhir.patient("bo"), fhir.relative(), fhir.relative("dad"), pays)
    people = {row["id"]: row["patient_id"] for row in harbor.all(t.people)}
    (pair,) = harbor.rows(select(t.guarantors))
    assert (people[pair["person_id"]], people[pair["guarantor_id"]]) == ("ana", "bo")


def test_a_guarantor_whom_nobody_knows_is_dropped(harbor: Harbor, tmp_path: Path) -> None:
    pays = fhir.account(guarantor=[{"party": {"reference": "Patient/elsewhere"}}])
    done = taken(harbor, tmp_path, fhir.patient(birthDate="2019-05-27"), pays)
    assert harbor.count(t.guarantors) == 0
    assert [one.split(": ")[0] for one in warned(done)] == ["Patient/ana", "Patient/ana"]


def test_parents_of_grown_ups_are_no_guarantors(harbor: Harbor, tmp_path: Path) -> None:
    taken(harbor, tmp_path, fhir.patient(), fhir.relative())
    assert harbor.count(t.people) == 1


# What a visit costs


@pytest.mark.parametrize(
    "eob,cents",
    [
        (fhir.benefits(coinsurance=28.104000000000003), [2810]),
        (fhir.benefits(coinsurance=28.104999999999997), [2811]),
        (fhir.benefits(coinsurance="28.10"), [2810]),
        (fhir.benefits(submitted=125, paid=0), []),
        (fhir.benefits(submitted=125, paid=0, cover="no_insurance"), [12500]),
        (fhir.benefits(submitted=125, paid=25, cover="NO_INSURANCE"), [10000]),
        (fhir.benefits(submitted=265.52, paid=112.41600000000001), [15310]),
        (fhir.benefits(total=[fhir.amount("submitted", 300), fhir.amount("memberliability", 41.5)]), [4150]),
        (fhir.benefits(total=[fhir.amount("copay", 20), fhir.amount("deductible", 80)]), [10000]),
        (fhir.benefits(coinsurance=28.1, status="cancelled"), []),
        (fhir.benefits(coinsurance=28.1, use="preauthorization"), []),
        (fhir.benefits(submitted=100, paid=150, cover="no_insurance"), []),
        (fhir.benefits(total="?", payment=None, item=7, cover="none"), []),
        (fhir.benefits(submitted=float("inf"), cover="none"), []),
        (fhir.benefits(total=[{"category": {"text": "submitted"}, "amount": fhir.money(5, "EUR")}]), []),
    ],
)
def test_benefits_say_what_is_left(harbor: Harbor, tmp_path: Path, eob: fhir.Json, cents: list[int]) -> None:
    assert owed(harbor, tmp_path, eob) == cents


def test_a_visit_is_told_as_its_encounter_has_it(harbor: Harbor, tmp_path: Path) -> None:
    visit = fhir.encounter(
        on="2026-03-15T03:30:00Z",
        participant=[{"individual": {"reference": "Practitioner?identifier=http://npi|77"}}],
        serviceProvider={"reference": "Organization/h"},
    )
    doctor = {
        "resourceType": "Practitioner", "id": "d", "identifier": [{"system": "http://npi", "value": "77"}],
        "name": [{"prefix": ["Dr."], "given": ["Kim"], "family": "Lee"}],
    }  # fmt: skip
    house = {"resourceType": "Organization", "id": "h", "name": "ROUTE 44 MEDICAL WALK-IN"}
    taken(harbor, tmp_path, fhir.patient(), visit, fhir.benefits(coinsurance=28.104000000000003), doctor, house)
    row, charge = only(harbor, t.encounters), only(harbor, t.charges)
    # 3:30 UTC is the evening before in Seattle.
    assert row["service_on"] == charge["service_on"] == date(2026, 3, 14)
    assert (row["provider"], row["location"]) == ("Dr. Kim Lee", "ROUTE 44 MEDICAL WALK-IN")
    assert charge["description"] == "Encounter for check up"
    assert (charge["billed_cents"], charge["insurance_paid_cents"], charge["adjustment_cents"]) == (26552, 11242, 12500)


def test_an_invoice_counts_where_no_benefits_do(harbor: Harbor, tmp_path: Path) -> None:
    line = [{"chargeItemReference": {"reference": "ChargeItem/item"}}]
    item = fhir.item(visit="Encounter/visit")
    assert owed(harbor, tmp_path, fhir.invoice(lineItem=line), item, fhir.account()) == [4800]
    assert only(harbor, t.charges)["charge_id"] == "invoice-inv"


def test_benefits_go_before_the_invoice_of_the_same_visit(harbor: Harbor, tmp_path: Path) -> None:
    line = [{"chargeItemReference": {"reference": "ChargeItem/item"}}]
    item = fhir.item(visit="Encounter/visit")
    eob = fhir.benefits(coinsurance=28.10)
    assert owed(harbor, tmp_path, eob, fhir.invoice(lineItem=line), item, fhir.account()) == [2810]


@pytest.mark.parametrize(
    "fields,cents",
    [
        ({"status": "balanced"}, []),
        ({"status": "draft"}, []),
        ({"recipient": {"reference": "Organization/insurer"}}, []),
        ({"totalGross": fhir.money(48, "EUR")}, []),
        ({"totalGross": None, "totalNet": fhir.money(40)}, [4000]),
    ],
)
def test_invoices(harbor: Harbor, tmp_path: Path, fields: fhir.Json, cents: list[int]) -> None:
    assert owed(harbor, tmp_path, fhir.invoice(**fields)) == cents


@pytest.mark.parametrize(
    "resources,cents",
    [
        ([fhir.account(), fhir.item(), fhir.item("two", 10.5, quantity={"value": 2})], [6100]),
        ([fhir.account(balance=[{"aggregate": {"text": "patient"}, "amount": fhir.money(12)}]), fhir.item()], [1200]),
        ([fhir.account(balance=fhir.money(7))], [700]),
        ([fhir.account()], []),
        ([fhir.account(coverage=[{"coverage": {"reference": "Coverage/c"}}]), fhir.item()], []),
        ([fhir.account(), fhir.item(status="aborted")], []),
        ([fhir.account(status="entered-in-error"), fhir.item()], []),
    ],
)
def test_accounts(harbor: Harbor, tmp_path: Path, resources: list[fhir.Json], cents: list[int]) -> None:
    assert owed(harbor, tmp_path, *resources) == cents


def test_a_charge_of_a_stranger_is_left_out(harbor: Harbor, tmp_path: Path) -> None:
    done = taken(harbor, tmp_path, fhir.patient(), fhir.benefits(who="Patient/elsewhere", coinsurance=5))
    assert harbor.count(t.charges) == 0
    assert warned(done) == [
        "ExplanationOfBenefit/eob: patient_id: is no patient of the practice; import patients first; no charge was made"
    ]


# Whom we write to


def notice(harbor: Harbor, patient_id: str, *, simulated: bool = True) -> Notice:
    """A notice about this patient, whose phones all agreed to texts by now."""
    with harbor.engine.begin() as conn:
        for address in conn.scalars(select(t.addresses.c.id)).all():
            grant = consents.Consent(harbor.practice_id, address, "text", "granted", "yes", "form", NOW)
            consents.record(conn, [grant])
        practice = harbor.world.practices.by_id(conn, harbor.practice_id)
    assert practice is not None
    world = replace(harbor.world, simulated=simulated)
    return send_notice(harbor.engine, world, practice, patient_id, "text", lambda: NOW)


def test_an_unverified_number_is_texted_by_the_simulator_only(harbor: Harbor, tmp_path: Path) -> None:
    ana = fhir.patient(telecom=[{"system": "phone", "value": "555-961-9901"}])
    taken(harbor, tmp_path, ana, fhir.benefits(coinsurance=28.104))
    assert notice(harbor, "ana", simulated=False).rule == "unverified"
    assert notice(harbor, "ana").state is State.QUEUED


def test_the_dead_are_never_written_to(harbor: Harbor, tmp_path: Path) -> None:
    taken(harbor, tmp_path, fhir.patient(deceasedBoolean=True), fhir.benefits(coinsurance=28.104))
    assert notice(harbor, "ana").rule == "deceased"


def test_about_a_child_only_who_pays_for_it_is_written_to(harbor: Harbor, tmp_path: Path) -> None:
    child = fhir.patient(birthDate="2019-05-27", telecom=[{"system": "phone", "value": "206-555-0179"}])
    taken(harbor, tmp_path, child, fhir.benefits(coinsurance=28.104))
    assert notice(harbor, "ana").rule == "minor"
    taken(harbor, tmp_path, child, fhir.relative())
    told = notice(harbor, "ana")
    assert told.state is State.QUEUED
    (sent,) = harbor.all(t.outbox)
    phones = {row["id"]: row["address"] for row in harbor.all(t.addresses)}
    assert phones[sent["address_id"]] == "+12065550178"


# Again, and back


def test_twice_changes_nothing(harbor: Harbor, tmp_path: Path) -> None:
    resources = fhir.patient(), fhir.encounter(), fhir.benefits(coinsurance=28.104)
    first = taken(harbor, tmp_path, *resources)
    again = taken(harbor, tmp_path, *resources)
    assert (first.patients.new, first.charges.new) == (1, 1)
    assert (again.import_id, again.patients.unchanged, again.charges.unchanged) == (None, 1, 1)
    assert harbor.count(t.entries) == 1


def test_what_is_cancelled_later_is_owed_no_more(harbor: Harbor, tmp_path: Path) -> None:
    taken(harbor, tmp_path, fhir.patient(), fhir.benefits(coinsurance=28.104))
    done = taken(harbor, tmp_path, fhir.patient(), fhir.benefits(coinsurance=28.104, status="cancelled"))
    assert done.charges.changed == 1
    assert sum(row["cents"] for row in harbor.all(t.postings) if row["account"] == "receivable") == 0


def test_a_dry_run_writes_nothing(harbor: Harbor, tmp_path: Path) -> None:
    path = fhir.written(tmp_path, fhir.patient(deceasedBoolean=True), fhir.benefits(coinsurance=28.104))
    done = imported(harbor, path, dry_run=True)
    assert (done.import_id, done.patients.new, done.charges.new, done.died) == (None, 1, 1, 1)
    assert harbor.count(t.people) == harbor.count(t.imports) == 0


def test_it_can_be_taken_back(harbor: Harbor, tmp_path: Path) -> None:
    done = taken(harbor, tmp_path, fhir.patient(), fhir.patient("bo"), fhir.benefits(coinsurance=28.104))
    assert done.import_id is not None
    back = undo(Into(harbor.engine, harbor.practice_id, NOW), done.import_id, silent)
    assert (back.entries_reversed, back.people_removed, back.people_kept) == (1, 1, 1)
    assert sum(row["cents"] for row in harbor.all(t.postings) if row["account"] == "receivable") == 0


# Files


def test_one_resource_a_line(harbor: Harbor, tmp_path: Path) -> None:
    lines = [json.dumps(fhir.patient()), "", "{broken", json.dumps(fhir.benefits(coinsurance=1))]
    (tmp_path / "all.ndjson").write_text("\n".join(lines), "utf-8")
    done = imported(harbor, tmp_path)
    assert (done.patients.new, done.charges.new) == (1, 1)
    assert warned(done) == ["all.ndjson line 3: is not JSON (at line 1, column 2); it was left out"]


def test_resources_are_found_across_the_files_of_a_folder(harbor: Harbor, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(fhir.benefits(who="urn:uuid:ana", coinsurance=1)), "utf-8")
    fhir.written(tmp_path, fhir.patient(), name="b.json")
    (tmp_path / "c.json").write_text("[" * 200_000, "utf-8")
    (tmp_path / "LICENSE").write_text("free", "utf-8")
    done = imported(harbor, tmp_path)
    assert (done.patients.new, done.charges.new) == (1, 1)
    assert warned(done) == ["c.json: is not JSON (nested too deeply); it was left out"]


@pytest.mark.parametrize("content", ["", "[]", "{}", "7", '{"resourceType": "Observation", "id": "x"}'])
def test_nothing_to_import_is_refused(harbor: Harbor, tmp_path: Path, content: str) -> None:
    (tmp_path / "export.json").write_text(content, "utf-8")
    with pytest.raises(RefusedError):
        imported(harbor, tmp_path / "export.json")
    assert harbor.count(t.imports) == 0


# The sample data, where it is

SAMPLES = Path(os.environ.get("PAYBOT_SAMPLE_DATA") or Path(__file__).parents[3] / "shared" / "data")

if (SAMPLES / "synthea-fhir-r4").is_dir():

    def test_the_sample_patients(harbor: Harbor) -> None:
        began = time.perf_counter()
        done = imported(harbor, SAMPLES / "synthea-fhir-r4")
        assert time.perf_counter() - began < 10
        people = {f"{row['first_name']} {row['last_name']}": row for row in harbor.all(t.people)}
        assert len(people) == 16
        assert {name for name, row in people.items() if row["died"]} == {"Chet Thompson", "Garrett Thompson"}
        assert {name for name, row in people.items() if row["language"] == "es"} == {
            "Alberto Atencio", "Antonio Castellanos", "Gustavo Mejía"
        }  # fmt: skip
        assert not any(row["verified"] for row in harbor.all(t.addresses))
        assert sum("is a minor" in one for one in warned(done)) == 3
        charges = harbor.all(t.charges)
        theirs = [r["patient_owes_cents"] for r in charges if r["person_id"] == people["Alberto Atencio"]["id"]]
        assert theirs == [2810, 12923, 20104, 17168]
        assert all(row["patient_owes_cents"] > 0 for row in charges)
        assert imported(harbor, SAMPLES / "synthea-fhir-r4").import_id is None

    def test_the_samples_of_the_standard(harbor: Harbor) -> None:
        done = imported(harbor, SAMPLES / "hl7-fhir-r4")
        assert (done.patients.new, done.charges.new) == (1, 0)
        assert only(harbor, t.people)["last_name"] == "Chalmers"
