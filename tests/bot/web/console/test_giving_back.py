"""A payment that came twice: the task names it, and one press gives it back."""

import pytest

from bot.app import ENGINE
from bot.store import tasks
from bot.store.money_tables import refunds
from bot.store.staff import Role
from bot.store.tables import audit, payments
from bot.store.tables import tasks as task_rows
from bot.web import keys
from tests.bot.taken import pay
from tests.bot.web.console.desk import Desk, words
from tests.bot.web.house import NOON
from tests.harbor import Harbor


def taken(desk: Desk, kind: str = "refund_second_payment") -> int:
    """A task about a payment of $60.00."""
    person = desk.house.ids["P1"]
    house = desk.house.app
    pay(Harbor(house[ENGINE], house[keys.WORLD], 1), person, cents=6000)
    (row,) = desk.house.rows(payments)
    desk.house.write(
        lambda conn: tasks.open_task(
            conn, kind=kind, opened_at=NOON, practice_id=1, person_ids=(person,), due_at=NOON, payment_id=row.id
        )
    )
    return int(desk.house.rows(task_rows)[0].id)


async def test_one_press(desk: Desk) -> None:
    task = taken(desk)
    await desk.enter()
    page = await desk.house.get("/console/tasks")
    assert "Receipt HFM-20001, $60.00, Visa 4242, 05/06/2026" in words(page)
    assert "Was told that one of two equal payments is given back" in words(page)
    assert "Give back $60.00" in words(page)
    path = f"/console/tasks/{task}/refund"
    told = words(await desk.house.post(path))
    assert "The refund is on its way to the card." in told
    assert "Nothing is to be done." in told
    assert "Nothing was given back" in words(await desk.house.post(path))
    (row,) = desk.house.rows(refunds)
    assert (row.amount_cents, row.reason, row.still_owed) == (6000, "taken twice", True)
    assert len(desk.house.rows(audit, audit.c.what == "payment_given_back")) == 1
    assert (await desk.house.post("/console/tasks/999/refund")).status == 404


@pytest.mark.parametrize("kind", ["dispute_opened", "payment_in_doubt"])
async def test_other_tasks_name_their_payment_and_give_nothing_back(desk: Desk, kind: str) -> None:
    task = taken(desk, kind)
    await desk.enter()
    page = words(await desk.house.get("/console/tasks"))
    assert "Receipt HFM-20001" in page
    assert "Give back" not in page
    await desk.house.post(f"/console/tasks/{task}/refund")
    assert desk.house.rows(refunds) == []


async def test_auditors_give_nothing_back(desk: Desk) -> None:
    task = taken(desk)
    await desk.enter("ana@audit.example", Role.AUDITOR)
    assert "Give back" not in words(await desk.house.get("/console/tasks"))
    assert (await desk.house.post(f"/console/tasks/{task}/refund")).status == 403
