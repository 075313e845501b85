"""The first press of a link proves the phone: the total. Visits and plans take a code, in the thread or on the page."""

import pytest

from bot.store.tables import encounters, payments
from tests import canaries
from tests.bot.web.house import House
from tests.bot.web.paying import CHECKOUT, begin, confirm, enter, itemise, plan, proved_thread, saved

SECRETS = (
    "Anabrisa", "Okafor", "Harbor North", "Visit on", "03/14", "Zebra", "$120.00", "$61.50", "agreements", "New charge",
)  # fmt: skip


async def test_the_first_press_shows_the_total_and_offers_a_code(house: House) -> None:
    itemise(house)
    plan(house)
    saved(house)
    page = await enter(house)
    assert "$194.50" in page.text
    assert "You have a payment plan" in page.text
    assert [told for told in SECRETS if told in page.text] == []
    code = await house.post("/pay/harbor/code", {"step": "ask"})
    assert "on its way" in code.text


async def test_what_a_visit_costs_cannot_be_asked_by_ticking_it(house: House) -> None:
    await enter(house)
    for row in house.rows(encounters):
        answer = await house.post(CHECKOUT, [("step", "begin"), ("choice", "visits"), ("visit", f"v{row.id}")])
        assert answer.status == 400
    assert house.rows(payments) == []


async def test_the_total_is_paid_without_a_code(house: House) -> None:
    await enter(house)
    paid = await confirm(house, await begin(house, choice="part", amount="$50.00"))
    assert "Paid $50.00" in paid.text
    assert "Payment HFM-20001" in (page := await house.get("/pay/harbor/balance")).text
    assert "$134.50" in page.text


async def test_a_link_asked_for_in_a_proved_thread_shows_what_the_thread_tells(house: House) -> None:
    itemise(house)
    plan(house)
    saved(house)
    proved_thread(house, ago=5)
    page = await enter(house)
    for told in ("Hello, Anabrisa", "Visit on 03/14/2026", "Dr. Okafor", "3 monthly payments of $61.50"):
        assert told in page.text
    for kept in ("Zebra", "4242"):
        assert kept not in page.text


async def test_visits_are_shown_no_longer_than_the_thread_tells_them(house: House) -> None:
    proved_thread(house, ago=25)
    assert "Dr. Okafor" in (await enter(house)).text
    house.clock.forward(minutes=6)
    assert "Dr. Okafor" not in (await house.get("/pay/harbor/balance")).text


async def test_a_code_typed_into_the_thread_opens_no_link_that_was_sent_before(house: House) -> None:
    await enter(house)
    house.clock.forward(minutes=1)
    proved_thread(house)
    assert "Dr. Okafor" not in (await house.get("/pay/harbor/balance")).text


async def test_a_code_about_somebody_else_opens_nothing(house: House) -> None:
    proved_thread(house, "P2")
    assert "Dr. Okafor" not in (await enter(house)).text


async def test_the_code_page_says_nothing_of_what_nobody_typed(house: House) -> None:
    await enter(house)
    code = await house.post("/pay/harbor/code", {"step": "ask"})
    assert "what you told us" not in code.text
    assert "/pay/harbor/balance" in code.text
    house.clock.forward(seconds=40)
    again = await house.post("/pay/harbor/code", {"step": "again"})
    assert "A new code is on its way" in again.text
    assert "what you told us" not in again.text


PAGES = (
    "", "/balance", "/contact", "/cards", "/cards/new", "/cards/new?plan=1", "/share", "/aid", "/aid?sent=yes", "/code",
    "/agreements/1", "/agreements/1?view=print", "/agreements/1?signed=yes", "/agreements/2", "/checkout",
    "/checkout?payment=x&card=1", "/receipts/HFM-20001", "/receipts/HFM-20001?view=print", "/receipts/HFM-1",
    "/no-page",
)  # fmt: skip
CHOICES: tuple[dict[str, str], ...] = (
    {"step": "begin", "choice": "visits"},
    {"step": "begin", "choice": "visits", "visit": "v1"},
    {"step": "begin", "choice": "part", "visit": "v1", "amount": "1"},
    {"step": "begin", "choice": "part", "amount": "99999"},
    {"step": "begin", "choice": "part", "amount": "194.00"},
    {"step": "begin", "choice": "whole", "owed": "1"},
    {"step": "begin", "choice": "whole", "method": "card-1"},
    {"step": "charge", "payment": "x", "card": "1"},
    {"step": "stop"}, {"step": "sign", "name": "x"}, {"step": "card", "method": "card-1", "agree": "yes"},
    {"step": "remove", "card": "1"}, {"step": "text_on", "card": "1"}, {"step": "phone", "phone": "+12065550109"},
    {"step": "code", "code": "000000"}, {"name": "", "contact": "x"}, {},
)  # fmt: skip


@pytest.mark.parametrize("proof", [0, 1])
async def test_no_address_and_no_form_tells_more_than_the_total(house: House, proof: int) -> None:
    """Every page, in both languages, and every form filled in wrongly, after a payment that was itemised."""
    itemise(house)
    saved(house)
    await enter(house, proof=2)
    assert "Dr. Okafor" in (await confirm(house, await begin(house, choice="part", amount="50"))).text
    plan(house)
    await enter(house, proof=proof)
    told = [await house.get(f"/pay/harbor{page}") for page in PAGES]
    told += [await house.get(f"/pay/harbor{page.partition('?')[0]}?lang=es") for page in PAGES]
    for page in PAGES:
        told += [await house.post(f"/pay/harbor{page.partition('?')[0]}", form) for form in CHOICES]
    secret = (*SECRETS, *canaries.FIRST_NAMES, *canaries.LAST_NAMES, *canaries.EMAILS, "Giraffe", "14/03", "2026-03-14")
    # The office's own links, and where a plan is asked for, stay: what is behind them asks for a code.
    found = {(one.path, fact) for one in told for fact in secret if fact != "agreements" and fact in one.text}
    assert found == set()
    assert {one.status for one in told} <= {200, 303, 400, 403, 404, 405, 409, 429}
    assert "$144.50" in (await house.get("/pay/harbor/balance")).text
