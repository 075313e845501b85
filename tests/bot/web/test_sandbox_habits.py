"""A checkout that answers late, twice, backwards or not at all comes to one posting."""

import pytest

from bot.store.tables import entries, payments
from tests.bot.web.house import House
from tests.bot.web.test_checkout import begin, confirm, enter, owes


@pytest.mark.parametrize("habit", ["twice", "late", "late_and_twice", "backwards", "silent"])
async def test_one_posting(house: House, habit: str) -> None:
    page = await house.post("/simulator/checkout", {"habit": habit})
    assert "selected" in page.text
    await enter(house)
    await confirm(house, await begin(house))
    house.clock.forward(seconds=61)
    await house.until(lambda: house.rows(payments)[0].state == "paid")
    assert owes(house) == 0
    assert len(house.rows(entries, entries.c.kind == "payment")) == 1


async def test_a_habit_that_is_none(house: House) -> None:
    assert (await house.post("/simulator/checkout", {"habit": "kind"})).status == 400
