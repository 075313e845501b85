"""A patient was told that one of two equal payments is given back: the task says which, and it can be done."""

from sqlalchemy import update

from bot.store.money_tables import refunds
from bot.store.refunds import Refund
from bot.store.tables import payments
from bot.store.tables import tasks as task_rows
from tests.bot.test_refunds import told
from tests.bot.web.api.program import Program
from tests.bot.web.api.test_taken import balance, by_card, harbor_of, refund


async def test_the_task_names_what_the_refund_needs(program: Program) -> None:
    # Of a processor that is not at work here, so that no round is faster than this test.
    by_card(program, 6000)
    second = by_card(program, 6000)
    program.house.write(lambda conn: conn.execute(update(payments).values(processor="stripe")))
    await program.house.text("you charged me twice")
    program.house.clock.forward(seconds=5)
    await program.house.text(await program.house.code_from_mail())
    (task,) = (await program.get("/tasks")).body["items"]
    assert (task["kind"], task["patient_ids"], task["due_at"]) == (
        "refund_second_payment",
        ["P1"],
        "2026-05-09T00:00:00Z",
    )
    about = task["payment"]
    assert (about["payment_id"], about["reference"], about["amount_cents"]) == (second, "HFM-20002", 6000)
    assert about["left_cents"] == 6000
    before = await balance(program)
    assert (await refund(program, about["payment_id"], about["left_cents"])).status == 201
    done = await program.post(f"/tasks/{task['id']}/done")
    assert (done.status, done.body["payment"]["left_cents"]) == (201, 0)
    (row,) = program.house.rows(refunds)
    told(harbor_of(program), Refund(**row._mapping), at=program.house.clock())
    assert await balance(program) == before + 6000
    assert program.house.rows(task_rows)[0].done_at


async def test_other_tasks_name_no_payment(program: Program) -> None:
    await program.house.text("refund please")
    (task,) = (await program.get("/tasks")).body["items"]
    assert task["payment"] is None
