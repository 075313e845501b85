"""Who has turned eighteen answers for their own bills: nobody else's phone opens them, nobody else's card pays them."""

from datetime import date

import pytest
from sqlalchemy import Connection

from bot.paying.saved_cards.by_staff import CannotChargeError, Wanted, charge
from bot.plans.reaching import way_to
from bot.store import plans
from bot.store.money_tables import cards as card_rows
from bot.store.money_tables import mandates
from bot.store.tables import guarantors, people
from bot.web import keys
from tests.bot.web.house import SHARED, House
from tests.bot.web.paying import begin, confirm, enter, plan, saved

EIGHTEEN, SEVENTEEN = date(2008, 5, 6), date(2008, 5, 7)
"""On the day of these tests."""


def born(house: House, day: date) -> None:
    """P1 was, and P2 is their guarantor."""

    def file(conn: Connection) -> None:
        conn.execute(people.update().where(people.c.id == house.ids["P1"]).values(birth_date=day))
        named = {"person_id": house.ids["P1"], "guarantor_id": house.ids["P2"]}
        conn.execute(guarantors.insert().values(named))

    house.write(file)


@pytest.mark.parametrize("day, whose", [(EIGHTEEN, "P1"), (SEVENTEEN, "P2")])
async def test_a_card_belongs_to_who_answers_for_the_bill(house: House, day: date, whose: str) -> None:
    born(house, day)
    await enter(house, proof=2)
    await confirm(house, await begin(house, choice="part", amount="50", keep="yes"))
    assert [row.person_id for row in house.rows(card_rows)] == [house.ids[whose]]
    assert {row.person_id for row in house.rows(mandates)} == {house.ids[whose]}


@pytest.mark.parametrize("day, charged", [(EIGHTEEN, False), (SEVENTEEN, True)])
async def test_the_practice_charges_a_guarantors_card_for_minors_only(house: House, day: date, charged: bool) -> None:
    born(house, day)
    saved(house, "P2")
    world, wanted = house.app[keys.WORLD], Wanted({house.ids["P1"]: 1000}, "staff")
    practice = house.write(lambda conn: world.practices.by_slug(conn, "harbor"))
    if charged:
        _, card = house.write(lambda conn: charge(conn, world, practice, wanted, house.clock()))
        assert card.person_id == house.ids["P2"]
    else:
        with pytest.raises(CannotChargeError, match="no saved card"):
            house.write(lambda conn: charge(conn, world, practice, wanted, house.clock()))


@pytest.mark.parametrize("day, opens", [(EIGHTEEN, False), (SEVENTEEN, True)])
async def test_a_link_on_the_guarantors_phone(house: House, day: date, opens: bool) -> None:
    born(house, day)
    house.write(lambda conn: conn.exec_driver_sql("DELETE FROM person_addresses WHERE person_id = 3"))
    page = await house.post(f"/p/{house.link('P1', phone=SHARED)}")
    assert ("$184.50" in page.text) is opens


async def test_news_of_their_plan_go_to_nobody_else(house: House) -> None:
    born(house, EIGHTEEN)
    house.write(lambda conn: conn.exec_driver_sql("DELETE FROM person_addresses WHERE person_id = 1"))
    theirs, world = plan(house), house.app[keys.WORLD]

    def way(conn: Connection) -> int | None:
        practice, about = world.practices.by_slug(conn, "harbor"), plans.find(conn, theirs)
        assert practice
        assert about
        return way_to(conn, practice, about, house.clock(), simulated=True)

    assert house.write(way) is None
