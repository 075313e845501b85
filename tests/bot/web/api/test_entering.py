"""Charges and further lines entered by hand, a balance moved to the patient, a payment recorded by mistake."""

from typing import Any

import pytest

from bot.store.tables import entries
from tests.bot.web.api.program import Program, Reply
from tests.bot.web.api.test_taken import CASH

LINES = [{"description": "Office visit", "amount_cents": 12000}, {"description": "Crutches", "amount_cents": 3500}]


async def enter(program: Program, **more: Any) -> Reply:
    body = {"patient_id": "P2", "service_date": "2026-05-04", "items": LINES, "provider": "Dr. Okafor"}
    return await program.post("/charges", body | more)


async def open_charges(program: Program, patient: str = "P2") -> list[tuple[str | None, int]]:
    told = (await program.get(f"/patients/{patient}/balance")).body
    assert sum(one["remaining_cents"] for one in told["charges"]) == told["balance_cents"]
    return [(one["description"], one["remaining_cents"]) for one in told["charges"]]


async def test_a_visit_with_its_lines(program: Program) -> None:
    items = [LINES[0], LINES[1] | {"reason": "not covered", "charge_id": "L1"}]
    made = await enter(program, items=items)
    assert (made.status, made.body["balance_cents"], made.body["charge_ids"][1]) == (201, 23500, "L1")
    assert await open_charges(program) == [(None, 8000), ("Office visit", 12000), ("Crutches", 3500)]
    shown = (await program.get("/patients/P2/history?limit=2")).body["items"]
    assert [(one["event"], one["text"], one["why"], one["balance_cents"]) for one in shown] == [
        ("charge", "Charge of $35.00 (L1)", "not covered", 23500),
        ("charge", f"Charge of $120.00 ({made.body['charge_ids'][0]})", "Office visit", 20000),
    ]
    assert ("apikey:1", "api.post_charges") in [(who, what) for who, what, _ in program.audited()]


@pytest.mark.parametrize(
    "more,field",
    [
        ({"service_date": "2026-02-30"}, "service_date"),
        ({"items": []}, "items"),
        ({"items": [LINES[0] | {"amount_cents": 0}]}, "items.0.amount_cents"),
        ({"items": [LINES[0] | {"description": "  "}]}, "items.0.description"),
        ({"items": [LINES[0] | {"description": "a\0b"}]}, "items.0.description"),
        ({"items": [LINES[0] | {"charge_id": "=1+1"}]}, "items.0.charge_id"),
        ({"items": [LINES[0] | {"charge_id": "L1"}, LINES[1] | {"charge_id": "L1"}]}, "items"),
        ({"encounter_id": "E1"}, "encounter_id"),
    ],
)
async def test_what_cannot_be_entered(program: Program, more: dict[str, Any], field: str) -> None:
    reply = await enter(program, **more)
    assert (reply.status, list(reply.fields)) == (422, [field])
    assert await open_charges(program) == [(None, 8000)]


async def test_a_known_charge_and_nobody(program: Program) -> None:
    assert (await enter(program, items=[LINES[0] | {"charge_id": "C3"}])).status == 409
    assert (await enter(program, patient_id="P9")).status == 404
    other = program.of_other_practice()
    assert (await enter(other)).status == 404


async def test_once_for_a_key(program: Program) -> None:
    body = {"patient_id": "P2", "service_date": "2026-05-04", "items": LINES}
    first, second = [await program.post("/charges", body, again="k") for _ in range(2)]
    assert first.raw == second.raw
    assert len(await open_charges(program)) == 3


async def test_a_balance_is_moved_to_the_patient_and_back(program: Program) -> None:
    body = {"charge_id": "C3", "kind": "patient_responsibility", "amount_cents": 40000, "reason": "denied"}
    made = await program.post("/adjustments", body)
    assert (made.status, made.body["balance_cents"]) == (201, 48000)
    (shown,) = (await program.get("/patients/P2/history?limit=1")).body["items"]
    told = (shown["event"], shown["text"], shown["why"], shown["change_cents"], shown["balance_cents"])
    assert told == ("patient_responsibility", "$400.00 moved to the patient (C3)", "denied", 40000, 48000)
    undone = await program.post(f"/adjustments/{made.body['id']}/undo")
    assert (undone.status, undone.body["balance_cents"]) == (201, 8000)


@pytest.mark.parametrize("reason", ["   ", "a\0b", ""])
async def test_a_reason_says_something(program: Program, reason: str) -> None:
    body = {"charge_id": "C1", "kind": "credit", "amount_cents": 100, "reason": reason}
    assert list((await program.post("/adjustments", body)).fields) == ["reason"]


async def test_cash_recorded_by_mistake(program: Program) -> None:
    await program.post("/payments", CASH)
    assert (await program.of_other_practice().post("/payments/X1/undo")).status == 404
    made = await program.post("/payments/X1/undo", {"reason": "another patient's"})
    assert (made.status, made.body) == (201, {"payment_id": "X1", "undone": True, "balance_cents": 18450})
    assert (await program.post("/payments/X1/undo")).status == 404
    assert (await program.get("/patients/P1/payments")).body["items"][0]["state"] == "undone"
    assert program.house.rows(entries)[-1].reason == "another patient's"


async def test_what_was_given_back_is_not_undone(program: Program) -> None:
    await program.post("/payments", CASH)
    body = {"payment_id": "X1", "amount_cents": 100, "reason": "too much", "still_owed": True}
    assert (await program.post("/refunds", body)).status == 201
    reply = await program.post("/payments/X1/undo")
    assert (reply.status, reply.body["type"]) == (409, "urn:paybot:problem:given-back-already")
    assert (await program.post("/payments/X%00/undo")).status == 404
