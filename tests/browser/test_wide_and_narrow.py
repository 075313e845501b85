"""The balance with one, four and fifty visits, a family's, somebody else's, and the small pages: nothing breaks."""

from datetime import date, timedelta

import pytest
from playwright.async_api import Page, expect

from bot.app import ENGINE
from bot.imports import Into, import_file
from bot.store.tables import page_sessions, people
from tests.bot.web.house import House
from tests.bot.web.paying import COLUMNS
from tests.bot.web.test_unsubscribe import button
from tests.browser.conftest import Check
from tests.browser.test_pay_pages import look
from tests.browser.test_paying_journeys import CARD_SIZED, come_in

pytestmark = pytest.mark.browser

SIZES = {"small": (320, 640), "phone": (360, 740), "desk": (1280, 800)}
FAR_APART = """() => {
    const at = one => document.querySelector(one)?.getBoundingClientRect();
    const bills = at(".bills"), past = at(".past"), pay = at(".pay");
    return {below: past.top - bills.bottom, beside: pay.left >= bills.right, same: Math.abs(past.left - bills.left)};
}"""


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def visits(house: House, count: int) -> None:
    """So many more visits of P2, told in full."""
    days = [date(2026, 1, 2) + timedelta(days=at) for at in range(count)]
    told = [
        f"V{at},P2,{day},{10 + at}.05,Dr. Lindqvist,EV{at},Harbor North,Office visit,120.00,{90 - at}.00,19.95"
        for at, day in enumerate(days)
    ]
    path = house.settings.data_dir / "many.csv"
    path.write_text("\n".join([f"{COLUMNS},billed,insurance_paid,adjustment", *told]) + "\n", "utf-8")
    import_file(Into(house.app[ENGINE], 1, house.clock()), "charges", path)


@pytest.mark.parametrize("count", [0, 3, 49])
@pytest.mark.parametrize("language", ["en", "es"])
async def test_one_four_and_fifty_visits(
    house: House, page: Page, accessible: Check, size: str, language: str, count: int
) -> None:
    width, height = SIZES[size]
    await page.set_viewport_size({"width": width, "height": height})
    house.write(lambda conn: conn.execute(people.update().values(language=language)))
    visits(house, count)
    await come_in(house, page)
    two = [house.ids["P2"]]
    house.write(lambda conn: conn.execute(page_sessions.update().values(person_ids=two, proof=2)))
    await page.goto(f"{house.url}/pay/harbor/balance")
    await expect(page.locator(".visit")).to_have_count(count + 1)
    await look(page, accessible, f"{language}-{size}-v-{count + 1}")
    assert await page.evaluate(CARD_SIZED) == []
    if size == "desk":
        seen = await page.evaluate(FAR_APART)
        assert (seen["beside"], seen["same"] < 1, 0 <= seen["below"] < 60) == (True, True, True), seen
    assert await page.is_visible("a[href='#pay']") is (count >= 3 and size != "desk")


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_family_no_page_and_no_more_mail(
    house: House, page: Page, accessible: Check, size: str, language: str
) -> None:
    width, height = SIZES[size]
    await page.set_viewport_size({"width": width, "height": height})
    house.write(lambda conn: conn.execute(people.update().values(language=language)))
    visits(house, 2)
    await come_in(house, page)
    both = [house.ids["P1"], house.ids["P2"]]
    house.write(lambda conn: conn.execute(page_sessions.update().values(person_ids=both, proof=2)))
    await page.goto(f"{house.url}/pay/harbor/balance")
    await look(page, accessible, f"{language}-{size}-w-family")
    for name, where in (("no-page", "nothing"), ("start", "pay"), ("no-link", f"p/{'x' * 22}")):
        await page.goto(f"{house.url}/{where}?lang={language}")
        await look(page, accessible, f"{language}-{size}-w-{name}")
    await page.goto(f"{house.url}/unsubscribe/{button(house)}")
    await look(page, accessible, f"{language}-{size}-w-unsubscribe")
    await page.click("main button")
    await look(page, accessible, f"{language}-{size}-w-unsubscribed")


REACHED = """() => {
    const one = document.activeElement, drawn = getComputedStyle(one);
    return {name: `${one.tagName} ${one.name ?? ""} ${one.id}`, body: one === document.body,
        outline: parseFloat(drawn.outlineWidth), style: drawn.outlineStyle};
}"""
STOPS = """() => {
    const kinds = "a[href], button, summary, input, select, textarea";
    const every = document.querySelector("main").querySelectorAll(kinds);
    const radios = new Set();
    return Array.from(every).filter(one => {
        if (one.type === "hidden" || !one.checkVisibility()) return false;
        if (one.type !== "radio") return true;
        return !radios.has(one.name) && radios.add(one.name);
    }).length;
}"""


@pytest.mark.parametrize("where", ["balance", "cards", "cards/new", "contact", "share", "aid"])
async def test_the_keyboard_reaches_everything_and_is_seen(house: House, page: Page, where: str) -> None:
    await come_in(house, page)
    await page.goto(f"{house.url}/pay/harbor/{where}")
    wanted, seen = await page.evaluate(STOPS), set()
    for _ in range(60):
        await page.keyboard.press("Tab")
        now = await page.evaluate(REACHED)
        if now["body"]:
            break
        assert (now["outline"] >= 2, now["style"]) == (True, "solid"), now
        if await page.evaluate("document.activeElement.closest('main') !== null"):
            seen.add(await page.evaluate("Array.from(document.querySelectorAll('*')).indexOf(document.activeElement)"))
    assert len(seen) == wanted > 0
