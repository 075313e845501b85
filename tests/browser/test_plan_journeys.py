"""Payment plans in a real browser: agreed by text, signed on the page, charged on their day; a card that is refused."""

import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, expect

from bot.store.money_tables import cards, installments, plans
from bot.store.tables import entries, people
from bot.web import keys
from tests.bot.web.house import House
from tests.bot.web.paying import itemise, plan, saved
from tests.bot.web.test_plan_cards import WORDS, spoil
from tests.browser.conftest import SIZES, Check
from tests.browser.test_coming_in import looked_up
from tests.browser.test_pay_pages import look
from tests.browser.test_paying_journeys import CARD_SIZED, come_in, pay

pytestmark = pytest.mark.browser


@pytest.fixture
def house(house: House) -> House:
    """With visits told item by item."""
    itemise(house)
    return house


async def text(house: House, words: str) -> str:
    house.clock.forward(seconds=5)  # the carrier takes a segment a second
    return await house.text(words)


async def heard(house: House, words: str) -> None:
    house.clock.forward(seconds=5)
    await house.until(lambda: words in house.said())


def to(house: House, day: int, hour: int, month: int = 5) -> None:
    """That day in May; the hour in Seattle."""
    wanted = datetime(2026, month, day, hour + 7, 1, tzinfo=UTC)
    house.clock.forward(seconds=(wanted - house.clock()).total_seconds())


async def prove(house: House, page: Page) -> None:
    """The page asks for a code, which comes by text and by email at once."""
    mails = len(house.app[keys.MAILBOX].mails())
    await page.click("button[value=ask]")
    await looked_up(house)
    house.clock.forward(seconds=5)
    await page.fill("#code", await house.code_from_mail(mails))
    await page.click("form:has(#code) button.wide")


async def sign(page: Page, card: str) -> None:
    """With a new card."""
    await page.check("input[name=method][value=new]")
    await page.check("input[name=agree]")
    await page.fill("#name", "Ana Ruiz")
    await page.click("main button.wide")
    await pay(page, card)
    await page.wait_for_url("**signed=yes")
    await expect(page.get_by_role("status")).to_contain_text("plan is on")


def link_in(words: str) -> str:
    found = re.search(r"http\S+/p/\S+", words)
    assert found, words
    return found[0]


async def agree_by_text(house: House) -> str:
    """What is said until the agreement is there to sign; its link."""
    mails = len(house.app[keys.MAILBOX].mails())
    await text(house, "PLAN")
    offered = await text(house, await house.code_from_mail(mails))
    assert "B) 3 x $64.84" in offered
    said = await text(house, "B")
    for _ in range(3):
        if "/p/" in said:
            break
        said = await text(house, "15" if "day" in said.lower() else "YES")
    return link_in(said)


async def test_agreed_by_text_signed_on_the_page_charged_on_its_day(house: House, page: Page) -> None:
    await page.goto(await agree_by_text(house))
    await page.click("button[value=open]")
    await page.wait_for_url("**/code")
    await prove(house, page)
    await page.wait_for_url("**/agreements/**")
    await sign(page, "approve")
    await heard(house, "your plan is on")
    first = house.rows(installments)[0]
    to(house, first.due_on.day - 3, 10, first.due_on.month)
    await heard(house, "your plan takes $64.84")
    to(house, first.due_on.day, 9, first.due_on.month)
    await heard(house, "Paid $64.84")
    (paid,) = house.rows(entries, entries.c.kind == "payment")
    assert [one.state for one in house.rows(installments)] == ["paid", "waiting", "waiting"]
    house.clock.forward(minutes=1)
    await come_in(house, page)
    await expect(page.locator(".plan")).to_contain_text("active")
    await expect(page.locator(".past")).to_contain_text("-$64.84")
    assert paid.at.date() == first.due_on


async def test_a_card_is_refused_for_good_and_another_one_pays_the_rest(house: House, page: Page) -> None:
    number = plan(house)
    await come_in(house, page)
    await page.click(".plan a")
    await sign(page, "never")
    to(house, 12, 10)
    await heard(house, "your plan takes $61.50")
    to(house, 15, 9)
    await heard(house, "declined")
    await page.context.clear_cookies()
    await page.goto(f"{house.url}/p/{house.link(page='agreement')}")
    await page.click("button[value=open]")
    await prove(house, page)
    await page.wait_for_url(f"**/agreements/{number}")
    await expect(page.locator("#card")).to_contain_text("The bank declined the card on your plan")
    await page.click("#card .actions a >> nth=0")
    await page.check("input[name=keep]")
    await page.click("main button.wide")
    await pay(page, "approve")
    await page.wait_for_url("**/agreements/**card=**")
    newest = house.rows(cards)[-1]
    assert await page.is_checked(f"input[value=card-{newest.id}]")
    await page.check("#card input[name=agree]")
    await page.click("#card button.wide")
    await page.wait_for_url("**changed=yes**")
    await expect(page.get_by_role("status")).to_contain_text("charges this card from now on")
    await heard(house, "Visa ending 4242")  # what was refused is announced again
    to(house, 18, 10)
    await heard(house, "Paid $61.50")
    assert house.rows(plans)[0].card_id == newest.id


@pytest.mark.parametrize("why", WORDS)
@pytest.mark.parametrize("language", ["en", "es"])
async def test_every_page_about_a_card_that_is_missed(
    house: House, page: Page, accessible: Check, size: str, language: str, why: str
) -> None:
    width, height = SIZES[size]
    await page.set_viewport_size({"width": width, "height": height})
    house.write(lambda conn: conn.execute(people.update().values(language=language)))
    shot, number, card = f"{language}-{size}-t-{why}", plan(house), saved(house)
    await come_in(house, page)

    async def seen(name: str) -> None:
        await look(page, accessible, f"{shot}-{name}")
        assert await page.evaluate(CARD_SIZED) == []
        assert await page.get_attribute("html", "lang") == language

    await page.goto(f"{house.url}/pay/harbor/agreements/{number}")
    await page.check(f"input[value=card-{card.id}]")
    await page.check("input[name=agree]")
    await page.fill("#name", "Ana Ruiz")
    await page.click("main button.wide")
    await page.wait_for_url("**signed=yes")
    spoil(house, why, number)
    saved(house, last4="1111")
    for name in ("balance", "cards", f"agreements/{number}", f"cards/new?plan={number}"):
        await page.goto(f"{house.url}/pay/harbor/{name}")
        await seen(name.partition("?")[0].replace("/", "-"))
    await page.goto(f"{house.url}/pay/harbor/agreements/{number}")
    await page.check("#card input[name=agree]")
    await page.click("#card button.wide")
    await page.wait_for_url("**changed=yes**")
    await page.click("#card summary")
    await seen("changed")


async def test_another_card_with_the_keyboard_alone(house: House, page: Page) -> None:
    number, card = plan(house), saved(house)
    await come_in(house, page)
    await page.goto(f"{house.url}/pay/harbor/agreements/{number}")
    await page.check(f"input[value=card-{card.id}]")
    await page.check("input[name=agree]")
    await page.fill("#name", "Ana Ruiz")
    await page.click("main button.wide")
    new = saved(house, last4="1111")
    await page.goto(f"{house.url}/pay/harbor/agreements/{number}")
    for name, press in (("#card summary", "Enter"), ("#card input[name=agree]", "Space"), ("#card button", "Enter")):
        await _tab_to(page, name)
        await page.keyboard.press(press)
    await page.wait_for_url("**changed=yes**")
    assert house.rows(plans)[0].card_id == new.id


async def _tab_to(page: Page, selector: str) -> None:
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await page.evaluate("one => document.activeElement.matches(one)", selector):
            return
    raise AssertionError(f"the keyboard never reaches {selector}")
