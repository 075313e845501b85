"""Talks 4, 19 and 23 over the whole road: what is agreed in the thread is done on its day."""

from datetime import date

from sqlalchemy import Engine, select

from bot.desk.finishing import finish
from bot.plans import deciding
from bot.store.money_tables import plans as plans_table
from bot.store.money_tables import promises, reviews
from bot.store.tables import people, tasks
from conversations.events import CodeAcceptedOnPage
from tests.bot.plans.clinic import Clinic, at, open_clinic
from tests.harbor import event


async def prove(clinic: Clinic) -> None:
    """She types the code that was mailed."""
    await clinic.road.take(event(CodeAcceptedOnPage((clinic.person,)), "proved", clinic.talk(), clinic.clock()))


async def test_talk_4_a_plan_is_negotiated_approved_signed_and_charged(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 10)) as clinic:
        clinic.patient(30_000)
        await clinic.hear("balance")
        await prove(clinic)
        assert await clinic.hear("PLAN") == ["plan/offers"]
        await clinic.hear("i can only do 40 a month")
        await clinic.hear("ask")
        (plan,) = clinic.harbor.all(plans_table)
        assert (plan["state"], plan["waits"], plan["monthly_cents"], plan["count"]) == ("pending", "approval", 4000, 8)
        assert clinic.tasks() == ["plan_approval"]
        clinic.plan_id = plan["id"]
        desk = clinic.desk()
        clinic.write(lambda conn: deciding.approve(conn, desk, clinic.plan_id))
        assert clinic.said()[-1] == "plan_news/approved"
        assert clinic.harbor.rows(select(tasks.c.done_by)) == [{"done_by": "kim"}]
        await clinic.sign(await clinic.card())
        assert clinic.said()[-1] == "plan_news/signed"
        assert clinic.state == "active"
        for row in clinic.rows():
            await clinic.live_to(row["due_on"])
        amounts = [cents for _, cents in clinic.charged()]
        assert amounts == [4000] * 7 + [2000]
        assert (clinic.state, clinic.balance()) == ("closed", 0)


async def test_staff_refuse(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 10)) as clinic:
        clinic.patient(30_000)
        await clinic.hear("hello")
        clinic.propose(8, date(2026, 5, 15), waits="approval")
        desk = clinic.desk()
        clinic.write(lambda conn: deciding.refuse(conn, desk, clinic.plan_id))
        assert (clinic.state, clinic.said()[-1]) == ("closed", "plan_news/refused")


async def test_talk_23_a_promise_is_told_on_its_day_and_kept(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 10)) as clinic:
        await promised(clinic)
        assert [row["amount_cents"] for row in clinic.harbor.all(promises)] == [5000, 13450]
        await clinic.live_to(date(2026, 5, 7))
        assert "promise_news/due" not in clinic.said()
        await clinic.go_to(at("2026-05-08", 8))
        assert "promise_news/due" not in clinic.said()
        await clinic.go_to(at("2026-05-08", 9))
        assert clinic.said().count("promise_news/due") == 1
        await paid(clinic, 5000)
        await clinic.live_to(date(2026, 5, 19))
        assert states(clinic) == ["kept", "open"]
        await clinic.live_to(date(2026, 5, 20))
        assert clinic.said().count("promise_news/due") == 2


async def test_a_promise_that_is_not_kept(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 10)) as clinic:
        await promised(clinic)
        await clinic.live_to(date(2026, 5, 9))
        assert states(clinic) == ["broken", "open"]
        assert clinic.said()[-1] == "promise_news/missed"
        await clinic.live_to(date(2026, 5, 21))
        assert states(clinic) == ["broken", "broken"]
        assert clinic.said()[-1] == "promise_news/missed_again"


async def test_a_day_on_which_the_server_was_down_is_told_later(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 10)) as clinic:
        await promised(clinic)
        await clinic.go_to(at("2026-05-10", 12))
        assert states(clinic) == ["told", "open"]
        await clinic.go_to(at("2026-05-11", 0))
        assert states(clinic) == ["broken", "open"]


async def test_a_newer_promise_replaces_the_older_one(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 10)) as clinic:
        await promised(clinic)
        await clinic.hear("i can pay everything on the 15th")
        await clinic.hear("set")
        assert states(clinic)[:2] == ["dropped", "dropped"]
        assert states(clinic)[2:] == ["open"]


async def test_talk_19_a_review_holds_reminders_until_its_task_is_done(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 10)) as clinic:
        clinic.patient(18450)
        await clinic.hear("balance")
        await prove(clinic)
        await clinic.hear("dispute")
        (review,) = clinic.harbor.all(reviews)
        assert review["number"].startswith("D-")
        paused = select(people.c.notices_paused_reason)
        assert clinic.harbor.rows(paused) == [{"notices_paused_reason": "review"}]
        task = clinic.harbor.all(tasks)[0]
        clinic.write(lambda conn: finish(conn, clinic.harbor.practice_id, task["id"], "staff:1", clinic.clock()))
        assert clinic.harbor.all(reviews)[0]["closed_at"] == clinic.clock()
        assert clinic.harbor.rows(paused) == [{"notices_paused_reason": None}]


async def promised(clinic: Clinic) -> None:
    """Fifty on Friday and the rest on the 20th."""
    clinic.patient(18450)
    await clinic.hear("balance")
    await prove(clinic)
    await clinic.hear("i get paid friday can i do 50 then and the rest on the 20th")
    await clinic.hear("set")


async def paid(clinic: Clinic, cents: int) -> None:
    """She pays on the page."""
    await clinic.bank_says(await clinic.pays_by_hand(cents), cents)


def states(clinic: Clinic) -> list[str]:
    return [row["state"] for row in clinic.harbor.all(promises)]
