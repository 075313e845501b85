"""The phones and the mailbox in a real browser: a text sent on one phone is answered on it, without a reload."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.web import keys
from tests.bot.web.house import ANA, ROOMMATES, House, open_house
from tests.browser.conftest import Check
from tests.browser.test_pay_pages import SHOTS

pytestmark = pytest.mark.browser


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


async def test_two_phones_side_by_side(house: House, page: Page, accessible: Check) -> None:
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.goto(f"{house.url}/simulator/phone?n=%2B{ANA[1:]}&n=%2B{ROOMMATES[1:]}")
    mine = page.locator(f'[data-number="{ANA}"]')
    await mine.locator("textarea").fill("BALANCE")
    await mine.locator("textarea").press("Enter")
    await expect(mine.locator(".mine")).to_contain_text("BALANCE")
    await expect(mine.locator(".theirs").first).to_contain_text("6-digit code")
    await expect(mine.locator(".theirs .meta").first).to_contain_text("delivered")
    assert await page.locator(f'[data-number="{ROOMMATES}"] .theirs').count() == 0
    await mine.locator("textarea").fill(await house.code_from_mail())
    await mine.locator("button", has_text="Send").click()
    await expect(mine.locator(".theirs").last).to_contain_text("184.50")
    await mine.locator("textarea").fill("pay")
    await mine.locator("textarea").press("Enter")
    await expect(mine.locator(".theirs a").last).to_have_attribute("href", re.compile("/p/"))
    await accessible(page)
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/simulator-phones.png", full_page=True)


async def test_the_phones_work_without_script(house: House, page: Page, accessible: Check) -> None:
    browser = page.context.browser
    assert browser
    context = await browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})
    plain = await context.new_page()
    await plain.goto(f"{house.url}/simulator/phone?n=%2B{ANA[1:]}")
    await plain.fill("textarea", "<b>hello</b> there")
    await plain.click("text=Send")
    assert "<b>hello</b> there" in await plain.inner_text(".mine")
    if SHOTS:
        await plain.screenshot(path=f"{SHOTS}/simulator-phone-320.png", full_page=True)
    await context.close()


async def test_the_mailbox(house: House, page: Page, accessible: Check) -> None:
    await house.text("BALANCE")
    await house.until(house.app[keys.MAILBOX].mails)
    await page.goto(f"{house.url}/simulator/mailbox")
    await accessible(page)
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/mailbox.png", full_page=True)
    await page.click(".mails a")
    frame = page.frame_locator("iframe")
    await expect(frame.locator("body")).to_contain_text("code")
    await accessible(page)
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/mail.png", full_page=True)
