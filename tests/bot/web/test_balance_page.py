"""The balance page: every visit adds up, a phone sees less than a person, strangers' payers see a sum only."""

import re

import pytest

from bot.paying.pages import bills
from bot.store import ledger
from bot.store.ledger import Entry, Posting
from bot.store.tables import page_sessions
from tests.bot.web.house import House
from tests.bot.web.paying import begin, confirm, enter, itemise, plan, proved_thread, saved


def amounts(text: str) -> list[str]:
    return re.findall(r"-?\$[\d,]+\.\d\d", text)


async def test_a_visit_from_what_was_billed_to_what_remains(house: House) -> None:
    itemise(house)
    await enter(house, proof=2)
    await confirm(house, await begin(house, choice="part", amount="50"))
    page = await house.get("/pay/harbor/balance")
    card = page.text.split('<details class="visit"')[1].split("</details>")[0]
    assert "Dr. Okafor" in card
    assert "Harbor North" in card
    assert "Zebra examination" in card
    assert "Giraffe bandage" in card
    assert amounts(card) == ["$80.00", "$340.00", "-$170.00", "-$40.00", "$130.00", "-$50.00", "$80.00"]


async def test_a_later_adjustment_keeps_the_card_adding_up(house: House) -> None:
    itemise(house)
    sides = (Posting("receivable", 1, -2500, 1), Posting("revenue", 1, 2500))
    house.write(lambda conn: ledger.post(conn, Entry(1, "write_off", "w:1", house.clock(), sides, "kindness")))
    (visit,) = (v for v in house.write(lambda conn: bills.open_visits(conn, [1]))[1] if v.billed_cents)
    assert visit.billed_cents - visit.insurance_cents + visit.adjustment_cents == visit.share_cents
    assert visit.share_cents - visit.paid_cents == visit.remaining_cents == 10500


async def test_credit_pays_the_oldest_visit_and_all_sums_to_the_balance(house: House) -> None:
    sides = (Posting("receivable", 1, -13000), Posting("elsewhere", 1, 13000))
    house.write(lambda conn: ledger.post(conn, Entry(1, "payment_elsewhere", "e:1", house.clock(), sides)))
    visits = house.write(lambda conn: bills.open_visits(conn, [1]))[1]
    assert [visit.remaining_cents for visit in visits] == [5450]
    page = await enter(house)
    assert "$54.50" in page.text
    assert "Payment at the office" in page.text


async def test_what_a_phone_does_not_show(house: House) -> None:
    itemise(house)
    card = saved(house)
    proved_thread(house)
    phone = await enter(house)
    assert "Visit on 03/14/2026" in phone.text
    assert "Zebra" not in phone.text
    assert f'value="card-{card.id}"' not in phone.text
    assert "/pay/harbor/code" in phone.text
    house.write(lambda conn: conn.execute(page_sessions.update().values(proof=2)))
    person = await house.get("/pay/harbor/balance")
    assert "Zebra" in person.text
    assert f'value="card-{card.id}"' in person.text


async def test_who_pays_for_somebody_else_sees_the_sum_alone(house: House) -> None:
    itemise(house)
    plan(house)
    page = await enter(house, proof=0)
    assert "$194.50" in page.text
    for told in ("Anabrisa", "Okafor", "Visit on", "Zebra", "History", "/receipts/", "agreements", "/cards", "keep"):
        assert told not in page.text
    assert (await house.get("/pay/harbor/cards")).path == "/pay/harbor/balance"
    mine = await confirm(house, await begin(house, keep="yes"))
    assert "/receipts/" in mine.path
    assert "Anabrisa" not in mine.text
    assert "You now owe" not in mine.text
    house.write(lambda conn: conn.execute(page_sessions.update().values(made_at=house.clock())))
    house.clock.forward(minutes=1)
    async with house.other_browser() as other:
        await house.post(f"/p/{house.link()}", by=other)
        house.write(lambda conn: conn.execute(page_sessions.update().values(proof=0)))
        assert (await house.get(mine.path, by=other)).status == 404


async def test_a_plan_and_the_history_stand_there(house: House) -> None:
    number = plan(house)
    proved_thread(house)
    page = await enter(house)
    assert "3 monthly payments of $61.50" in page.text
    assert f"/pay/harbor/agreements/{number}" in page.text
    await confirm(house, await begin(house, choice="part", amount="50"))
    page = await house.get("/pay/harbor/balance")
    assert "Payment HFM-20001" in page.text
    assert "balance $134.50" in page.text


async def test_several_people_have_their_own_cards(house: House) -> None:
    page = await enter(house, "P2", "P3", proof=2)
    assert "$80.00" in page.text
    assert page.text.count('<details class="visit"') == 1


async def test_the_other_language_keeps_the_place(house: House) -> None:
    await enter(house)
    page = await begin(house, choice="part", amount="50")
    there = re.search(r'class="tool" href="([^"]*)" lang="es"', page.text)
    assert there
    spanish = await house.get("/pay/harbor/checkout" + there[1].replace("&amp;", "&"))
    assert "Elija una tarjeta de prueba" in spanish.text
    assert spanish.hidden("payment") == page.hidden("payment")


async def test_signing_out_ends_the_session_everywhere(house: House) -> None:
    await enter(house)
    cookie = "; ".join(f"{c.key}={c.value}" for c in house.browser.cookie_jar)
    assert (await house.post("/pay/harbor/sign-out")).path == "/pay/harbor"
    assert (await house.get("/pay/harbor/balance")).status == 403
    assert (await house.get("/pay/harbor/balance", headers={"Cookie": cookie})).status == 403
    assert (await house.post("/pay/harbor/sign-out")).status == 200


async def test_an_hour_and_a_quarter_hour_end_it(house: House) -> None:
    await enter(house)
    for _ in range(4):
        house.clock.forward(minutes=14)
        assert (await house.get("/pay/harbor/balance")).status == 200
    house.clock.forward(minutes=5)
    assert (await house.get("/pay/harbor/balance")).status == 403
    await enter(house)
    house.clock.forward(minutes=16)
    assert (await house.get("/pay/harbor/balance")).status == 403


@pytest.mark.parametrize("page", ["balance", "cards", "checkout", "receipts/HFM-20001", "agreements/1"])
async def test_pages_are_private_and_hold_no_script(house: House, page: str) -> None:
    plan(house)
    await enter(house, proof=2)
    await confirm(house, await begin(house, choice="part", amount="50"))
    answer = await house.get(f"/pay/harbor/{page}")
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "<script" not in answer.text
    assert "https://" not in answer.text
