"""Paying in a real browser: saved cards, visits, agreements; twice, in two tabs, declined, by keyboard alone."""

import asyncio
import re

import pytest
from playwright.async_api import Page, expect

from bot.store.money_tables import cards, plans
from bot.store.tables import entries, page_sessions, payments, people
from bot.web import keys
from tests.bot.web.house import House
from tests.bot.web.paying import itemise, plan, row, saved
from tests.browser.conftest import SIZES, Check
from tests.browser.test_pay_pages import look

pytestmark = pytest.mark.browser

CARD_SIZED = """Array.from(document.querySelectorAll("input, textarea"), one => {
    const kind = one.type, takes = ["text", "tel", "number", "search", "password", "email"].includes(kind);
    const free = !one.pattern || new RegExp("^(?:" + one.pattern + ")$", "v").test("4242424242424242");
    return takes && free && (one.maxLength < 0 || one.maxLength > 12) ? one.name : "";
}).filter(Boolean)"""
"""The names of inputs that a card number would fit into."""


@pytest.fixture
def house(house: House) -> House:
    """With visits told item by item."""
    itemise(house)
    return house


async def come_in(house: House, page: Page, *, proved: bool = True) -> None:
    await page.goto(f"{house.url}/p/{house.link()}")
    await page.click("button[value=open]")
    await page.wait_for_url("**/balance**")
    if proved:
        house.write(lambda conn: conn.execute(page_sessions.update().values(proof=2)))
        await page.goto(f"{house.url}/pay/harbor/balance")


async def pay(page: Page, card: str = "approve") -> None:
    """On the sandbox's page."""
    await page.check(f"input[value={card}]")
    await page.click("main button.wide")


@pytest.mark.parametrize("language", ["en", "es"])
async def test_every_page_of_who_is_known(
    house: House, page: Page, accessible: Check, size: str, language: str
) -> None:
    width, height = SIZES[size]
    await page.set_viewport_size({"width": width, "height": height})
    house.write(lambda conn: conn.execute(people.update().values(language=language)))
    shot, number, card = f"{language}-{size}", plan(house), saved(house)
    await come_in(house, page)

    async def seen(name: str) -> None:
        await look(page, accessible, f"{shot}-{name}")
        assert await page.evaluate(CARD_SIZED) == []
        assert await page.get_attribute("html", "lang") == language

    await seen("j-known")
    await page.check("input[value=visits]")
    await seen("k-visits")
    await page.check("input[name=visit] >> nth=0")
    await page.click(".pay button.wide")
    await seen("l-review")
    await page.click("main button.wide")
    await expect(page.locator(".receipt")).to_be_visible()
    await seen("m-itemised")
    await page.click(".actions a >> nth=0")
    await seen("n-print")
    await page.goto(f"{house.url}/pay/harbor/cards")
    await seen("o-cards")
    await page.goto(f"{house.url}/pay/harbor/agreements/{number}")
    await seen("p-agreement")
    await page.check("input[name=agree]")
    await page.fill("#name", "Ana Ruiz")
    await page.check(f"input[value=card-{card.id}]")
    await page.click("main button.wide")
    await page.wait_for_url("**signed=yes")
    await seen("q-signed")
    await page.goto(f"{house.url}/pay/harbor/balance")
    await seen("r-with-plan")
    await page.goto(f"{house.url}/pay/harbor/cards")
    await page.click("button[value=remove]")
    await seen("s-no-cards")


async def test_a_card_is_saved_and_pays_the_rest(house: House, page: Page) -> None:
    await come_in(house, page, proved=False)
    await page.check("input[value=part]")
    await page.fill("#amount", "50")
    await page.check("input[name=keep]")
    await page.click(".pay button.wide")
    await pay(page)
    await expect(page.locator(".receipt")).to_contain_text("$50.00")
    house.clock.forward(minutes=1)
    await come_in(house, page)
    await page.click(".pay button.wide")
    await expect(page.locator("main")).to_contain_text("Visa ····4242")
    await page.dblclick("main button.wide")
    await expect(page).to_have_url(re.compile("/receipts/"))
    assert [one.amount_cents for one in house.rows(payments, payments.c.state == "paid")] == [5000, 14450]


async def test_a_card_saved_on_the_page_pays_by_a_texted_reply(house: House, page: Page) -> None:
    await come_in(house, page, proved=False)
    await page.check("input[value=part]")
    await page.fill("#amount", "50")
    await page.check("input[name=keep]")
    await page.check("input[name=by_text]")
    await page.click(".pay button.wide")
    await pay(page)
    await page.wait_for_url("**/receipts/**")
    await house.until(lambda: "Paid $50.00" in house.said())
    mails = len(house.app[keys.MAILBOX].mails())

    async def text(words: str) -> str:
        house.clock.forward(seconds=5)  # the carrier takes a segment a second
        return await house.text(words)

    await text("BALANCE")
    assert "$144.50" in await text(await house.code_from_mail(mails))
    assert "Pay $144.50 with Visa ending 4242?" in await text("PAY")
    assert "Paid $144.50" in await text("4242")
    await page.goto(f"{house.url}/pay/harbor/balance")
    await expect(page.get_by_role("status")).to_contain_text("You owe nothing")


async def test_declined_and_tried_again(house: House, page: Page) -> None:
    await come_in(house, page)
    await page.click(".pay button.wide")
    await pay(page, "decline")
    await expect(page.get_by_role("alert")).to_contain_text("declined Visa ending 0002")
    await page.click(".pay button.wide")
    await pay(page)
    await page.wait_for_url("**/receipts/**")
    assert [one.state for one in house.rows(payments)] == ["declined", "paid"]


async def test_a_double_click_pays_once(house: House, page: Page) -> None:
    await come_in(house, page)
    # The second click makes the browser give up the first request, which who waits for a navigation takes for the end.
    await page.dblclick(".pay button.wide")
    await expect(page).to_have_url(re.compile("/checkout"))
    await page.check("input[value=approve]")
    await page.dblclick("main button.wide")
    await expect(page).to_have_url(re.compile("/receipts/"))
    assert len(house.rows(entries, entries.c.kind == "payment")) == 1


async def test_two_tabs_pay_once(house: House, page: Page) -> None:
    await come_in(house, page)
    other = await page.context.new_page()
    await other.goto(f"{house.url}/pay/harbor/balance")
    for tab in (page, other):
        await tab.click(".pay button.wide")
        await tab.check("input[value=approve]")
    await asyncio.gather(*(tab.click("main button.wide") for tab in (page, other)))
    for tab in (page, other):
        await tab.wait_for_url("**/receipts/**")
    assert len(house.rows(entries, entries.c.kind == "payment")) == 1


async def test_an_agreement_is_signed_with_a_new_card(house: House, page: Page) -> None:
    number = plan(house)
    await come_in(house, page)
    await page.click(".plan a")
    await page.check("input[name=agree]")
    await page.fill("#name", "Ana Ruiz")
    await page.click("main button.wide")
    await page.wait_for_url("**/checkout**")
    await pay(page)
    await page.wait_for_url("**signed=yes")
    await expect(page.get_by_role("status")).to_contain_text("plan is on")
    assert row(house, plans, number).signed_name == "Ana Ruiz"
    assert len(house.rows(cards)) == 1


async def test_a_name_with_digits_never_leaves_the_browser(house: House, page: Page) -> None:
    number = plan(house)
    await come_in(house, page)
    await page.goto(f"{house.url}/pay/harbor/agreements/{number}")
    await page.check("input[name=agree]")
    await page.fill("#name", "4242 4242 4242 4242")
    await page.click("main button.wide")
    assert not await page.evaluate("document.querySelector('#name').checkValidity()")
    assert row(house, plans, number).state == "pending"


async def test_signing_and_paying_with_the_keyboard_alone(house: House, page: Page) -> None:
    number, _ = plan(house), saved(house)
    await come_in(house, page)
    await page.goto(f"{house.url}/pay/harbor/agreements/{number}")
    await _tab_to(page, "name", "agree")
    await page.keyboard.press("Space")
    await _tab_to(page, "name", "name")
    await page.keyboard.type("Ana Ruiz")
    await _tab_to(page, "className", "wide")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**signed=yes")
    await page.goto(f"{house.url}/pay/harbor/balance")
    await _tab_to(page, "name", "choice")
    await _tab_to(page, "className", "wide")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/checkout**")
    await _tab_to(page, "className", "wide")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/receipts/**")


async def _tab_to(page: Page, name: str, value: str) -> None:
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await page.evaluate(f"document.activeElement.{name}") == value:
            return
    raise AssertionError(f"the keyboard never reaches {value}")


async def test_without_style_and_on_old_browsers_everything_is_there(house: House, page: Page) -> None:
    await page.route("**/pages.css", lambda route: route.abort())
    await come_in(house, page)
    assert await page.locator("input[name=amount]").is_visible()
    assert await page.locator("input[name=visit] >> nth=0").is_visible()
    await page.click(".pay button")
    await page.check("input[value=approve]")
    await page.click("main form button")
    await page.wait_for_url("**/receipts/**")
