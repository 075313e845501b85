"""Installments on their days: month ends, leap years, clock changes, a server that was down, two servers at once."""

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from tests.bot.plans.clinic import at, open_again, open_clinic


async def test_the_last_day_of_each_month(engine: Engine) -> None:
    async with open_clinic(engine, at("2027-12-20", 12)) as clinic:
        await clinic.begin(12, date(2027, 12, 31), owes=36_000)
        rows = clinic.rows()
        for row in rows:
            await clinic.go_to(at(row["due_on"] - timedelta(days=3)))
            await clinic.go_to(at(row["due_on"]))
        days = [day for day, _ in clinic.charged()]
        assert [day[:5] for day in days] == [
            "12/31", "01/31", "02/29", "03/31", "04/30", "05/31", "06/30", "07/31", "08/31", "09/30", "10/31", "11/30",
        ]  # fmt: skip
        assert {day[6:] for day in days} == {"09:00"}
        assert (clinic.state, clinic.balance()) == ("closed", 0)
        assert clinic.said().count("plan_news/coming") == 12
        assert clinic.said().count("charge/plan_paid") == 12


async def test_february_without_a_leap_day(engine: Engine) -> None:
    async with open_clinic(engine, at("2027-01-20", 12)) as clinic:
        await clinic.begin(3, date(2027, 1, 31))
        for row in clinic.rows():
            await clinic.go_to(at(row["due_on"] - timedelta(days=3)))
            await clinic.go_to(at(row["due_on"]))
        assert [day for day, _ in clinic.charged()] == ["01/31 09:00", "02/28 09:00", "03/31 09:00"]


@pytest.mark.parametrize("day", [date(2026, 3, 8), date(2026, 11, 1)])
async def test_the_clocks_change_that_night(engine: Engine, day: date) -> None:
    async with open_clinic(engine, at(day - timedelta(days=6), 12)) as clinic:
        await clinic.begin(2, day)
        await clinic.live_to(day + timedelta(days=2))
        assert clinic.charged() == [(f"{day:%m/%d} 09:00", 8000)]
        assert clinic.said().count("plan_news/coming") == 1


async def test_three_days_down_charge_once(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, date(2026, 5, 15))
        await clinic.live_to(date(2026, 5, 14))
        await clinic.go_to(at("2026-05-17", 3))  # back in the night: nobody is charged before the morning
        assert clinic.charged() == []
        await clinic.go_to(at("2026-05-17", 9))
        await clinic.live_to(date(2026, 5, 20))
        assert clinic.charged() == [("05/17 09:00", 8000)]


async def test_what_nobody_heard_of_is_announced_first(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, date(2026, 5, 15))
        await clinic.go_to(at("2026-05-16", 14))
        assert clinic.charged() == []
        assert clinic.said().count("plan_news/coming") == 1
        await clinic.live_to(date(2026, 5, 20))
        assert clinic.charged() == [("05/19 09:00", 8000)]


async def test_a_word_that_waits_in_the_outbox_is_not_heard(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, date(2026, 5, 15))
        clinic._deliver = lambda: None  # type: ignore[method-assign]
        await clinic.live_to(date(2026, 5, 16))
        assert clinic.charged() == []


async def test_two_servers_charge_once(engine: Engine) -> None:
    async with open_clinic(engine, at("2026-05-06", 12)) as clinic:
        await clinic.begin(2, date(2026, 5, 15))
        async with open_again(clinic.harbor, clinic.clock) as other:
            for moment in (at("2026-05-12"), at("2026-05-15"), at("2026-06-12"), at("2026-06-15")):
                clinic.clock.forward(seconds=(moment - clinic.clock()).total_seconds())
                await asyncio.gather(*(each.schedule.look() for each in (clinic, other) for _ in range(3)))
                clinic._deliver()
                await asyncio.gather(*(each.charging.look() for each in (clinic, other)))
                await clinic.settle()
        assert [cents for _, cents in clinic.charged()] == [8000, 8000]
        assert clinic.said().count("plan_news/coming") == 2
        assert clinic.said().count("charge/plan_paid") == 2
        assert clinic.balance() == 0
