"""Saved cards over the API: charged with a mandate only, for one patient or a family, and removed."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot.payments.sandbox import Sandbox
from bot.store.money_tables import cards as card_rows
from bot.store.money_tables import refunds as refund_rows
from bot.store.tables import entries, guarantors, outbox, payments, people
from bot.web import keys
from tests.bot.web.api.program import Program, Reply
from tests.bot.web.api.saved import save_card


async def charge(program: Program, cents: int = 5000, patient: str = "P1", again: str = "", **more: Any) -> Reply:
    body = {"patient_id": patient, "amount_cents": cents} | more
    return await program.post("/card-charges", body, again=again)


def sandbox_of(program: Program) -> Sandbox:
    """The processor, which here can be told what to answer."""
    found = program.house.app[keys.PROCESSOR]
    assert isinstance(found, Sandbox)
    return found


async def paid(program: Program, reply: Reply, patient: str = "P1") -> Any:
    """What the list of payments says of it, once there is an answer."""

    def settled() -> bool:
        rows = program.house.rows(payments, payments.c.public_id == reply.body["payment_id"])
        return rows[0].state not in {"open", "unknown"}

    await program.house.until(settled)
    items = (await program.get(f"/patients/{patient}/payments")).body["items"]
    return next(one for one in items if one["payment_id"] == reply.body["payment_id"])


async def test_charged_and_told(program: Program) -> None:
    card = await save_card(program)
    (listed,) = (await program.get("/patients/P1/cards")).body["items"]
    assert (listed["card_id"], listed["brand"], listed["last4"], listed["held_until"]) == (card, "Visa", "4242", None)
    made = await charge(program, again="c-1")
    assert (made.status, made.body["state"], made.body["amount_cents"], made.body["card_id"]) == (
        201,
        "open",
        5000,
        card,
    )
    assert (await charge(program, again="c-1")).raw == made.raw
    shown = await paid(program, made)
    assert (shown["state"], shown["amount_cents"], shown["method"], shown["card"]) == (
        "paid",
        5000,
        "card",
        "Visa 4242",
    )
    assert (await program.get("/patients/P1/balance")).body["balance_cents"] == 13450
    await program.house.until(lambda: {row.message for row in program.house.rows(outbox)} >= {"charge/receipt"})


async def test_a_refused_charge_is_in_the_list(program: Program) -> None:
    await save_card(program)
    sandbox_of(program).next_charges.append("decline")
    made = await charge(program)
    assert (await paid(program, made))["state"] == "declined"
    assert (await program.get("/patients/P1/balance")).body["balance_cents"] == 18450
    shown = (await program.get("/patients/P1/history")).body["items"]
    assert "payment_declined" in {one["event"] for one in shown}


async def test_without_a_mandate_nothing_is_charged(program: Program) -> None:
    await save_card(program, agreed=False)
    made = await charge(program)
    assert (made.status, made.body["reason"]) == (409, "no_mandate")
    assert program.house.rows(payments) == []


@pytest.mark.parametrize(
    "columns,reason",
    [
        ({"expires_on": "2026-04-30"}, "expired"),
        ({"held_until": timedelta(hours=24)}, "held"),
        ({"removed_at": timedelta(0)}, "no_card"),
    ],
)
async def test_a_card_that_is_not_good_now(program: Program, columns: dict[str, Any], reason: str) -> None:
    await save_card(program)
    now = program.house.clock()
    values = {
        name: now + value if isinstance(value, timedelta) else date.fromisoformat(value)
        for name, value in columns.items()
    }
    program.house.write(lambda conn: conn.execute(update(card_rows).values(values)))
    made = await charge(program)
    assert (made.status, made.body["reason"]) == (409, reason)
    assert "pay link" in made.body["detail"]


@pytest.mark.parametrize(
    "wrong,field,status",
    [
        ({"cents": 18451}, "amount_cents", 422),
        ({"cents": 0}, "amount_cents", 422),
        ({"card_id": "99"}, "card_id", 404),
        ({"card_id": "x"}, "card_id", 404),
        ({"patient": "P404"}, "patient_id", 404),
    ],
)
async def test_what_cannot_be_charged(program: Program, wrong: dict[str, Any], field: str, status: int) -> None:
    await save_card(program)
    made = await charge(program, **wrong)
    assert (made.status, list(made.fields)) == (status, [field])
    assert program.house.rows(payments) == []


async def test_a_card_of_another_patient_is_not_theirs(program: Program) -> None:
    card = await save_card(program, "P2")
    assert (await charge(program, card_id=card)).status == 404
    assert (await program.ask("DELETE", f"/patients/P1/cards/{card}")).status == 404


async def test_thirty_at_once_charge_once(program: Program) -> None:
    await save_card(program)
    made = await asyncio.gather(*(charge(program, 18450) for _ in range(30)))
    assert {reply.status for reply in made} <= {201, 409, 422}
    await program.house.until(
        lambda: not [row for row in program.house.rows(payments) if row.state in {"open", "unknown"}]
    )
    assert [row.kind for row in program.house.rows(entries) if row.kind.startswith("payment")] == ["payment"]
    assert (await program.get("/patients/P1/balance")).body["balance_cents"] == 0


async def family(program: Program) -> str:
    """P1 pays for P2, and has a card; the answer is its id."""
    pair = {"person_id": program.house.ids["P2"], "guarantor_id": program.house.ids["P1"]}
    program.house.write(lambda conn: conn.execute(insert(guarantors), pair))
    return await save_card(program)


async def test_one_payment_for_a_family(program: Program) -> None:
    card = await family(program)
    shares = [{"patient_id": "P1", "amount_cents": 12000}, {"patient_id": "P2", "amount_cents": 8000}]
    made = await program.post("/family-payments", {"guarantor_id": "P1", "shares": shares}, again="f-1")
    assert (made.status, made.body["amount_cents"], made.body["card_id"]) == (201, 20000, card)
    first, second = await paid(program, made), await paid(program, made, "P2")
    assert (first["share_cents"], second["share_cents"]) == (12000, 8000)
    assert first["amount_cents"] == second["amount_cents"] == 20000
    assert [(await program.get(f"/patients/{one}/balance")).body["balance_cents"] for one in ("P1", "P2")] == [6450, 0]
    receipts = [row for row in program.house.rows(outbox) if row.message == "charge/receipt"]
    assert sorted((row.person_ids, row.values["amount_cents"]) for row in receipts) == [
        ([program.house.ids["P1"]], 12000),
        ([program.house.ids["P2"]], 8000),
    ]


async def test_a_child_may_be_charged_to_the_card_of_who_pays_for_them(program: Program) -> None:
    card = await family(program)
    assert (await charge(program, 8000, "P2")).status == 409  # of age, they answer for themselves
    young = update(people).where(people.c.patient_id == "P2").values(birth_date=date(2015, 1, 1))
    program.house.write(lambda conn: conn.execute(young))
    made = await charge(program, 8000, "P2")
    assert (made.status, made.body["card_id"]) == (201, card)
    assert (await paid(program, made, "P2"))["state"] == "paid"


@pytest.mark.parametrize(
    "shares,field",
    [
        ([("P1", 18451)], "shares.0.amount_cents"),
        ([("P1", 100), ("P2", 8001)], "shares.1.amount_cents"),
        ([("P1", 100), ("P1", 100)], "shares.1.patient_id"),
        ([("P1", 0)], "shares.0.amount_cents"),
        ([], "shares"),
    ],
)
async def test_shares_that_cannot_be(program: Program, shares: list[tuple[str, int]], field: str) -> None:
    await family(program)
    told = [{"patient_id": patient, "amount_cents": cents} for patient, cents in shares]
    made = await program.post("/family-payments", {"guarantor_id": "P1", "shares": told})
    assert (made.status, list(made.fields)) == (422, [field])
    assert program.house.rows(payments) == []


async def test_nobody_pays_for_strangers(program: Program) -> None:
    await save_card(program)
    shares = [{"patient_id": "P2", "amount_cents": 100}]
    made = await program.post("/family-payments", {"guarantor_id": "P1", "shares": shares})
    assert (made.status, made.fields) == (422, {"shares.0.patient_id": "is nobody whom the guarantor pays for"})


async def test_removed_it_is_gone_for_good(program: Program) -> None:
    card = await save_card(program)
    path = f"/patients/P1/cards/{card}"
    removed = await program.ask("DELETE", path)
    assert (removed.status, removed.body) == (200, {"card_id": card, "removed": True})
    assert (await program.ask("DELETE", path)).status == 404
    assert (await program.get("/patients/P1/cards")).body["items"] == []
    assert (await charge(program)).body["reason"] == "no_card"
    program.house.clock.forward(seconds=11)
    await program.house.until(lambda: program.house.rows(card_rows)[0].forgotten_at)


async def test_another_practice_has_none_of_it(program: Program) -> None:
    card = await save_card(program)
    other = program.of_other_practice()
    assert (await charge(other)).status == 404
    assert (await other.get("/patients/P1/cards")).status == 404
    assert (await other.ask("DELETE", f"/patients/P1/cards/{card}")).status == 404
    assert program.house.rows(card_rows)[0].removed_at is None


@pytest.mark.parametrize("owed,left", [(True, 18450), (False, 13450)])
async def test_a_refund_goes_back_to_the_card_and_is_told(program: Program, owed: bool, left: int) -> None:
    await save_card(program)
    made = await charge(program)
    await paid(program, made)
    payment_id = made.body["payment_id"]
    body = {"payment_id": payment_id, "amount_cents": 5000, "reason": "billed twice", "still_owed": owed}
    assert (await program.post("/refunds", body)).body["state"] == "asked"
    await program.house.until(lambda: [row.state for row in program.house.rows(refund_rows)] == ["done"])
    assert (await program.get("/patients/P1/balance")).body["balance_cents"] == left
    (shown,) = (await program.get("/patients/P1/payments")).body["items"]
    assert (shown["state"], shown["refunded_cents"]) == ("refunded", 5000)
    await program.house.until(lambda: "charge/refunded" in {row.message for row in program.house.rows(outbox)})
    events = [one["event"] for one in (await program.get("/patients/P1/history")).body["items"]]
    assert {"refund", "refund_asked", "payment", "card_saved"} <= set(events)
