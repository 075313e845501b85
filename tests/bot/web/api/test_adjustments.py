"""Write-offs, cancelled charges and credits, and taking them back once."""

import asyncio
from typing import Any

import pytest

from bot.store.tables import charges, entries
from tests.bot.web.api.program import Program, Reply


async def adjust(
    program: Program, kind: str = "write_off", cents: int = 2000, charge: str = "C1", **more: Any
) -> Reply:
    body = {"charge_id": charge, "kind": kind, "amount_cents": cents, "reason": "hardship"}
    return await program.post("/adjustments", body | more)


async def balance(program: Program) -> int:
    return int((await program.get("/patients/P1/balance")).body["balance_cents"])


@pytest.mark.parametrize("kind", ["write_off", "cancel", "credit"])
async def test_made_and_undone(program: Program, kind: str) -> None:
    made = await adjust(program, kind)
    assert made.status == 201
    told = {"charge_id": "C1", "kind": kind, "amount_cents": 2000, "reason": "hardship", "undone": False}
    assert told.items() <= made.body.items()
    assert made.body["balance_cents"] == await balance(program) == 16450
    path = f"/adjustments/{made.body['id']}/undo"
    undone = await program.post(path, {"reason": "wrong patient"})
    assert (undone.status, undone.body["undone"], undone.body["balance_cents"]) == (201, True, 18450)
    assert (await program.post(path)).status == 409
    assert await balance(program) == 18450
    rows = [(row.kind, row.reason) for row in program.house.rows(entries) if row.kind in {kind, "undone"}]
    assert rows == [(kind, "hardship"), ("undone", "wrong patient")]


async def test_more_than_remains_is_refused_with_what_remains(program: Program) -> None:
    reply = await adjust(program, cents=12001)
    assert (reply.status, reply.fields) == (
        422,
        {"amount_cents": "is more than remains of this charge; $120.00 does"},
    )
    assert (await adjust(program, cents=12000)).status == 201
    assert (await adjust(program, cents=1)).status == 422


async def test_at_once_they_never_take_more_than_remains(program: Program) -> None:
    replies = await asyncio.gather(*(adjust(program, cents=5000) for _ in range(8)))
    assert sorted(reply.status for reply in replies) == [201] * 2 + [422] * 6
    assert await balance(program) == 8450


async def test_one_key_adjusts_once(program: Program) -> None:
    body = {"charge_id": "C1", "kind": "cancel", "amount_cents": 500, "reason": "entered twice"}
    replies = await asyncio.gather(*(program.post("/adjustments", body, again="k") for _ in range(10)))
    assert len({reply.raw for reply in replies}) == 1
    assert await balance(program) == 17950


async def test_what_is_too_much_on_one_charge_pays_the_other(program: Program) -> None:
    cash = {"payment_id": "X1", "patient_id": "P1", "paid_on": "2026-05-01", "amount_cents": 12000, "method": "cash"}
    assert (await program.post("/payments", cash | {"charge_id": "C1"})).status == 201
    lower = {"patient_id": "P1", "service_date": "2026-03-14", "patient_owes_cents": 9000}
    assert (await program.put("/charges/C1", lower)).status == 200
    shown = (await program.get("/patients/P1/balance")).body
    assert (shown["balance_cents"], [one["remaining_cents"] for one in shown["charges"]]) == (3450, [3450])
    assert (await adjust(program, "credit", 3001)).fields["amount_cents"].endswith("$30.00 does")
    made = await adjust(program, "credit", 3000)
    assert (made.status, made.body["balance_cents"]) == (201, 3450)
    assert (await adjust(program, "write_off", 3451, "C2")).status == 422
    assert (await adjust(program, "write_off", 3450, "C2")).body["balance_cents"] == 0


async def test_what_is_another_practices_is_not_there(program: Program) -> None:
    made = await adjust(program)
    other = program.of_other_practice()
    assert (await adjust(other)).status == 404
    assert (await other.post(f"/adjustments/{made.body['id']}/undo")).status == 404
    assert await balance(program) == 16450


@pytest.mark.parametrize("key", ["0", "1", "99999", "-1", "x", "１", "9" * 40, str(2**63)])
async def test_adjustments_that_are_none(quick: Program, key: str) -> None:
    assert (await quick.post(f"/adjustments/{key}/undo")).status == 404


@pytest.mark.parametrize(
    "wrong", [{"kind": "refund"}, {"amount_cents": 0}, {"amount_cents": -5}, {"reason": ""}, {"amount_cents": "5"}]
)
async def test_what_cannot_be_meant_is_refused(quick: Program, wrong: dict[str, Any]) -> None:
    reply = await adjust(quick, **wrong)
    assert (reply.status, list(reply.fields)) == (422, list(wrong))


async def test_an_import_that_says_the_same_again_leaves_a_write_off(program: Program) -> None:
    await adjust(program, cents=12000)
    same = {"patient_id": "P1", "service_date": "2026-03-14", "patient_owes_cents": 12000}
    assert (await program.put("/charges/C1", same)).body["changed"] is False
    assert await balance(program) == 6450
    assert {row.patient_owes_cents for row in program.house.rows(charges, charges.c.charge_id == "C1")} == {12000}
