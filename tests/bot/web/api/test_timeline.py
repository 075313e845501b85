"""The timeline of a patient, and asking them for a payment by every rule there is."""

from typing import Any

import pytest
from sqlalchemy import update

from bot.store.money_tables import refunds
from bot.store.refunds import Refund
from bot.store.tables import addresses, links, outbox, payments, people
from tests.bot.test_refunds import told
from tests.bot.web.api.program import Program, Reply
from tests.bot.web.api.test_taken import CASH, by_card, harbor_of, refund
from tests.bot.web.house import ANA


async def lines(program: Program, patient: str = "P1", query: str = "") -> list[Any]:
    return list((await program.get(f"/patients/{patient}/history{query}")).body["items"])


async def ask(program: Program, channel: str = "text", **more: Any) -> Reply:
    return await program.post("/payment-requests", {"patient_id": "P1", "channel": channel} | more)


async def test_the_balance_runs_from_line_to_line(program: Program) -> None:
    program.house.clock.forward(minutes=1)
    await program.post("/payments", CASH)
    program.house.clock.forward(minutes=1)
    body = {"charge_id": "C2", "kind": "write_off", "amount_cents": 450, "reason": "hardship"}
    made = (await program.post("/adjustments", body)).body
    program.house.clock.forward(minutes=1)
    await program.post(f"/adjustments/{made['id']}/undo", {"reason": "wrong visit"})
    shown = await lines(program)
    told_so = [(one["event"], one["amount_cents"], one["balance_cents"], one["status"], one["why"]) for one in shown]
    assert told_so == [
        ("undone", 450, 13450, "posted", "wrong visit"),
        ("write_off", -450, 13000, "undone", "hardship"),
        ("payment_elsewhere", -5000, 13450, "posted", "cash 2026-05-01"),
        ("charge", 6450, 18450, "posted", None),
        ("charge", 12000, 12000, "posted", None),
    ]
    assert [one["change_cents"] for one in shown] == [450, -450, -5000, 6450, 12000]
    assert [one["text"] for one in shown[:3]] == [
        "Taken back: +$4.50 (write off, C2)",
        "$4.50 written off (C2)",
        "Payment of $50.00 taken at the office (X1)",
    ]
    assert all(one["plan_id"] is None for one in shown)


async def test_a_refund_shows_when_it_was_asked_for_and_when_it_came(program: Program) -> None:
    program.house.clock.forward(minutes=1)
    payment_id = by_card(program)
    # Of a processor that is not at work here, so that no round is faster than this test.
    program.house.write(lambda conn: conn.execute(update(payments).values(processor="stripe")))
    program.house.clock.forward(minutes=1)
    await refund(program, payment_id, 2500, owed=False)
    (row,) = program.house.rows(refunds)
    told(harbor_of(program), Refund(**row._mapping), at=program.house.clock())
    shown = {one["event"]: one for one in await lines(program)}
    assert shown["payment"]["text"] == "Payment of $120.00 (Visa 4242, receipt HFM-20001)"
    assert (shown["refund_asked"]["amount_cents"], shown["refund_asked"]["why"]) == (2500, "billed twice")
    assert shown["refund_asked"]["text"].endswith("(receipt HFM-20001, not owed any more)")
    assert (shown["refund"]["amount_cents"], shown["refund"]["balance_cents"]) == (2500, 6450)
    assert (shown["refund"]["change_cents"], shown["refund"]["text"]) == (0, "Refund of $25.00 (receipt HFM-20001)")


async def test_an_overpayment_that_is_credited_names_its_sum(program: Program) -> None:
    await program.post("/payments", CASH | {"charge_id": "C1", "amount_cents": 12000})
    body = {"patient_id": "P1", "service_date": "2026-03-14", "patient_owes_cents": 10000}
    await program.put("/charges/C1", body)
    made = await program.post(
        "/adjustments", {"charge_id": "C1", "kind": "credit", "amount_cents": 2000, "reason": "x"}
    )
    await program.post(f"/adjustments/{made.body['id']}/undo", {})
    told = [(one["text"], one["amount_cents"], one["change_cents"]) for one in (await lines(program))[:2]]
    assert told == [("Taken back: +$20.00 (credit, C1)", 2000, 0), ("$20.00 credited (C1)", -2000, 0)]


async def test_the_timeline_is_walked_without_gaps_or_repeats(program: Program) -> None:
    for n in range(6):
        await program.post("/payments", CASH | {"payment_id": f"X{n}", "amount_cents": 100})  # all of one moment
    await ask(program)
    await program.house.until(lambda: program.house.rows(links))
    await program.post("/pay-links", {"patient_id": "P1", "amount_cents": 5000})
    whole = [one["id"] for one in await lines(program)]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        piece = (await program.get("/patients/P1/history?limit=3" + (f"&cursor={cursor}" if cursor else ""))).body
        seen += [one["id"] for one in piece["items"]]
        cursor = piece["next"]
    assert seen == whole
    assert len(set(seen)) == 11


async def test_requests_and_links_are_in_it(program: Program) -> None:
    await ask(program, amount_cents=5000)
    await program.post("/pay-links", {"patient_id": "P1", "amount_cents": 4000})
    shown = {one["event"]: one for one in await lines(program)}
    assert shown["payment_request"]["text"] == "Payment requested: $50.00 (by text)"
    assert shown["payment_request"]["status"] in {"queued", "sending", "sent", "delivered"}
    assert (shown["link_made"]["amount_cents"], shown["link_made"]["text"]) == (4000, "Pay link made: $40.00 (by api)")


@pytest.mark.parametrize("channel", ["text", "email"])
async def test_a_request_reaches_the_patient(program: Program, channel: str) -> None:
    made = await ask(program, channel, amount_cents=5000)
    assert (made.status, made.body["status"], made.body["held_by"]) == (201, "queued", None)
    (row,) = program.house.rows(outbox)
    assert (made.body["id"], row.notice_of, row.link["amount_cents"]) == (
        f"out-{row.id}",
        program.house.ids["P1"],
        5000,
    )
    await program.house.until(lambda: program.house.rows(outbox)[0].state in {"sent", "delivered"})


async def test_at_night_it_waits(program: Program) -> None:
    program.house.clock.forward(hours=12)
    made = await ask(program)
    assert (made.body["status"], made.body["held_by"]) == ("held", "hours")
    assert made.body["id"].startswith("out-")


@pytest.mark.parametrize(
    "columns,rule",
    [({"consent": "none"}, "no_consent"), ({"consent": "revoked"}, "opted_out"), ({"problem": "landline"}, "landline")],
)
async def test_a_rule_holds_it_back(program: Program, columns: dict[str, Any], rule: str) -> None:
    mine = addresses.c.address == ANA
    program.house.write(lambda conn: conn.execute(update(addresses).where(mine).values(columns)))
    made = await ask(program)
    assert (made.status, made.body["status"], made.body["held_by"]) == (201, "held", rule)
    assert made.body["id"].startswith("in-")
    assert program.house.rows(outbox) == []


async def test_the_caps_hold_for_requests_too(program: Program) -> None:
    assert (await ask(program)).body["status"] == "queued"
    assert (await ask(program)).body["held_by"] == "day_cap"


async def test_without_an_address_there_is_nothing_to_send_to(program: Program) -> None:
    await program.put("/patients/P9", {"first_name": "Bo", "last_name": "Li"})
    made = await ask(program, patient_id="P9")
    assert (made.status, made.body) == (201, {"id": "", "status": "held", "held_by": "no_address"})


async def test_who_owes_nothing_is_not_asked(program: Program) -> None:
    made = await ask(program, patient_id="P3")
    assert (made.body["status"], made.body["held_by"]) == ("held", "no_balance")


@pytest.mark.parametrize(
    "wrong,field",
    [
        ({"amount_cents": 18451}, "amount_cents"),
        ({"amount_cents": 2499}, "amount_cents"),
        ({"amount_cents": 5000, "plan": True}, "amount_cents"),
        ({"patient_id": "P2", "amount_cents": 8001}, "amount_cents"),
        ({"channel": "fax"}, "channel"),
    ],
)
async def test_what_cannot_be_asked_for(quick: Program, wrong: dict[str, Any], field: str) -> None:
    reply = await ask(quick, **wrong)
    assert (reply.status, list(reply.fields)) == (422, [field])
    assert quick.house.rows(outbox) == []


async def test_a_plan_is_offered_where_the_balance_is_large_enough(program: Program) -> None:
    assert (await ask(program, plan=True)).body["status"] == "queued"
    (row,) = program.house.rows(outbox)
    assert row.message == "notice/plan_offered"
    small = {"patient_id": "P3", "service_date": "2026-03-14", "patient_owes_cents": 4000}
    await program.put("/charges/C9", small)
    assert list((await ask(program, patient_id="P3", plan=True)).fields) == ["plan"]


async def test_another_practice_asks_nobody_here(program: Program) -> None:
    other = program.of_other_practice()
    assert (await ask(other)).status == 404
    assert (await other.get("/patients/P1/history")).status == 404


async def test_a_death_silences_requests(program: Program) -> None:
    program.house.write(lambda conn: conn.execute(update(people).values(died="reported")))
    assert (await ask(program)).body["held_by"] == "deceased"
