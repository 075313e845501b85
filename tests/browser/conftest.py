"""A real browser that reaches this machine only, and a check of pages against the accessibility rules."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from bot.loop import make_loop
from tests.bot.web.house import NOON, Hands, House, open_house

SIZES = {"phone": (320, 640), "desk": (1280, 800)}
Check = Callable[[Page], Awaitable[None]]

# Chromium would call home for updates, sync and safe browsing; a test's browser has nobody to call.
_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """These run on the loop of `paybot serve`; the tests beside them, without a browser, on Python's own."""
    return {"as served": make_loop}


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for the session."""
    path = shutil.which("chromium")
    if path is None:
        raise RuntimeError("Chromium is not installed: run `make test-browser`")
    # Chromium's own sandbox refuses to run as root.
    flags = [*_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page in a browser profile of its own, as large as a phone; it forgets everything afterwards."""
    context = await browser.new_context(viewport={"width": 390, "height": 844}, locale="en-US")
    context.set_default_timeout(10_000)
    page = await context.new_page()
    yield page
    await context.close()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A server at noon, with a practice, its patients and their bills."""
    async with open_house(tmp_path, Hands(NOON)) as house:
        yield house


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    """The name of a size to look at pages in."""
    return str(request.param)


@pytest.fixture(scope="session")
def accessible() -> Check:
    """Await it with a page: fails with axe's report if a rule of WCAG 2 A or AA is broken."""

    async def check(page: Page) -> None:
        found = await Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        assert found.violations_count == 0, found.generate_report()

    return check
