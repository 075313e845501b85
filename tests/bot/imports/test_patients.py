"""patients.csv: who is there afterwards, how they are reached, and what an import must never undo."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from bot.store import consents
from bot.store import tables as t
from tests.bot.imports.desk import NOW, Desk

HEAD = "patient_id,first_name,last_name,birth_date,phone,email,zip,language,guarantor_id,text_consent,time_zone\n"
ANA = "P1,Ana,Ruiz,1986-08-14,(206) 555-0111,Ana@Garden.example,98101,es,,yes,\n"


def test_a_patient_is_taken_in_whole(desk: Desk) -> None:
    done = desk.take("patients", HEAD + ANA)
    assert (done.counts.new, done.problems.warnings) == (1, [])
    ana = desk.person("P1")
    assert (ana.first_name, ana.birth_date, ana.language) == ("Ana", date(1986, 8, 14), "es")
    assert (ana.zip_zone, ana.time_zone) == ("America/Los_Angeles", None)
    assert desk.reached_at("P1") == {"+12065550111", "ana@garden.example"}
    phone = desk.address("+12065550111")
    assert (phone.verified, phone.zones, phone.consent) == (True, ["America/Los_Angeles"], "granted")
    (consent,) = desk.rows(t.consents)
    assert (consent.person_id, consent.status, consent.at) == (ana.id, "granted", NOW)
    assert consent.source
    assert consent.wording


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    text = HEAD + ANA + "P2,Leo,Ruiz,,,,,,P1,,\n"
    desk.take("patients", text)
    before = desk.everything()
    again = desk.take("patients", text)
    assert (again.import_id, again.counts.new, again.counts.changed, again.counts.unchanged) == (None, 0, 0, 2)
    assert desk.everything() == before


def test_an_empty_or_absent_cell_leaves_what_is_stored(desk: Desk) -> None:
    desk.take("patients", HEAD + ANA)
    done = desk.take("patients", "last_name,patient_id,first_name,zip\nRuiz-Vega,P1,Ana,\n")
    assert done.counts.changed == 1
    ana = desk.person("P1")
    assert (ana.last_name, ana.zip, ana.language) == ("Ruiz-Vega", "98101", "es")
    assert len(desk.reached_at("P1")) == 2


def test_another_phone_takes_the_place_of_the_old_one(desk: Desk) -> None:
    desk.take("patients", HEAD + ANA)
    desk.take("patients", "patient_id,first_name,last_name,phone\nP1,Ana,Ruiz,+12065550199\n")
    assert desk.reached_at("P1") == {"+12065550199", "ana@garden.example"}
    assert desk.address("+12065550199").consent == "none"


def test_people_may_share_a_phone_and_a_no_of_one_counts_for_it(desk: Desk) -> None:
    rows = (
        "P1,Ana,Ruiz,,2065550111,,,,,yes,\nP2,Jon,Ruiz,,206.555.0111,,,,,no,\nP3,Leo,Ruiz,,+1 206 555 0111,,,,,yes,\n"
    )
    done = desk.take("patients", HEAD + rows)
    assert len(desk.rows(t.addresses)) == 1
    assert desk.address("+12065550111").consent == "revoked"
    assert [(w.line, w.column) for w in done.problems.warnings] == [(4, "text_consent")]


def test_a_guarantor_may_stand_further_down_or_be_there_already(desk: Desk) -> None:
    desk.take("patients", HEAD + "P2,Leo,Ruiz,,,,,,P1,,\n" + ANA)
    desk.take("patients", HEAD + "P3,Mia,Ruiz,,,,,,P1,,\nP4,Own,Payer,,,,,,P4,,\n")
    pays = {(row.person_id, row.guarantor_id) for row in desk.rows(t.guarantors)}
    ana = desk.person("P1").id
    assert pays == {(desk.person("P2").id, ana), (desk.person("P3").id, ana)}


def test_another_guarantor_takes_the_place_of_the_old_one(desk: Desk) -> None:
    desk.take("patients", HEAD + ANA + "P2,Leo,Ruiz,,,,,,P1,,\nP3,Tom,Ruiz,,,,,,,,\n")
    desk.take("patients", "patient_id,first_name,last_name,guarantor_id\nP2,Leo,Ruiz,P3\n")
    assert [(r.person_id, r.guarantor_id) for r in desk.rows(t.guarantors)] == [
        (desk.person("P2").id, desk.person("P3").id)
    ]


def test_what_the_patient_changed_since_survives_the_same_cell(desk: Desk) -> None:
    desk.take("patients", HEAD + ANA)
    with desk.engine.begin() as conn:
        conn.execute(update(t.people).values(language="en"))
    desk.take("patients", HEAD + ANA.replace("Ana,Ruiz", "Ana,Vega"))
    assert (desk.person("P1").language, desk.person("P1").last_name) == ("en", "Vega")


def test_an_import_never_turns_a_stop_into_a_yes(desk: Desk) -> None:
    desk.take("patients", HEAD + ANA)
    phone = desk.address("+12065550111").id
    with desk.engine.begin() as conn:
        practice = desk.into.practice_id
        consents.record(conn, [consents.Consent(practice, phone, "text", "revoked", "STOP", "text", NOW)])
    done = desk.take("patients", HEAD.replace("time_zone", "text_consent_source") + ANA.replace("yes,", "yes,new form"))
    assert desk.address("+12065550111").consent == "revoked"
    assert [w.column for w in done.problems.warnings] == ["text_consent"]


def test_a_number_reported_as_wrong_stays_blocked(desk: Desk) -> None:
    desk.take("patients", HEAD + ANA)
    phone = desk.address("+12065550111").id
    with desk.engine.begin() as conn:
        conn.execute(t.person_addresses.delete().where(t.person_addresses.c.address_id == phone))
        conn.execute(update(t.addresses).where(t.addresses.c.id == phone).values(blocked=True, problem="wrong_number"))
    desk.take("patients", HEAD + ANA.replace("Ruiz", "Vega"))
    assert desk.reached_at("P1") == {"ana@garden.example"}
    done = desk.take("patients", HEAD + "P9,Ben,Okafor,,2065550111,,,,,yes,\n")
    assert desk.reached_at("P9") == set()
    assert "blocked" in done.problems.warnings[0].reason
    assert desk.address("+12065550111").consent == "granted"
    assert len(desk.rows(t.consents)) == 1


def test_evidence_of_consent_is_kept_as_it_was_told(desk: Desk) -> None:
    head = (
        "patient_id,first_name,last_name,phone,text_consent,text_consent_source,text_consent_at,email,email_consent\n"
    )
    desk.take("patients", head + "P1,Ana,Ruiz,2065550111,YES,paper form 7,2026-01-12T09:30:00-08:00,a@b.example,no\n")
    texts, mails = desk.rows(t.consents)
    assert (texts.source, texts.at) == ("paper form 7", datetime(2026, 1, 12, 17, 30, tzinfo=UTC))
    assert (mails.channel, mails.status) == ("email", "revoked")


@pytest.mark.parametrize(
    "column, cell, kept",
    [
        ("phone", "12", None),
        ("phone", "call me", None),
        ("phone", "206-555-0111 ext 9", None),
        ("phone", "9" * 500, None),
        ("email", "ana@", None),
        ("email", "ana@garden", None),
        ("zip", "2139", None),
        ("zip", "ABCDE", None),
        ("time_zone", "Pacific", None),
        ("language", "fr", "en"),
    ],
)
def test_a_bad_field_is_dropped_with_a_warning(quick_desk: Desk, column: str, cell: str, kept: str | None) -> None:
    done = quick_desk.take("patients", f"patient_id,first_name,last_name,{column}\nP1,Ana,Ruiz,{cell}\n")
    (warning,) = done.problems.warnings
    assert (warning.line, warning.column) == (2, column)
    assert cell not in warning.reason or column == "language"
    if column in {"phone", "email"}:
        assert quick_desk.reached_at("P1") == set()
    else:
        assert getattr(quick_desk.person("P1"), column) == kept


def test_a_possible_number_is_unverified_and_a_toll_free_one_is_never_texted(quick_desk: Desk) -> None:
    head = "patient_id,first_name,last_name,phone\n"
    done = quick_desk.take("patients", head + "P1,Ana,Ruiz,555-555-0111\nP2,Ben,Okafor,800-555-0199\n")
    assert [w.column for w in done.problems.warnings] == ["phone", "phone"]
    assert not quick_desk.address("+15555550111").verified
    assert quick_desk.address("+18005550199").problem == "toll_free"


@pytest.mark.parametrize(
    "row, error",
    [
        (",Ana,Ruiz,,,,,,,,", "line 2: patient_id: must not be empty"),
        ("P1,,Ruiz,,,,,,,,", "line 2: first_name: must not be empty"),
        ("P1,Ana,Ruiz,14/08/1986,,,,,,,", "line 2: birth_date: a date is written like"),
        ("P1,Ana,Ruiz,2026-02-30,,,,,,,", "line 2: birth_date: a date is written like"),
        ("P1,Ana,Ruiz,2031-01-01,,,,,,,", "line 2: birth_date: a birth date lies in the past"),
        ("P1,Ana,Ruiz,,,,,,P7,,", "line 2: guarantor_id: is no patient"),
        ("P1,Ana,Ruiz,,,,,,,maybe,", "line 2: text_consent: is yes or no"),
        ("=1+1,Ana,Ruiz,,,,,,,,", "line 2: patient_id: this is a spreadsheet formula"),
        ("+cmd|calc!A0,Ana,Ruiz,,,,,,,,", "line 2: patient_id: this is a spreadsheet formula"),
        ("-1+cmd,Ana,Ruiz,,,,,,,,", "line 2: patient_id: this is a spreadsheet formula"),
        ("P1,Ana,Ruiz", "line 2: has 3 cells, the header has 11"),
    ],
)
def test_a_bad_row_refuses_the_whole_file(quick_desk: Desk, row: str, error: str) -> None:
    (found,) = quick_desk.refused("patients", HEAD + row + "\n")
    assert found.startswith(error)


def test_every_bad_row_is_listed(quick_desk: Desk) -> None:
    found = quick_desk.refused("patients", HEAD + ANA + ANA + "P2,,Ruiz,x,,,,,,,\n")
    assert [line.split(": ")[:2] for line in found] == [
        ["line 3", "patient_id"],
        ["line 4", "first_name"],
        ["line 4", "birth_date"],
    ]
    assert "first on line 2" in found[0]


def test_a_dry_run_counts_and_writes_nothing(desk: Desk) -> None:
    desk.take("patients", HEAD + ANA)
    before = desk.everything()
    done = desk.take("patients", HEAD + ANA.replace("Ruiz", "Vega") + "P2,Ben,Okafor,,,,,,,,\n", dry_run=True)
    assert (done.import_id, done.counts.new, done.counts.changed) == (None, 1, 1)
    assert desk.everything() == before


def test_another_practice_may_use_the_same_ids(desk: Desk) -> None:
    from dataclasses import replace

    from bot.imports import import_file
    from bot.practice_file import parse_practice
    from bot.practices import apply
    from tests.bot.imports.desk import FILE

    desk.take("patients", HEAD + ANA)
    with desk.engine.begin() as conn:
        apply(conn, parse_practice(FILE | {"slug": "other", "text_numbers": []}), NOW)
    other = desk.rows(t.practices)[1].id
    done = import_file(replace(desk.into, practice_id=other), "patients", desk.file(HEAD + ANA))
    assert done.counts.new == 1
    assert len(desk.rows(t.people)) == len(desk.rows(t.addresses)) // 2 == 2


def test_undo_removes_who_depends_on_nothing_and_keeps_the_evidence(desk: Desk) -> None:
    desk.take("patients", HEAD + ANA)
    second = desk.take(
        "patients",
        HEAD + "P2,Ben,Okafor,,2065550112,,,,P3,,\nP3,Eve,Okafor,,2065550113,,,,P4,yes,\nP4,Al,Okafor,,,,,,,,\n",
    )
    done = desk.undo(second.import_id)
    assert (done.people_removed, done.people_kept, done.consents_withdrawn) == (1, 2, 1)
    assert {row.patient_id for row in desk.rows(t.people)} == {"P1", "P3", "P4"}
    assert desk.address("+12065550113").consent == "none"
    assert desk.address("+12065550111").consent == "granted"
    again = desk.take(
        "patients",
        HEAD + "P2,Ben,Okafor,,2065550112,,,,P3,,\nP3,Eve,Okafor,,2065550113,,,,P4,yes,\nP4,Al,Okafor,,,,,,,,\n",
    )
    assert again.counts.new == 1
    assert desk.address("+12065550113").consent == "granted"
