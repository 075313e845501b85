"""Plans for programs: set up, approved, sent, activated, paused, cancelled, printed; and what the policy forbids."""

from typing import Any

import pytest

from bot.practice_file import parse_practice
from bot.practices import apply
from bot.store.money_tables import plan_events, plans
from bot.store.tables import outbox, tasks
from bot.web import keys
from tests.bot.web.api.program import Program
from tests.bot.web.house import FILE, NOON
from tests.bot.web.paying import enter

ASKED = {"patient_id": "P1", "installments": 3, "first_on": "2026-05-15"}


def agree(program: Program, **policy: Any) -> None:
    """The practice decides otherwise about plans."""
    program.house.write(lambda conn: apply(conn, parse_practice(FILE | {"policy": {"plans": policy}}), NOON))
    program.house.app[keys.WORLD].practices.forget()


def said(program: Program) -> list[str]:
    return [row.message for row in program.house.rows(outbox)]


async def test_the_life_of_a_plan(program: Program) -> None:
    made = await program.post("/plans", ASKED)
    assert made.status == 201
    plan = made.body
    assert (plan["state"], plan["waits_for"], plan["balance_cents"]) == ("pending", "approval", 18450)
    assert (plan["monthly_cents"], plan["installments"], plan["option"]) == (6150, 3, "3 monthly payments")
    assert (plan["next_on"], plan["next_cents"], plan["remaining_cents"]) == ("2026-05-15", 6150, 18450)
    assert said(program) == []
    approved = await program.post(f"/plans/{plan['id']}/approve")
    assert (approved.status, approved.body["waits_for"]) == (201, "signature")
    assert said(program) == ["plan_news/approved"]
    assert (await program.post(f"/plans/{plan['id']}/approve")).status == 409
    assert (await program.post(f"/plans/{plan['id']}/send")).status == 201
    active = await program.post(f"/plans/{plan['id']}/activate")
    assert (active.body["state"], active.body["payment_method"], active.body["signed_name"]) == (
        "active",
        None,
        "on paper",
    )
    days = [(one["due_on"], one["amount_cents"], one["state"]) for one in active.body["schedule"]]
    assert days == [("2026-05-15", 6150, "waiting"), ("2026-06-15", 6150, "waiting"), ("2026-07-15", 6150, "waiting")]
    paused = await program.post(f"/plans/{plan['id']}/pause")
    assert (paused.body["state"], paused.body["paused"]) == ("dormant", True)
    assert (await program.post(f"/plans/{plan['id']}/activate")).body["state"] == "active"
    ended = await program.post(f"/plans/{plan['id']}/cancel")
    assert (ended.body["state"], ended.body["ended_why"]) == ("closed", "cancelled")
    assert {one["state"] for one in ended.body["schedule"]} == {"dropped"}
    assert (await program.post(f"/plans/{plan['id']}/cancel")).status == 409
    told = [row.what for row in program.house.rows(plan_events)]
    assert told == ["proposed", "approved", "sent", "activated", "paused", "resumed", "cancelled"]


async def test_the_agreement_is_there_to_print(quick: Program) -> None:
    made = await quick.post("/plans", ASKED | {"discount_cents": 450})
    shown = await quick.get(f"/plans/{made.body['id']}")
    text = shown.body["agreement"]
    for line in ("Encounter balance: $184.50", "Discount: $4.50", "Balance due: $180.00", "1. 05/15/2026: $60.00"):
        assert line in text
    assert "TRUTH IN LENDING" not in text
    assert shown.body["total_cents"] == 18000


async def test_a_discount_is_given_when_the_plan_begins(quick: Program) -> None:
    made = await quick.post("/plans", ASKED | {"discount_cents": 450})
    await quick.post(f"/plans/{made.body['id']}/activate")
    assert (await quick.get("/patients/P1/balance")).body["balance_cents"] == 18000


@pytest.mark.parametrize(
    "terms,field",
    [
        ({"installments": 5}, "installments"),
        ({"installments": 1}, "installments"),
        ({"installments": 0}, "installments"),
        ({"installments": 3, "monthly_cents": 5000}, "installments"),
        ({"monthly_cents": 2499}, "monthly_cents"),
        ({"monthly_cents": 3000}, "monthly_cents"),
        ({"monthly_cents": 40.0}, "monthly_cents"),
        ({"discount_cents": 18450}, "discount_cents"),
        ({"first_on": "2026-05-05"}, "first_on"),
        ({"first_on": "2026-12-24"}, "first_on"),
        ({"first_on": "soon"}, "first_on"),
    ],
)
async def test_terms_outside_the_policy(quick: Program, terms: dict[str, object], field: str) -> None:
    body = {"patient_id": "P1", "first_on": "2026-05-15"} | terms
    reply = await quick.post("/plans", body)
    assert (reply.status, list(reply.fields)) == (422, [field])
    assert not quick.house.rows(plans)


async def test_more_than_four_installments_are_a_matter_of_law(quick: Program) -> None:
    agree(quick, installments_with_approval=12, truth_in_lending=True)
    made = await quick.post("/plans", ASKED | {"installments": 7})
    assert made.status == 201
    text = made.body["agreement"]
    assert "TRUTH IN LENDING DISCLOSURE" in text
    assert "ANNUAL PERCENTAGE RATE (the cost of your credit as a yearly rate): 0%" in text
    assert "Total of payments (what you will have paid after all payments): $184.50" in text


async def test_staff_may_agree_to_other_terms(quick: Program) -> None:
    made = await quick.post("/plans", ASKED)
    other = {"monthly_cents": 5000, "first_on": "2026-06-01"}
    reply = await quick.post(f"/plans/{made.body['id']}/approve", other)
    assert (reply.body["installments"], reply.body["monthly_cents"], reply.body["first_on"]) == (4, 5000, "2026-06-01")
    assert [row.values["first_on"] for row in quick.house.rows(outbox)] == ["2026-06-01"]


async def test_a_second_draft_replaces_the_first(quick: Program) -> None:
    first = await quick.post("/plans", ASKED)
    await quick.post("/plans", ASKED | {"installments": 2})
    assert (await quick.get(f"/plans/{first.body['id']}")).body["ended_why"] == "replaced"


async def test_the_patient_hears_of_no_draft(program: Program) -> None:
    plan = (await program.post("/plans", ASKED)).body
    await enter(program.house, "P1", proof=2)
    page = await program.house.get("/pay/harbor/balance")
    assert "3 monthly payments" not in page.text
    assert (await program.house.get(f"/pay/harbor/agreements/{plan['id']}")).status == 404
    await program.house.text("PLAN")
    program.house.clock.forward(seconds=5)
    said_to_them = await program.house.text(await program.house.code_from_mail())
    assert "approval" not in said_to_them
    assert "Plans for $184.50" in said_to_them
    await program.post(f"/plans/{plan['id']}/approve")
    assert (await program.house.get(f"/pay/harbor/agreements/{plan['id']}")).status == 200


async def test_nobody_has_two_plans_that_run(quick: Program) -> None:
    made = await quick.post("/plans", ASKED)
    await quick.post(f"/plans/{made.body['id']}/activate")
    assert (await quick.post("/plans", ASKED)).status == 409


async def test_what_another_practice_has_is_not_there(quick: Program) -> None:
    made = await quick.post("/plans", ASKED)
    other = quick.of_other_practice()
    for path in (f"/plans/{made.body['id']}", "/plans/0", "/plans/x", f"/plans/{2**70}"):
        assert (await other.get(path)).status == 404
    assert (await other.post(f"/plans/{made.body['id']}/cancel")).status == 404
    assert (await other.post("/plans", ASKED)).status == 404


async def test_pressed_twice_with_one_key(quick: Program) -> None:
    made = await quick.post("/plans", ASKED, again="once")
    assert (await quick.post("/plans", ASKED, again="once")).body == made.body
    assert len(quick.house.rows(plans)) == 1


async def test_a_task_is_done_once(program: Program) -> None:
    await program.house.text("refund please")
    listed = await program.get("/tasks")
    (task,) = listed.body["items"]
    assert task["done_at"] is None
    done = await program.post(f"/tasks/{task['id']}/done")
    assert (done.status, done.body["done_by"]) == (201, program.house.rows(tasks)[0].done_by)
    assert (await program.post(f"/tasks/{task['id']}/done")).body == done.body
    assert (await program.get("/tasks")).body["items"] == []
    assert (await program.post("/tasks/999/done")).status == 404
