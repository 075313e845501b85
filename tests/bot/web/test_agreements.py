"""Agreements and saved cards on the page: read, signed, printed and stopped by the person, and by nobody else."""

import asyncio

import pytest

from bot.store.money_tables import cards, installments, mandates, plans
from bot.store.tables import page_sessions, payments, tasks
from tests.bot.web.house import Answer, House
from tests.bot.web.paying import confirm, enter, plan, row, saved

NAME = {"step": "sign", "name": "Ana Ruiz", "agree": "yes"}


async def read(house: House, number: int) -> Answer:
    return await house.get(f"/pay/harbor/agreements/{number}")


async def sign(house: House, number: int, page: Answer, **fields: str) -> Answer:
    return await house.post(f"/pay/harbor/agreements/{number}", {**NAME, "seen": page.hidden("seen"), **fields})


async def test_everything_that_is_agreed_stands_there(house: House) -> None:
    await enter(house, proof=2)
    page = await read(house, plan(house, discount_cents=1845, total_cents=16605, monthly_cents=5535))
    for told in ("Encounter balance", "$184.50", "Discount", "$18.45", "Balance due", "$166.05", "Payment method"):
        assert told in page.text
    for told in ("Payment option", "3 monthly payments of $55.35", "Remaining balance", "05/15/2026", "07/15/2026"):
        assert told in page.text
    assert "PAYMENT PLAN AGREEMENT" in page.text


async def test_signed_with_a_saved_card(house: House) -> None:
    card, number = saved(house), plan(house)
    await enter(house, proof=2)
    answer = await sign(house, number, await read(house, number), method=f"card-{card.id}")
    assert "Your plan is on" in answer.text
    assert "Signed by Ana Ruiz on 05/06/2026" in answer.text
    signed = row(house, plans, number)
    assert (signed.state, signed.signed_name, signed.card_id, signed.signed_network) == (
        "active",
        "Ana Ruiz",
        card.id,
        "127.0.0.1",
    )
    assert len(house.rows(installments)) == 3
    assert [one.plan_id for one in house.rows(mandates, mandates.c.plan_id.is_not(None))] == [number]
    balance = await house.get("/pay/harbor/balance")
    assert "Next: $61.50 on 05/15/2026, Visa ending 4242" in balance.text


async def test_signed_with_a_new_card(house: House) -> None:
    number = plan(house)
    await enter(house, proof=2)
    page = await sign(house, number, await read(house, number), method="new")
    assert "Save this card" in page.text
    answer = await confirm(house, page)
    assert answer.path == f"/pay/harbor/agreements/{number}?signed=yes"
    await house.until(lambda: row(house, plans, number).state == "active")
    assert "Your plan is on" in (await house.get(answer.path)).text
    (card,) = house.rows(cards)
    assert row(house, plans, number).card_id == card.id
    assert [one.amount_cents for one in house.rows(payments)] == [0]


async def test_signing_twice_at_once_signs_once(house: House) -> None:
    card, number = saved(house), plan(house)
    await enter(house, proof=2)
    page = await read(house, number)
    await asyncio.gather(*(sign(house, number, page, method=f"card-{card.id}") for _ in range(10)))
    assert row(house, plans, number).state == "active"
    assert len(house.rows(installments)) == 3
    assert len(house.rows(mandates, mandates.c.plan_id.is_not(None))) == 1


@pytest.mark.parametrize(
    "fields,words",
    [
        ({"name": ""}, "type your full name"),
        ({"name": "4242424242424242"}, "type your full name"),
        ({"name": "Ana 4242"}, "type your full name"),
        ({"name": "--"}, "type your full name"),
        ({"name": "x" * 5000}, "type your full name"),
        ({"agree": ""}, "check the box"),
        ({"seen": "other"}, "has changed"),
        ({"seen": ""}, "has changed"),
        ({"method": "card-999"}, "choose another"),
        ({"method": "card-4242424242424242"}, "choose another"),
    ],
)
async def test_signatures_that_are_none(house: House, fields: dict[str, str], words: str) -> None:
    card, number = saved(house), plan(house)
    await enter(house, proof=2)
    page = await read(house, number)
    answer = await sign(house, number, page, **{"method": f"card-{card.id}", **fields})
    assert answer.status in {400, 409}
    assert words in answer.text
    assert row(house, plans, number).state == "pending"


async def test_other_terms_than_were_read(house: House) -> None:
    card, number = saved(house), plan(house)
    await enter(house, proof=2)
    page = await read(house, number)
    house.write(lambda conn: conn.execute(plans.update().values(monthly_cents=7000)))
    answer = await sign(house, number, page, method=f"card-{card.id}")
    assert answer.status == 409
    assert row(house, plans, number).state == "pending"


async def test_the_card_of_somebody_else(house: House) -> None:
    card, number = saved(house, "P2"), plan(house)
    await enter(house, proof=2)
    assert (await sign(house, number, await read(house, number), method=f"card-{card.id}")).status == 409
    assert row(house, plans, number).state == "pending"


async def test_what_waits_for_the_office_cannot_be_signed(house: House) -> None:
    number = plan(house, waits="approval")
    await enter(house, proof=2)
    page = await read(house, number)
    assert "office is reviewing this plan" in page.text
    assert 'name="seen"' not in page.text
    answer = await house.post(f"/pay/harbor/agreements/{number}", {**NAME, "seen": "x", "method": "new"})
    assert answer.status == 409


async def test_a_phone_types_a_code_first_and_strangers_find_nothing(house: House) -> None:
    number, other = plan(house), plan(house, "P2")
    await enter(house)
    assert (await read(house, number)).path == "/pay/harbor/code"
    assert (await house.get("/pay/harbor/cards")).path == "/pay/harbor/code"
    house.write(lambda conn: conn.execute(page_sessions.update().values(proof=2)))
    assert (await read(house, other)).status == 404
    assert (await read(house, 999999)).status == 404
    house.write(lambda conn: conn.execute(page_sessions.update().values(proof=0)))
    assert (await read(house, number)).status == 404


async def test_stopping_a_plan(house: House) -> None:
    card, number = saved(house), plan(house)
    await enter(house, proof=2)
    await sign(house, number, await read(house, number), method=f"card-{card.id}")
    answers = [await house.post(f"/pay/harbor/agreements/{number}", {"step": "stop"}) for _ in range(2)]
    assert "Nothing more is charged" in answers[0].text
    assert row(house, plans, number).state == "dormant"
    assert [task.kind for task in house.rows(tasks)] == ["plan_stopped"]


async def test_the_agreement_for_print(house: House) -> None:
    card, number = saved(house), plan(house)
    await enter(house, proof=2)
    await sign(house, number, await read(house, number), method=f"card-{card.id}")
    printed = await house.get(f"/pay/harbor/agreements/{number}?view=print")
    assert 'class="document"' in printed.text
    assert "PAYMENT PLAN AGREEMENT" in printed.text
    assert "Signed by Ana Ruiz" in printed.text
    assert "<button" not in printed.text.partition("<main")[2]


async def test_removing_a_card_stops_its_plan(house: House) -> None:
    card, number = saved(house), plan(house)
    await enter(house, proof=2)
    await sign(house, number, await read(house, number), method=f"card-{card.id}")
    assert "Your payment plan uses this card" in (await house.get("/pay/harbor/cards")).text
    form = {"step": "remove", "card": str(card.id)}
    assert "was removed" in (await house.post("/pay/harbor/cards", form)).text
    assert (await house.post("/pay/harbor/cards", form)).status == 404
    assert row(house, cards, card.id).removed_by == "patient"
    assert house.rows(mandates, mandates.c.ended_at.is_(None)) == []
    assert row(house, plans, number).state == "dormant"


async def test_paying_by_text_off_and_on(house: House) -> None:
    card = saved(house)
    await enter(house, proof=2)
    texted = (mandates.c.by_text.is_(True), mandates.c.ended_at.is_(None))
    off, on = ({"step": step, "card": str(card.id)} for step in ("text_off", "text_on"))
    assert "is off now" in (await house.post("/pay/harbor/cards", off)).text
    assert house.rows(mandates, *texted) == []
    for _ in range(2):
        assert "can now pay by text" in (await house.post("/pay/harbor/cards", on)).text
    (agreed,) = house.rows(mandates, *texted)
    assert "Harbor Family Med charge this card" in agreed.wording
    assert agreed.card_id == card.id


@pytest.mark.parametrize("card", ["", "x", "999", "9" * 30])
@pytest.mark.parametrize("step", ["remove", "text_on", "text_off", "x"])
async def test_cards_that_are_none(house: House, card: str, step: str) -> None:
    other = saved(house, "P2")
    await enter(house, proof=2)
    assert (await house.post("/pay/harbor/cards", {"step": step, "card": card})).status == 404
    assert (await house.post("/pay/harbor/cards", {"step": step, "card": str(other.id)})).status == 404
    assert house.rows(cards, cards.c.removed_at.is_not(None)) == []
