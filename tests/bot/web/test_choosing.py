"""What is paid and with what: visits, parts and cards as they were chosen, and nothing that was not."""

import asyncio
from typing import Any

import pytest

from bot.paying.saved_cards import by_staff
from bot.paying.saved_cards.by_staff import CannotChargeError, Wanted
from bot.store import card_charges as orders
from bot.store import ledger
from bot.store.ledger import Entry, Posting
from bot.store.money_tables import card_charges, cards, mandates
from bot.store.tables import encounters, entries, payment_holds, payments, people, postings
from bot.web import keys
from tests.bot.web.house import House
from tests.bot.web.paying import CHECKOUT, begin, confirm, enter, saved, the_card

ENTERED = [("choice", "visits"), ("step", "begin")]


def visit(house: House, name: str) -> str:
    """The key of a visit by the practice's own name for it."""
    (found,) = house.rows(encounters, encounters.c.encounter_id == name)
    return f"v{found.id}"


async def test_only_the_visit_that_was_ticked(house: House) -> None:
    await enter(house, proof=2)
    page = await house.post(CHECKOUT, [*ENTERED, ("visit", visit(house, "E2"))])
    assert "Pay $64.50" in page.text
    await confirm(house, page)
    (paid,) = house.rows(payments)
    assert paid.amount_cents == 6450
    (entry,) = house.rows(entries, entries.c.kind == "payment")
    lines = house.rows(postings, postings.c.entry_id == entry.id, postings.c.account == "receivable")
    assert [(line.charge_id, line.cents) for line in lines] == [(2, -6450)]


@pytest.mark.parametrize("ticks", [[], ["v999"], ["x"], ["v1", "v999"], ["x" * 500], ["v1'; --"]])
async def test_visits_that_are_nobodys(house: House, ticks: list[str]) -> None:
    await enter(house, proof=2)
    answer = await house.post(CHECKOUT, [*ENTERED, *(("visit", one) for one in ticks)])
    assert answer.status in {400, 409}
    assert house.rows(payments) == []


async def test_a_visit_of_somebody_else(house: House) -> None:
    await enter(house, proof=2)
    answer = await house.post(CHECKOUT, [*ENTERED, ("visit", visit(house, "E3"))])
    assert answer.status == 409
    assert house.rows(payments) == []


async def test_the_same_visit_ticked_twice_is_paid_once(house: House) -> None:
    await enter(house, proof=2)
    one = ("visit", visit(house, "E1"))
    assert "Pay $120.00" in (await house.post(CHECKOUT, [*ENTERED, one, one])).text


async def test_a_small_visit_is_no_way_below_the_minimum(house: House) -> None:
    await enter(house, proof=2)
    await confirm(house, await begin(house, choice="part", amount="110"))
    answer = await house.post(CHECKOUT, [*ENTERED, ("visit", visit(house, "E1"))])
    assert answer.status == 400
    assert "$25.00" in answer.text


async def test_choices_that_differ_are_different_attempts(house: House) -> None:
    await enter(house)
    first = await begin(house)
    again = await begin(house)
    kept = await begin(house, keep="yes")
    assert first.hidden("payment") == again.hidden("payment") != kept.hidden("payment")
    assert [row.state for row in house.rows(payments)] == ["expired", "open"]


async def test_a_saved_card_and_what_was_agreed(house: House) -> None:
    await enter(house)
    page = await begin(house, choice="part", amount="50", keep="yes", by_text="yes")
    await begin(house, choice="part", amount="50", keep="yes", by_text="yes")
    waiting = house.rows(mandates)
    assert [(row.by_text, row.card_id, row.language) for row in waiting] == [(False, None, "en"), (True, None, "en")]
    assert "Harbor Family Med keep the card" in waiting[0].wording
    assert waiting[0].network == "127.0.0.1"
    assert waiting[0].version
    assert house.rows(cards) == []
    await confirm(house, page)
    (card,) = house.rows(cards)
    assert (card.brand, card.last4, card.person_id) == ("Visa", "4242", house.ids["P1"])
    assert {row.card_id for row in house.rows(mandates)} == {card.id}


async def test_what_was_unticked_again_is_not_agreed_to(house: House) -> None:
    await enter(house)
    await begin(house, keep="yes", by_text="yes")
    await begin(house, keep="yes")
    standing = house.rows(mandates, mandates.c.ended_at.is_(None))
    newest = house.rows(payments)[-1].id
    assert [row.by_text for row in standing if row.payment_id == newest] == [False]


async def test_no_card_is_kept_without_a_tick(house: House) -> None:
    await enter(house)
    await confirm(house, await begin(house, by_text="yes"))
    assert house.rows(cards) == []
    assert house.rows(mandates) == []


async def test_a_saved_card_pays_after_one_more_press(house: House) -> None:
    await enter(house, proof=2)
    await confirm(house, await begin(house, choice="part", amount="50", keep="yes"))
    review = await begin(house, method=f"card-{the_card(house)}")
    assert "Pay $134.50" in review.text
    assert "Visa ····4242" in review.text
    assert house.rows(card_charges) == []
    charge = {"step": "charge", "payment": review.hidden("payment"), "card": review.hidden("card")}
    answers = await asyncio.gather(*(house.post(CHECKOUT, charge) for _ in range(50)))
    assert {answer.path for answer in answers} == {"/pay/harbor/receipts/HFM-20002"}
    assert len(house.rows(card_charges)) == 1
    assert len(house.rows(entries, entries.c.kind == "payment")) == 2
    assert house.rows(payment_holds) == []


async def test_two_tabs_one_with_a_saved_card_one_with_a_new(house: House) -> None:
    await enter(house, proof=2)
    await confirm(house, await begin(house, choice="part", amount="50", keep="yes"))
    review = await begin(house, method=f"card-{the_card(house)}")
    charge = {"step": "charge", "payment": review.hidden("payment"), "card": review.hidden("card")}
    confirmed = {"step": "confirm", "payment": review.hidden("payment"), "card": "approve"}
    await asyncio.gather(*(house.post(CHECKOUT, form) for form in (charge, confirmed) * 5))
    await house.until(lambda: house.rows(payments)[-1].state == "paid")
    assert len(house.rows(entries, entries.c.kind == "payment")) == 2


@pytest.mark.parametrize("method", ["card-999", "card-", "card-x", "gold", "card-4242424242424242", "card-1' OR 1=1"])
async def test_cards_that_are_nobodys(house: House, method: str) -> None:
    await enter(house, proof=2)
    answer = await begin(house, method=method)
    if answer.status == 200:
        assert answer.path.startswith("/pay/harbor/checkout")
    assert house.rows(card_charges) == []
    assert not [one for one in house.rows(payments) if one.state != "open"]


async def test_a_card_of_somebody_else(house: House) -> None:
    other = saved(house, "P2")
    await enter(house, proof=2)
    page = await begin(house, method=f"card-{other.id}")
    assert page.status == 409
    opened = house.rows(payments)[0].public_id
    answer = await house.post(CHECKOUT, {"step": "charge", "payment": opened, "card": str(other.id)})
    assert answer.status == 409
    assert house.rows(card_charges) == []


async def test_a_phone_alone_charges_no_saved_card(house: House) -> None:
    card = saved(house)
    await enter(house)
    assert (await begin(house, method=f"card-{card.id}")).status == 400
    page = await begin(house)
    charge = {"step": "charge", "payment": page.hidden("payment"), "card": str(card.id)}
    assert (await house.post(CHECKOUT, charge)).status == 409
    assert house.rows(card_charges) == []


async def test_nobody_charges_the_card_of_who_has_died(house: House) -> None:
    card = saved(house)
    await enter(house, proof=2)
    page = await begin(house, method=f"card-{card.id}")
    fields = {"step": "charge", "payment": page.hidden("payment"), "card": str(card.id)}
    world, wanted = house.app[keys.WORLD], Wanted({house.ids["P1"]: 1000}, "staff")
    practice = house.write(lambda conn: world.practices.by_slug(conn, "harbor"))
    house.write(lambda conn: conn.execute(people.update().values(died="reported")))
    assert (await house.post(CHECKOUT, fields)).status == 409
    with pytest.raises(CannotChargeError, match="died"):
        house.write(lambda conn: by_staff.charge(conn, world, practice, wanted, house.clock()))
    house.write(lambda conn: conn.execute(payment_holds.delete()))
    # Ordered while they lived, handed over after: the last look before the bank sees it as well.
    house.write(lambda conn: conn.execute(people.update().values(died=None)))
    made, _ = house.write(lambda conn: by_staff.charge(conn, world, practice, wanted, house.clock()))

    def card_then(conn: Any) -> Any:
        conn.execute(people.update().values(died="reported"))
        return orders.card_of(conn, made, house.clock().date(), house.clock())

    assert house.write(card_then) is None


@pytest.mark.parametrize("payment", ["", "x", "0" * 32, "x" * 5000, "é"])
@pytest.mark.parametrize("card", ["", "1", "x", "9" * 40])
async def test_charges_of_nothing(house: House, payment: str, card: str) -> None:
    saved(house)
    await enter(house, proof=2)
    answer = await house.post(CHECKOUT, {"step": "charge", "payment": payment, "card": card})
    assert answer.path == "/pay/harbor/balance"
    assert house.rows(card_charges) == []


async def test_the_balance_moved_before_the_last_press(house: House) -> None:
    card = saved(house)
    await enter(house, proof=2)
    review = await begin(house, method=f"card-{card.id}")
    async with house.other_browser() as other:
        await house.post(f"/p/{house.link()}", by=other)
        house.write(lambda conn: conn.exec_driver_sql("UPDATE payments SET owed_cents = owed_cents - 1"))
    charge = {"step": "charge", "payment": review.hidden("payment"), "card": review.hidden("card")}
    answer = await house.post(CHECKOUT, charge)
    assert "nothing was charged" in answer.text
    assert house.rows(card_charges) == []


async def test_a_checkout_ends_with_the_hour_of_its_link(house: House) -> None:
    await enter(house)
    house.clock.forward(minutes=14)
    await house.get("/pay/harbor/balance")
    page = await begin(house)
    (attempt,) = house.rows(payments)
    assert (attempt.expires_at - house.clock()).total_seconds() == 46 * 60
    house.write(lambda conn: conn.execute(payments.update().values(expires_at=house.clock())))
    answer = await confirm(house, page)
    assert "nothing was charged" in answer.text
    assert house.rows(entries, entries.c.kind == "payment") == []


async def test_a_family_pays_at_once(house: House) -> None:
    house.write(lambda conn: conn.exec_driver_sql("INSERT INTO guarantors VALUES (3, 2)"))
    await enter(house, "P2", "P3", proof=2)
    await confirm(house, await begin(house, keep="yes"))
    (card,) = house.rows(cards)
    assert card.person_id == house.ids["P2"]


CHOSEN = '<input type="radio" name="choice" value="whole" checked>'


async def test_where_no_part_can_be_paid_any_more_the_whole_is_chosen(house: House) -> None:
    """A part was asked for by text, and then so little remained that there is no choice but the whole."""
    sides = (Posting("receivable", 1, -15900, 1), Posting("revenue", 1, 15900))
    house.write(lambda conn: ledger.post(conn, Entry(1, "charge_changed", "lower", house.clock(), sides, "")))
    page = await house.post(f"/p/{house.link(amount_cents=2000, owed_cents=2550)}")
    assert "$25.50" in page.text
    assert 'value="part"' not in page.text
    assert CHOSEN in page.text


async def test_visits_that_are_not_shown_leave_the_whole_chosen(house: House) -> None:
    await enter(house)
    answer = await begin(house, choice="visits")
    assert answer.status == 400
    assert CHOSEN in answer.text
    assert 'href="#visits"' not in answer.text
