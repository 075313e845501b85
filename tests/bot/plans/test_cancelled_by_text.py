"""CANCEL in a text ends the texts and holds the plan; a mail says so, and staff are asked."""

from datetime import date

from sqlalchemy import Engine

from bot.store.tables import outbox
from tests.bot.plans.clinic import at, open_clinic


async def test_cancel_holds_the_plan_and_is_confirmed_by_mail(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, date(2026, 5, 15))
        assert await clinic.hear("CANCEL") == ["consent/stopped", "consent/plan_held"]
        confirmed = clinic.harbor.all(outbox)[-1]
        assert (confirmed["channel"], confirmed["person_ids"]) == ("email", [clinic.person])
        assert "plan_cancel_asked" in clinic.tasks()
        await clinic.live_to(date(2026, 6, 30))
        assert clinic.charged() == []


async def test_the_plan_that_is_meant_is_held_and_the_texts_go_on(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, date(2026, 5, 15))
        assert await clinic.hear("stop the payments") == ["consent/texts_or_plan"]
        assert await clinic.hear("plan") == ["consent/plan_meant", "consent/plan_held"]
        await clinic.live_to(date(2026, 5, 30))
        assert clinic.charged() == []


async def test_a_plan_called_off_by_its_name_is_held_at_once(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, date(2026, 5, 15))
        assert await clinic.hear("cancel my plan") == ["called_off/plan_held", "consent/plan_held"]
        assert "plan_hold_asked" in clinic.tasks()
        await clinic.live_to(date(2026, 5, 30))
        assert clinic.charged() == []


async def test_whoever_asks_to_pay_instead_of_answering_the_question_is_answered(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, date(2026, 5, 15))
        assert await clinic.hear("stop the payments") == ["consent/texts_or_plan"]
        assert await clinic.hear("pay") == ["consent/texts_stay", "pay/link"]
        states = {row["state"] for row in clinic.harbor.all(outbox) if row["channel"] == "text"}
        assert not states & {"dropped", "held"}
