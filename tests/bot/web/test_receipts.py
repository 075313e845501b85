"""Receipts: itemised for the person, bare for a phone, with what came back since, fit to be filed."""

import pytest

from bot.store.money_tables import refunds
from bot.store.tables import page_sessions
from tests.bot.web.house import House
from tests.bot.web.paying import begin, confirm, enter, itemise


async def paid(house: House) -> str:
    """The path of the receipt of $50.00."""
    itemise(house)
    await enter(house)
    return (await confirm(house, await begin(house, choice="part", amount="50"))).path


def prove(house: House, proof: int = 2) -> None:
    house.write(lambda conn: conn.execute(page_sessions.update().values(proof=proof)))


async def test_what_a_tax_file_needs(house: House) -> None:
    path = await paid(house)
    prove(house)
    page = await house.get(path)
    for told in ("Harbor Family Med", "1 Pier St, Seattle, WA", "206-555-0142", "HFM-20001", "Visa ····4242"):
        assert told in page.text
    for told in ("Anabrisa Quintanabar", "03/14/2026", "Dr. Okafor", "Harbor North", "Zebra examination", "$50.00"):
        assert told in page.text


async def test_a_phone_sees_the_sum_and_the_way_to_more(house: House) -> None:
    page = await house.get(await paid(house))
    assert "$50.00" in page.text
    assert "/pay/harbor/code" in page.text
    for told in ("Quintanabar", "Dr. Okafor", "Zebra"):
        assert told not in page.text


async def test_for_print_there_is_the_document_and_no_more(house: House) -> None:
    path = await paid(house)
    prove(house)
    page = await house.get(f"{path}?view=print")
    assert 'class="document"' in page.text
    assert "Zebra examination" in page.text
    assert "You now owe" not in page.text
    assert "<button" not in page.text.partition("<main")[2]
    assert "view=print" in page.text.partition("<main")[0]


@pytest.mark.parametrize("state,shown", [("done", True), ("pending", True), ("failed", False), ("asked", False)])
async def test_what_came_back(house: House, state: str, shown: bool) -> None:
    path = await paid(house)
    row = {
        "practice_id": 1,
        "payment_id": 1,
        "public_id": "r" * 32,
        "amount_cents": 2000,
        "reason": "too much",
        "still_owed": True,
        "state": state,
        "asked_by": "kim",
        "asked_at": house.clock(),
    }
    house.write(lambda conn: conn.execute(refunds.insert().values(row)))
    page = await house.get(path)
    assert ("-$20.00" in page.text) == shown
    assert ("$30.00" in page.text) == shown


@pytest.mark.parametrize("number", ["HFM-20002", "HFM-1", "X", "-", "HFM-20001-"])
async def test_receipts_that_are_none(house: House, number: str) -> None:
    await paid(house)
    assert (await house.get(f"/pay/harbor/receipts/{number}")).status == 404
