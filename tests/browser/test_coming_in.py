"""Coming in, in a real browser: by a code, by a link after its hour; contact, financial help, sharing."""

import re

import pytest
from playwright.async_api import Page, expect

from bot.store.tables import code_asks, people
from bot.web import keys
from tests import canaries
from tests.bot.web.house import ANA, House
from tests.browser.conftest import SIZES, Check
from tests.browser.test_pay_pages import look

pytestmark = pytest.mark.browser

NAME = f"{canaries.FIRST_NAMES[0]} {canaries.LAST_NAMES[0]}"


async def fill_in(page: Page, house: House, language: str = "en") -> None:
    """The form that says who they are."""
    await page.goto(f"{house.url}/pay/harbor?lang={language}")
    await page.fill("#name", NAME)
    for part, value in (("born", "2"), ("born_day", "3"), ("born_year", "1980")):
        await page.fill(f"#{part}", value)
    await page.fill("#contact", ANA[2:])


async def looked_up(house: House) -> None:
    await house.until(lambda: all(one.look_at is None for one in house.rows(code_asks)))


async def texted(house: House, phone: str = ANA) -> str:
    found = await house.until(lambda: re.findall(r"#(\d{6})", house.said(phone)))
    return str(found[-1])


async def sign_in(page: Page, house: House, language: str = "en") -> None:
    await fill_in(page, house, language)
    await page.click("button.wide")
    await looked_up(house)
    await page.fill("#code", await texted(house))
    await page.click("button.wide")
    await page.wait_for_url("**/balance")


@pytest.mark.parametrize("language", ["en", "es"])
async def test_every_page_on_the_way_in(house: House, page: Page, accessible: Check, size: str, language: str) -> None:
    width, height = SIZES[size]
    await page.set_viewport_size({"width": width, "height": height})
    house.write(lambda conn: conn.execute(people.update().values(language=language)))
    shot = f"{language}-{size}-in"
    await page.goto(f"{house.url}/pay/harbor?lang={language}")
    assert await page.get_attribute("html", "lang") == language
    await look(page, accessible, f"{shot}-1-sign-in")
    await page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    await page.click("form button.wide")
    await look(page, accessible, f"{shot}-2-mistakes")
    await page.click(".note.bad a >> nth=0")
    assert await page.evaluate("document.activeElement.id") == "name"
    await fill_in(page, house, language)
    await page.click("form button.wide")
    await looked_up(house)
    await look(page, accessible, f"{shot}-3-code")
    assert await page.get_attribute("html", "lang") == language
    await page.fill("#code", "000000")
    await page.click("button.wide")
    await look(page, accessible, f"{shot}-4-wrong-code")
    await page.fill("#code", await texted(house))
    await page.click("button.wide")
    await page.wait_for_url("**/balance")
    assert await page.get_attribute("html", "lang") == language


@pytest.mark.parametrize("language", ["en", "es"])
async def test_every_page_of_ones_own_affairs(
    house: House, page: Page, accessible: Check, size: str, language: str
) -> None:
    width, height = SIZES[size]
    await page.set_viewport_size({"width": width, "height": height})
    house.write(lambda conn: conn.execute(people.update().values(language=language)))
    shot = f"{language}-{size}-own"
    await sign_in(page, house, language)
    await page.goto(f"{house.url}/pay/harbor/contact")
    await look(page, accessible, f"{shot}-1-contact")
    await page.fill("#phone", "206 555 0188")
    await page.click("form:has(#phone) button")
    await looked_up(house)
    await look(page, accessible, f"{shot}-2-confirm")
    await page.goto(f"{house.url}/pay/harbor/share")
    await look(page, accessible, f"{shot}-3-share")
    await page.click("button[value=make]")
    await look(page, accessible, f"{shot}-4-shared")
    link = await page.input_value("#url")
    await page.goto(f"{house.url}/pay/harbor/aid")
    await look(page, accessible, f"{shot}-5-aid")
    await page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
    await page.click("main form button.wide")
    await look(page, accessible, f"{shot}-6-aid-mistakes")
    await _help(page)
    await expect(page.locator(".tick")).to_be_visible()
    await look(page, accessible, f"{shot}-7-aid-sent")
    await page.context.clear_cookies()
    await page.goto(f"{link}?lang={language}")
    await look(page, accessible, f"{shot}-8-pay-for")
    await page.click("button.wide")
    await page.wait_for_url("**/balance")
    await look(page, accessible, f"{shot}-9-pay-for-sum")
    await page.goto(f"{house.url}/pay/harbor/receipts/NONE?lang={language}")
    await look(page, accessible, f"{shot}-a-no-page")


async def _help(page: Page) -> None:
    await page.fill("#name", "Ana Example")
    await page.fill("#contact", "206-555-0188")
    await page.fill("#household", "4")
    await page.check("input[name=way][value=call]")
    await page.select_option("#income", "15000_30000")
    await page.check("input[name=reason][value=job]")
    await page.click("main form button.wide")


async def test_after_the_hour_a_code_by_email(house: House, page: Page) -> None:
    token = house.link()
    house.clock.forward(minutes=61)
    await page.goto(f"{house.url}/p/{token}")
    await page.click("button")
    await expect(page.locator("main")).to_contain_text("timed out to protect you")
    await page.click("button[value=email]")
    await page.fill("#code", await house.code_from_mail())
    await page.click("form:has(#code) button")
    await page.wait_for_url("**/balance")
    await expect(page.locator("main")).to_contain_text("$184.50")


async def test_signing_in_with_the_keyboard_alone(house: House, page: Page) -> None:
    await page.goto(f"{house.url}/pay/harbor")
    await _reach(page, "name")
    for words in (NAME, "2", "3", "1980", ANA[2:]):
        await page.keyboard.type(words)
        await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.tagName") == "BUTTON"
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/code")
    await looked_up(house)
    await expect(page.locator("#code")).to_be_focused()
    await page.keyboard.type(await texted(house))
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/balance")


async def test_a_new_number_by_keyboard(house: House, page: Page) -> None:
    await sign_in(page, house)
    await page.goto(f"{house.url}/pay/harbor/contact")
    await _reach(page, "phone")
    await page.keyboard.type("206 555 0188")
    await page.keyboard.press("Enter")
    await looked_up(house)
    house.clock.forward(seconds=5)
    await expect(page.locator("#code")).to_be_focused()
    await page.keyboard.type(await texted(house, "+12065550188"))
    await page.keyboard.press("Enter")
    await expect(page.locator("[role=status]")).to_contain_text("Changed")
    house.clock.forward(seconds=5)
    await house.until(lambda: "was changed on our page" in house.said())
    assert house.app[keys.MAILBOX].mails()


async def _reach(page: Page, field: str) -> None:
    for _ in range(12):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.id") == field:
            return
    raise AssertionError(f"the keyboard never reaches {field}")


async def test_only_what_takes_an_address_or_words_is_long_enough_for_a_card(house: House, page: Page) -> None:
    await page.goto(f"{house.url}/pay/harbor")
    longest = "Array.from(document.querySelectorAll('input[type=text]'), i => [i.id, i.maxLength])"
    for field, length in await page.evaluate(longest):
        assert 0 < length < 13 or field in {"name", "contact"}
    assert await page.evaluate("document.querySelectorAll('[autocomplete^=cc-]').length") == 0
