"""Money taken elsewhere, refunds, and the list of what a patient paid."""

import asyncio
from typing import Any

import pytest

from bot.store.money_tables import refunds
from bot.store.tables import entries, payments
from bot.web import keys
from tests.bot.taken import pay
from tests.bot.web.api.program import Program, Reply
from tests.harbor import Harbor

CASH = {"payment_id": "X1", "patient_id": "P1", "paid_on": "2026-05-01", "amount_cents": 5000, "method": "cash"}


def harbor_of(program: Program) -> Harbor:
    """The house, for what comes in by its processor."""
    from bot.app import ENGINE

    return Harbor(program.house.app[ENGINE], program.house.app[keys.WORLD], 1)


def by_card(program: Program, cents: int = 12000, patient: str = "P1") -> str:
    return pay(harbor_of(program), program.house.ids[patient], cents=cents, at=program.house.clock()).public_id


async def refund(program: Program, payment_id: str, cents: int, *, owed: bool = True, again: str = "") -> Reply:
    body = {"payment_id": payment_id, "amount_cents": cents, "reason": "billed twice", "still_owed": owed}
    return await program.post("/refunds", body, again=again)


async def balance(program: Program, patient: str = "P1") -> int:
    return int((await program.get(f"/patients/{patient}/balance")).body["balance_cents"])


async def listed(program: Program, patient: str = "P1") -> list[Any]:
    return list((await program.get(f"/patients/{patient}/payments")).body["items"])


async def test_cash_is_recorded_once(program: Program) -> None:
    first = await program.post("/payments", CASH)
    assert (first.status, first.body) == (
        201,
        {"payment_id": "X1", "changed": True, "balance_cents": 13450, "warnings": []},
    )
    second = await program.post("/payments", CASH)
    assert (second.status, second.body["changed"], second.body["balance_cents"]) == (201, False, 13450)
    replies = await asyncio.gather(*(program.post("/payments", CASH | {"payment_id": "X2"}) for _ in range(10)))
    assert sum(reply.body["changed"] for reply in replies) == 1
    assert await balance(program) == 8450


@pytest.mark.parametrize(
    "wrong,field",
    [
        ({"patient_id": "P404"}, "patient_id"),
        ({"amount_cents": 18451}, "amount_cents"),
        ({"amount_cents": 0}, "amount_cents"),
        ({"paid_on": "May 1"}, "paid_on"),
        ({"method": "gold"}, "method"),
        ({"charge_id": "C3"}, "charge_id"),
        ({"charge_id": "C404"}, "charge_id"),
        ({"payment_id": "=1+1"}, "payment_id"),
    ],
)
async def test_what_cannot_be_recorded(program: Program, wrong: dict[str, Any], field: str) -> None:
    reply = await program.post("/payments", CASH | wrong)
    assert (reply.status, list(reply.fields)) == (404 if wrong.get("patient_id") else 422, [field])
    assert [row for row in program.house.rows(entries) if row.kind == "payment_elsewhere"] == []


async def test_their_own_reference_is_kept(program: Program) -> None:
    await program.post("/payments", CASH | {"method": "check", "reference": "no. 1042, Chase"})
    (shown,) = (await program.get("/patients/P1/payments")).body["items"]
    assert (shown["method"], shown["reference"]) == ("check", "no. 1042, Chase")


async def test_cash_that_was_given_back(program: Program) -> None:
    await program.post("/payments", CASH)
    made = await refund(program, "X1", 2000)
    assert (made.status, made.body["state"], await balance(program)) == (201, "done", 15450)
    assert (await refund(program, "X1", 3000, owed=False)).status == 201
    assert await balance(program) == 15450
    more = await refund(program, "X1", 1)
    assert (more.status, more.fields) == (422, {"amount_cents": "is more than is left of this payment; $0.00 is"})
    (shown,) = await listed(program)
    assert (shown["payment_id"], shown["refunded_cents"], shown["state"], shown["method"]) == (
        "X1",
        5000,
        "refunded",
        "cash",
    )


async def test_a_refund_to_the_card_is_asked_for_and_listed(program: Program) -> None:
    payment_id = by_card(program)
    made = await refund(program, payment_id, 2500, again="r-1")
    assert (made.status, made.body["state"], made.body["payment_id"]) == (201, "asked", payment_id)
    assert (await refund(program, payment_id, 2500, again="r-1")).raw == made.raw
    (shown,) = await listed(program)
    assert (shown["amount_cents"], shown["refunded_cents"], shown["state"]) == (12000, 2500, "paid")
    assert (shown["method"], shown["card"], shown["reference"]) == ("card", "Visa 4242", "HFM-20001")
    assert (await refund(program, "HFM-20001", 9501)).fields == {
        "amount_cents": "is more than is left of this payment; $95.00 is"
    }


async def test_a_hundred_part_refunds_at_once(program: Program) -> None:
    payment_id = by_card(program, 10000)
    replies = await asyncio.gather(*(refund(program, payment_id, 300, again=f"r-{n // 2}") for n in range(100)))
    assert {reply.status for reply in replies} == {201, 422}
    rows = program.house.rows(refunds)
    (paid,) = program.house.rows(payments)
    assert sum(row.amount_cents for row in rows) == paid.refunded_cents == 9900
    assert len({reply.body["id"] for reply in replies if reply.status == 201}) == len(rows) == 33


async def test_payments_are_listed_newest_first_in_pieces(program: Program) -> None:
    for n in range(5):
        program.house.clock.forward(minutes=1)
        await program.post("/payments", CASH | {"payment_id": f"X{n}", "amount_cents": 100})
        by_card(program, 200)
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        piece = (await program.get("/patients/P1/payments?limit=3" + (f"&cursor={cursor}" if cursor else ""))).body
        seen += [one["payment_id"] for one in piece["items"]]
        cursor = piece["next"]
    whole = await listed(program)
    assert seen == [one["payment_id"] for one in whole]
    assert len(set(seen)) == 10
    assert [one["at"] for one in whole] == sorted((one["at"] for one in whole), reverse=True)


async def test_another_practice_sees_and_gives_back_nothing(program: Program) -> None:
    payment_id = by_card(program)
    other = program.of_other_practice()
    assert (await other.get("/patients/P1/payments")).status == 404
    assert (await other.post("/payments", CASH)).status == 404
    assert (await refund(other, payment_id, 100)).status == 404
    assert program.house.rows(refunds) == []
