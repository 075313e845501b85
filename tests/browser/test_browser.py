"""The browser and the accessibility check can be relied on: they see good, and they see bad."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Error, Page

from tests.browser.conftest import Check

pytestmark = pytest.mark.browser

GOOD = '<!doctype html><html lang="en"><title>Pay</title><main><h1>Your bill</h1><button>Pay</button></main></html>'
BAD = "<!doctype html><html><title></title><img src='data:,'><input></html>"


async def serve(html: str) -> TestServer:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(
            text=html, content_type="text/html", headers={"Content-Security-Policy": "default-src 'none'"}
        )

    app = web.Application()
    app.router.add_get("/", answer)
    server = TestServer(app)
    await server.start_server()
    return server


async def test_a_page_is_drawn_and_passes(page: Page, accessible: Check) -> None:
    server = await serve(GOOD)
    await page.goto(str(server.make_url("/")))
    assert await page.inner_text("h1") == "Your bill"
    assert len(await page.screenshot()) > 1000
    await accessible(page)
    await server.close()


async def test_a_page_without_labels_fails(page: Page, accessible: Check) -> None:
    server = await serve(BAD)
    await page.goto(str(server.make_url("/")))
    with pytest.raises(AssertionError, match="label"):
        await accessible(page)
    await server.close()


async def test_the_browser_reaches_no_other_machine(page: Page) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        await page.goto("http://pay.example/")
