"""The patient's pages in a real browser: both languages, phone and desk, keyboard only, no rule of WCAG broken."""

import os
import re

import pytest
from playwright.async_api import Page, expect

from bot.store.tables import people
from tests.bot.web.house import House
from tests.browser.conftest import SIZES, Check

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("PAYBOT_SCREENSHOTS", "")
"""A folder: then every page that is looked at is drawn into it, for people to see."""


async def look(page: Page, accessible: Check, name: str) -> None:
    """Accessible, nothing cut off sideways, and drawn for people where they ask for it."""
    await accessible(page)
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is {wide} px wider than the screen"
    assert await page.evaluate("document.scripts.length") == 0
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


@pytest.mark.parametrize("language", ["en", "es"])
async def test_every_page_of_a_payment(house: House, page: Page, accessible: Check, size: str, language: str) -> None:
    width, height = SIZES[size]
    await page.set_viewport_size({"width": width, "height": height})
    house.write(lambda conn: conn.execute(people.update().values(language=language)))
    shot = f"{language}-{size}"
    token = house.link(owed_cents=20450)
    await page.goto(f"{house.url}/p/{token}")
    assert await page.get_attribute("html", "lang") == language
    await look(page, accessible, f"{shot}-1-landing")
    await page.click("button")
    await look(page, accessible, f"{shot}-2-balance")
    await page.check("input[value=part]")
    await page.fill("#amount", "5")
    await page.click("button.wide")
    await look(page, accessible, f"{shot}-3-too-little")
    await page.check("input[value=part]")
    await page.fill("#amount", "50.00")
    await page.click("button.wide")
    await look(page, accessible, f"{shot}-4-checkout")
    await page.check("input[value=decline]")
    await page.click("button.wide")
    await look(page, accessible, f"{shot}-5-declined")
    await page.click("button.wide")
    await page.check("input[value=approve]")
    await page.click("button.wide")
    await expect(page.locator(".receipt")).to_be_visible()
    await look(page, accessible, f"{shot}-6-receipt")
    await page.goto(f"{house.url}/pay/harbor/balance")
    await look(page, accessible, f"{shot}-7-nothing-left")


@pytest.mark.parametrize("language", ["en", "es"])
async def test_the_other_pages(house: House, page: Page, accessible: Check, size: str, language: str) -> None:
    width, height = SIZES[size]
    await page.set_viewport_size({"width": width, "height": height})
    house.write(lambda conn: conn.execute(people.update().values(language=language)))
    shot = f"{language}-{size}"
    await page.goto(f"{house.url}/p/{house.link(asks_code=True)}")
    await page.click("button")
    await look(page, accessible, f"{shot}-a-code")
    await page.click("text=/.*(Email|correo).*/i >> nth=0")
    await page.fill("#code", "000000")
    await page.click("button.wide >> nth=-1")
    await look(page, accessible, f"{shot}-b-wrong-code")
    await page.goto(f"{house.url}/p/{'x' * 22}?lang={language}")
    await look(page, accessible, f"{shot}-c-gone")
    await page.goto(f"{house.url}/pay/harbor?lang={language}")
    await look(page, accessible, f"{shot}-d-how")
    await page.goto(f"{house.url}/nothing/here?lang={language}")
    await look(page, accessible, f"{shot}-e-not-found")
    await page.goto(f"{house.url}/p/{house.link()}")
    await page.click("button")
    await page.click("button.wide")
    await page.check("input[value=unknown]")
    await page.click("button.wide")
    await look(page, accessible, f"{shot}-f-waiting")


async def test_paying_with_the_keyboard_alone(house: House, page: Page) -> None:
    await page.goto(f"{house.url}/p/{house.link()}")
    for _ in range(3):
        await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.tagName") == "BUTTON"
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/balance")
    await _tab_to(page, "name", "choice")
    await _tab_to(page, "tagName", "BUTTON")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/checkout**")
    await _tab_to(page, "name", "card")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await _tab_to(page, "tagName", "BUTTON")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/receipts/**")


async def _tab_to(page: Page, name: str, value: str) -> None:
    for _ in range(20):
        await page.keyboard.press("Tab")
        if await page.evaluate(f"document.activeElement.{name}") == value:
            return
    raise AssertionError(f"the keyboard never reaches {value}")


async def test_no_page_can_take_a_card_number(house: House, page: Page) -> None:
    await page.goto(f"{house.url}/p/{house.link()}")
    await page.click("button")
    longest = "Array.from(document.querySelectorAll('input[type=text]'), i => i.maxLength)"
    assert all(0 < length < 13 for length in await page.evaluate(longest))
    await page.click("button.wide")
    assert await page.evaluate("document.querySelectorAll('input[type=text], input[type=tel]').length") == 0
    assert await page.evaluate("document.querySelectorAll('iframe').length") == 0


@pytest.mark.parametrize(
    "typed, says",
    [("30,50", "Write cents after a point"), ("30.5", "Write cents after a point"), ("$5", "smallest part payment")],
)
async def test_a_mistake_in_the_amount_stands_beside_its_field(house: House, page: Page, typed: str, says: str) -> None:
    await page.goto(f"{house.url}/p/{house.link()}")
    await page.click("button")
    await page.check("input[value=part]")
    await page.fill("#amount", typed)
    await page.click("button.wide")
    field = page.locator("#amount")
    await expect(field).to_have_value(typed)
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_accessible_description(re.compile(says))
    await page.get_by_role("alert").get_by_role("link").click()
    await expect(field).to_be_focused()


async def test_an_amount_is_read_as_people_write_it(house: House, page: Page) -> None:
    await page.goto(f"{house.url}/p/{house.link()}")
    await page.click("button")
    await page.check("input[value=part]")
    await page.fill("#amount", "$ 30.50")
    await page.click("button.wide")
    await expect(page.locator("h1")).to_have_text("Pay $30.50")
