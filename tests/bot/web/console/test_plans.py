"""Staff approve or refuse the plan that a patient asks for, from the list of tasks."""

from datetime import date

import pytest

from bot.store import plans, tasks
from bot.store.money_tables import plans as plans_table
from bot.store.plans import NewPlan
from bot.store.staff import Role
from bot.store.tables import audit, outbox
from tests.bot.web.console.desk import Desk, words
from tests.bot.web.house import ANA, NOON


async def ask(desk: Desk) -> int:
    """A patient asked for terms that need approval."""
    await desk.house.text("hello")
    person, talk = desk.house.ids["P1"], desk.house.talk(ANA)
    new = NewPlan(1, person, talk, 18450, 0, 18450, 3000, 7, date(2026, 5, 15), plans.APPROVAL, "patient", NOON)
    plan_id: int = desk.house.write(lambda conn: plans.propose(conn, new))
    desk.house.write(
        lambda conn: tasks.open_task(
            conn, kind=plans.APPROVAL_TASK, opened_at=NOON, practice_id=1, conversation_id=talk, person_ids=(person,)
        )
    )
    return plan_id


@pytest.mark.parametrize(
    "decision,said,state,message",
    [
        ("approve", "Approved. The patient is asked to sign.", "pending", "plan_news/approved"),
        ("refuse", "Refused. The patient was told.", "closed", "plan_news/refused"),
    ],
)
async def test_a_plan_is_decided_on(desk: Desk, decision: str, said: str, state: str, message: str) -> None:
    plan_id = await ask(desk)
    await desk.enter()
    page = await desk.house.get("/console/tasks")
    assert "$184.50 in 7 payments of $30.00, from 05/15/2026" in words(page)
    path = f"/console/plans/{plan_id}/{decision}"
    assert f'action="{path}"' in page.text
    told = words(await desk.house.post(path))
    assert said in told
    assert "Nothing is to be done." in told
    assert desk.house.rows(plans_table)[0].state == state
    assert desk.house.rows(outbox)[-1].message == message
    assert len(desk.house.rows(audit, audit.c.what == f"plan_{decision}")) == 1
    assert "no longer waits for approval" in words(await desk.house.post(path))
    assert (await desk.house.post("/console/plans/999/approve")).status == 404


async def test_auditors_decide_nothing(desk: Desk) -> None:
    plan_id = await ask(desk)
    await desk.enter("ana@audit.example", Role.AUDITOR)
    assert "Approve plan" not in words(await desk.house.get("/console/tasks"))
    assert (await desk.house.post(f"/console/plans/{plan_id}/approve")).status == 403
