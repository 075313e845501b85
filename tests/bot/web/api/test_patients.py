"""Patients and charges that a program pushes."""

import pytest
from sqlalchemy import update

from bot.store import tables as t
from tests.bot.web.api.program import Program
from tests.bot.web.house import ANA

ANA_RUIZ = {
    "first_name": "Ana",
    "last_name": "Ruiz",
    "birth_date": "1980-02-03",
    "phone": "(206) 555-0177",
    "email": "Ana@Mail.Example",
    "zip": "98101",
    "language": "es",
    "text_consent": True,
    "text_consent_source": "intake form",
    "text_consent_at": "2026-01-05T10:00:00Z",
    "email_consent": False,
}
CHARGE = {
    "patient_id": "P1",
    "service_date": "2026-05-01",
    "patient_owes_cents": 18450,
    "billed_cents": 30000,
    "insurance_paid_cents": 10000,
    "adjustment_cents": 1550,
    "provider": "Dr. Okafor",
}


async def test_a_patient_is_stored_as_an_import_would(program: Program) -> None:
    reply = await program.put("/patients/P9", ANA_RUIZ)
    assert (reply.status, reply.body["patient_id"], reply.body["changed"]) == (201, "P9", True)
    assert reply.body["warnings"] == []
    (person,) = program.house.rows(t.people, t.people.c.patient_id == "P9")
    assert (person.first_name, person.language, person.zip_zone) == ("Ana", "es", "America/Los_Angeles")
    (phone,) = program.house.rows(t.addresses, t.addresses.c.address == "+12065550177")
    assert (phone.consent, phone.verified) == ("granted", True)
    (mail,) = program.house.rows(t.addresses, t.addresses.c.address == "ana@mail.example")
    assert mail.consent == "revoked"
    (told,) = program.house.rows(t.consents, t.consents.c.address_id == phone.id)
    assert told.source == "intake form"
    assert program.audited() == [("apikey:1", "api.put_patient", {"patient_id": "P9"})]


async def test_the_same_again_changes_nothing(program: Program) -> None:
    await program.put("/patients/P9", ANA_RUIZ)
    reply = await program.put("/patients/P9", ANA_RUIZ)
    assert (reply.status, reply.body["changed"]) == (200, False)
    changed = await program.put("/patients/P9", {"first_name": "Anna", "last_name": "Ruiz", "phone": None, "zip": ""})
    assert (changed.status, changed.body["changed"]) == (200, True)
    (person,) = program.house.rows(t.people, t.people.c.patient_id == "P9")
    assert (person.first_name, person.zip) == ("Anna", "98101")


async def test_an_opt_out_stays(program: Program) -> None:
    await program.put("/patients/P9", ANA_RUIZ)
    mine = t.addresses.c.address == "+12065550177"
    program.house.write(lambda conn: conn.execute(update(t.addresses).where(mine).values(consent="revoked")))
    reply = await program.put("/patients/P9", ANA_RUIZ | {"text_consent_source": "phone call"})
    assert "text_consent" in [one["field"] for one in reply.body["warnings"]]
    assert program.house.rows(t.addresses, mine)[0].consent == "revoked"


async def test_bad_fields_refuse_or_are_dropped_as_in_a_file(program: Program) -> None:
    before = program.house.rows(t.people)
    body = ANA_RUIZ | {"birth_date": "2026-13-01", "text_consent_at": "yesterday", "guarantor_id": "=1"}
    reply = await program.put("/patients/P9", body)
    assert (reply.status, set(reply.fields)) == (422, {"birth_date", "text_consent_at", "guarantor_id"})
    unknown = await program.put("/patients/P9", ANA_RUIZ | {"guarantor_id": "nobody"})
    assert (unknown.status, list(unknown.fields)) == (422, ["guarantor_id"])
    assert program.house.rows(t.people) == before
    dropped = await program.put(
        "/patients/P9", ANA_RUIZ | {"phone": "12", "email": "at", "zip": "1", "language": "xx", "time_zone": "Mars"}
    )
    assert dropped.status == 201
    assert {one["field"] for one in dropped.body["warnings"]} == {"phone", "email", "zip", "language", "time_zone"}


@pytest.mark.parametrize("path", ["%20P9", "P9%20", "x" * 101, "%3DP9", "P%0A9", "P%009"])
async def test_ids_that_no_file_may_hold(quick: Program, path: str) -> None:
    reply = await quick.put(f"/patients/{path}", {"first_name": "Ana", "last_name": "Ruiz"})
    assert (reply.status, list(reply.fields)) == (422, ["patient_id"])


async def test_odd_names_are_kept_as_they_are(program: Program) -> None:
    name = "'; DROP TABLE people; -- <script>alert(1)</script> 💉"
    assert (await program.put("/patients/Ñ%2F9", {"first_name": name, "last_name": "\u0000Ru\niz"})).status == 201
    (person,) = program.house.rows(t.people, t.people.c.patient_id == "Ñ/9")
    assert (person.first_name, person.last_name) == (name, "Ru iz")


async def test_the_id_in_the_body_is_the_one_in_the_path(quick: Program) -> None:
    named = {"first_name": "Ana", "last_name": "Ruiz", "patient_id": "P9"}
    assert (await quick.put("/patients/P9", named)).status == 201
    assert (await quick.put("/patients/P8", named)).fields == {"patient_id": "is another one in the path"}


async def test_a_charge_is_posted_and_a_new_figure_posts_the_difference(program: Program) -> None:
    assert (await program.put("/charges/C9", CHARGE)).status == 201
    again = await program.put("/charges/C9", CHARGE)
    assert (again.status, again.body["changed"]) == (200, False)
    reply = await program.put("/charges/C9", CHARGE | {"patient_owes_cents": 10000})
    assert (reply.status, [one["field"] for one in reply.body["warnings"]]) == (200, ["patient_owes_cents"])
    balance = (await program.get("/patients/P1/balance")).body
    assert balance["balance_cents"] == 12000 + 6450 + 10000
    assert balance["charges"][-1] == {
        "charge_id": "C9",
        "service_date": "2026-05-01",
        "provider": "Dr. Okafor",
        "description": None,
        "patient_owes_cents": 10000,
        "remaining_cents": 10000,
    }
    assert sum(one["remaining_cents"] for one in balance["charges"]) == balance["balance_cents"]
    kinds = [row.kind for row in program.house.rows(t.entries, t.entries.c.reference.like("charge:C9:%"))]
    assert kinds == ["charge", "charge_changed"]


@pytest.mark.parametrize(
    "field, value",
    [
        ("patient_owes_cents", -1),
        ("patient_owes_cents", 1.5),
        ("patient_owes_cents", 100.0),
        ("patient_owes_cents", "100"),
        ("patient_owes_cents", True),
        ("patient_owes_cents", 10**12),
        ("patient_owes_cents", None),
        ("billed_cents", 10**30),
        ("service_date", "05/01/2026"),
        ("service_date", "2026-02-30"),
        ("service_date", "2062-03-14"),
        ("service_date", ""),
        ("provider", "x" * 300),
        ("patient_owes", "184.50"),
    ],
)
async def test_a_charge_that_cannot_be_is_refused_by_field(quick: Program, field: str, value: object) -> None:
    reply = await quick.put("/charges/C9", CHARGE | {field: value})
    assert (reply.status, list(reply.fields)) == (422, [field])
    assert not quick.house.rows(t.charges, t.charges.c.charge_id == "C9")


async def test_a_charge_belongs_to_one_patient(program: Program) -> None:
    assert (await program.put("/charges/C1", CHARGE | {"patient_id": "P2"})).fields.keys() == {"charge_id"}
    unknown = await program.put("/charges/C9", CHARGE | {"patient_id": "nobody"})
    assert (unknown.status, list(unknown.fields)) == (404, ["patient_id"])


async def test_another_practice_sees_and_changes_nothing_of_ours(program: Program) -> None:
    other = program.of_other_practice()
    before = program.house.rows(t.people), program.house.rows(t.charges)
    assert (await other.get("/patients/P1/balance")).status == 404
    assert (await other.put("/charges/C1", CHARGE)).status == 404
    assert (await other.post("/pay-links", {"patient_id": "P1"})).status == 404
    assert before == (program.house.rows(t.people), program.house.rows(t.charges))
    assert (await other.put("/patients/P1", ANA_RUIZ | {"phone": ANA})).status == 201
    assert before[0] == program.house.rows(t.people)[:-1]
    assert (await program.put("/patients/P9", ANA_RUIZ | {"guarantor_id": "P1"})).status == 201
    payer = program.house.rows(t.guarantors)[-1].guarantor_id
    assert payer == program.house.ids["P1"]


async def test_a_hundred_at_once_are_all_stored(program: Program) -> None:
    import asyncio

    body = {"first_name": "Ana", "last_name": "Ruiz", "phone": "+12065550188"}
    replies = await asyncio.gather(*(program.put(f"/patients/Q{n % 50}", body) for n in range(100)))
    assert sorted(reply.status for reply in replies) == [200] * 50 + [201] * 50
