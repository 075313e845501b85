"""The console in a real browser: phone and desk, keyboard only, hostile words stay words, no rule of WCAG broken."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import ConsoleMessage, Dialog, Page, expect

from bot.store.staff import Role
from bot.store.tables import addresses, outbox
from bot.web.keys import LOCAL_TWILIO
from tests.bot.web.console.desk import KIM, PASSWORD, Desk
from tests.bot.web.house import ANA, NOON, SHARED, Hands, open_house
from tests.browser.conftest import SIZES, Check

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("PAYBOT_SCREENSHOTS", "")
"""A folder: then every page that is looked at is drawn into it, for people to see."""
HOSTILE = (
    "<script>document.title='taken'</script>",
    '"><img src=x onerror="document.title=\'taken\'">',
    "<a href=\"javascript:document.title='taken'\">click</a>",
    "<style>body{display:none}</style>",
    "{{ 7 * 7 }} ${7*7} <%= 7*7 %>",
    "=cmd|' /C calc'!A0",
    "\x1b[31mred\x1b[0m",
    "\u202egnp.exe",
    "</textarea></title><svg onload=\"document.title='taken'\">",
    "'; DROP TABLE inbox; --",
)


MARKS = {0x1B: "\ufffd", 0x202E: "\ufffd"}
"""What would steer a terminal or turn the reading order around is shown as a mark."""


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_house(tmp_path, Hands(NOON)) as house:
        yield Desk(house)


@pytest.fixture(params=SIZES)
async def size(request: pytest.FixtureRequest, page: Page) -> str:
    width, height = SIZES[request.param]
    await page.set_viewport_size({"width": width, "height": height})
    return str(request.param)


async def look(page: Page, accessible: Check, name: str) -> None:
    """Accessible, nothing cut off sideways, no script, and drawn for people where they ask for it."""
    await accessible(page)
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is {wide} px wider than the screen"
    assert await page.evaluate("document.scripts.length") == 0
    if SHOTS:
        await page.screenshot(path=f"{SHOTS}/console-{name}.png", full_page=True)


async def enter(page: Page, desk: Desk, role: Role = Role.BILLER) -> None:
    await page.goto(desk.house.url + desk.link(role=role))
    await page.fill("#password", PASSWORD)
    await page.fill("#again", PASSWORD)
    await page.click("button.wide")
    await page.wait_for_url("**/console/conversations")


async def test_the_way_in(desk: Desk, page: Page, accessible: Check, size: str) -> None:
    link = desk.house.url + desk.link()
    await page.goto(link)
    await look(page, accessible, f"{size}-01-set-up")
    await page.fill("#password", "lamp lamp lamp")
    await page.fill("#again", "lamp lamp lamp")
    await page.click("button.wide")
    await expect(page.get_by_role("alert")).to_contain_text("too easy")
    await look(page, accessible, f"{size}-02-too-easy")
    await page.fill("#password", PASSWORD)
    await page.fill("#again", PASSWORD)
    await page.click("button.wide")
    await page.wait_for_url("**/console/conversations")
    await look(page, accessible, f"{size}-03-nothing-yet")
    await page.goto(f"{desk.house.url}/console/tasks")
    await look(page, accessible, f"{size}-04-no-tasks")
    await page.click("text=Sign out")
    await look(page, accessible, f"{size}-05-signed-out")
    await page.fill("#email", KIM)
    await page.fill("#password", "four lamps")
    await page.click("button.wide")
    await look(page, accessible, f"{size}-06-wrong")
    await page.goto(link)
    await look(page, accessible, f"{size}-07-link-ended")


async def test_a_day_at_the_desk(desk: Desk, page: Page, accessible: Check, size: str) -> None:
    await _a_morning(desk)
    await enter(page, desk)
    await look(page, accessible, f"{size}-11-conversations")
    await page.click("h2 a >> nth=0")
    await look(page, accessible, f"{size}-12-thread")
    await page.fill("#text", "Hello, this is Kim. " * 10)
    await page.click("text=Send text")
    await expect(page.get_by_role("alert")).to_contain_text("2 texts")
    await look(page, accessible, f"{size}-13-long")
    await page.fill("#text", "Hello, this is Kim from billing. How can I help?")
    await page.click("text=Check again")
    await expect(page.get_by_role("status")).to_contain_text("on its way")
    await desk.house.until(lambda: "this is Kim" in desk.house.said(ANA))
    await look(page, accessible, f"{size}-14-answered")
    await page.click("text=Hand back to the bot")
    await look(page, accessible, f"{size}-15-handed-back")
    await page.click("aside .card >> nth=1 >> a")
    await look(page, accessible, f"{size}-16-patient")
    await page.goto(f"{desk.house.url}/console/tasks")
    await look(page, accessible, f"{size}-17-tasks")
    await page.click("button:has-text('Done')")
    await look(page, accessible, f"{size}-18-done")
    await page.goto(f"{desk.house.url}/console/conversations/{desk.house.talk(SHARED)}")
    await look(page, accessible, f"{size}-19-opted-out")
    await page.goto(f"{desk.house.url}/console/conversations/999")
    await look(page, accessible, f"{size}-20-not-found")


async def _a_morning(desk: Desk) -> None:
    """Somebody asks for a person, somebody opts out, a text does not arrive, tasks become due."""
    house = desk.house
    await house.text("Hi, what is this about?")
    house.clock.forward(minutes=1)
    await house.text("agent")
    house.clock.forward(minutes=1)
    await house.text("I was charged twice for the visit in March", SHARED)
    house.clock.forward(minutes=1)
    await house.text("refund please", SHARED)
    house.clock.forward(minutes=1)
    await house.text("STOP", SHARED)
    await house.until(lambda: all(row.state == "delivered" for row in house.rows(outbox)))
    first = house.rows(outbox)[0].id
    gone = outbox.update().where(outbox.c.id == first).values(state="undelivered", error_code="30005")
    house.write(lambda conn: conn.execute(gone))
    bad = addresses.update().where(addresses.c.channel == "email").values(problem="bounced")
    house.write(lambda conn: conn.execute(bad))
    house.clock.forward(hours=30)


async def test_answering_with_the_keyboard_alone(desk: Desk, page: Page) -> None:
    await desk.asked_for()
    desk.house.clock.forward(minutes=1)
    await enter(page, desk)
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "Skip to the content"
    await page.keyboard.press("Enter")
    await _tab_to(page, "pathname?.startsWith('/console/conversations/')")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/console/conversations/*")
    await _tab_to(page, "id === 'text'")
    await page.keyboard.type("Hello, this is Kim.")
    await _tab_to(page, "textContent === 'Send text'")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**said=answered**")
    await desk.house.until(lambda: "this is Kim" in desk.house.said(ANA))


async def test_hostile_words_are_shown_as_words(desk: Desk, page: Page, accessible: Check) -> None:
    trouble: list[str] = []

    def note(said: ConsoleMessage) -> None:
        trouble.append(said.text)

    async def dialog(opened: Dialog) -> None:
        trouble.append(opened.message)
        await opened.dismiss()

    page.on("console", note)
    page.on("dialog", dialog)
    page.on("pageerror", lambda error: trouble.append(str(error)))
    await desk.asked_for()
    for body in HOSTILE:
        assert await desk.house.app[LOCAL_TWILIO].text(ANA, "+12065550100", body) == 200
    await enter(page, desk)
    await look(page, accessible, "hostile-list")
    await page.click("h2 a >> nth=0")
    shown = await page.locator(".thread .in .body").all_inner_texts()
    for body in HOSTILE:
        assert any(body.translate(MARKS) in told for told in shown), body
    await look(page, accessible, "hostile-thread")
    await page.fill("#text", HOSTILE[0] + HOSTILE[8] + " " * 5 + "x" * 160)
    await page.click("text=Send text")
    assert HOSTILE[8] in await page.input_value("#text")
    assert "taken" not in await page.title()
    assert trouble == []


async def test_an_auditor_sees_no_buttons(desk: Desk, page: Page, accessible: Check) -> None:
    talk = await desk.asked_for()
    await enter(page, desk, Role.AUDITOR)
    await page.goto(f"{desk.house.url}/console/conversations/{talk}")
    assert await page.locator("main button, main textarea").count() == 0
    await page.goto(f"{desk.house.url}/console/tasks")
    assert await page.locator("main button").count() == 0
    await look(page, accessible, "auditor-tasks")


async def _tab_to(page: Page, test: str) -> None:
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await page.evaluate(f"document.activeElement.{test}"):
            return
    raise AssertionError(f"the keyboard never reaches {test}")
