"""The doctor about Stripe: key, mode, connected accounts, webhook; and no secret is ever shown."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import Engine

from bot.checks import Surroundings, checkout
from bot.practice_file import parse_practice
from bot.store.engine import make_engine
from bot.web.door import Door
from tests.bot.test_checks import PRACTICE, surroundings
from tests.harbor import NOW
from tests.servers.stripe import KEY, SECRET, StandIn

STRIPE = {"checkout": "stripe", "stripe_webhook_secret": f"{SECRET},whsec_older", "public_url": "http://127.0.0.1:1"}


@pytest.fixture
def embedded(sqlite_url: str) -> Any:
    engine = make_engine(sqlite_url)
    yield engine
    engine.dispose()


async def said(around: Surroundings) -> list[str]:
    lines = [str(line) async for line in checkout.checkout(around)]
    assert not any(secret in line for line in lines for secret in (KEY, SECRET, "sk_live"))
    return lines


async def test_all_is_well(embedded: Engine, tmp_path: Path) -> None:
    there = StandIn(lambda: NOW)
    async with there.running():
        url = {"stripe_api_key": KEY, "stripe_api_url": there.url}
        async with surroundings(embedded, tmp_path, **STRIPE, **url) as around:
            practice = parse_practice(PRACTICE | {"stripe_account": "acct_1"})
            found = await said(replace(around, practices=(practice,)))
    assert "ok       checkout: Stripe knows the key (test mode); 2 webhook secrets are set." in found
    assert "ok       checkout harbor: Its account is connected and may take payments." in found


async def test_another_key(embedded: Engine, tmp_path: Path) -> None:
    there = StandIn(lambda: NOW)
    async with there.running():
        url = {"stripe_api_key": "sk_test_other", "stripe_api_url": there.url}
        async with surroundings(embedded, tmp_path, **STRIPE, **url) as around:
            assert await said(around) == ["failure  checkout: Stripe does not know the key. See PAYBOT_STRIPE_API_KEY."]


async def test_nobody_there(embedded: Engine, tmp_path: Path) -> None:
    url = {"stripe_api_key": KEY, "stripe_api_url": "http://127.0.0.1:1"}
    async with surroundings(embedded, tmp_path, **STRIPE, **url) as around:
        assert "does not answer" in (await said(around))[0]


async def test_real_money_outside_of_production(embedded: Engine, tmp_path: Path) -> None:
    there = StandIn(lambda: NOW, key="sk_live_1", live=True)
    async with there.running():
        url = {"stripe_api_key": there.key, "stripe_api_url": there.url}
        async with surroundings(embedded, tmp_path, **STRIPE, **url) as around:
            assert "it takes real money outside of production" in (await said(around))[0]


@pytest.mark.parametrize("status,verdict", [(400, "ok"), (404, "failure"), (200, "failure")])
async def test_a_webhook_that_is_not_ours(embedded: Engine, tmp_path: Path, status: int, verdict: str) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/webhooks/stripe", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = Door(runner, "127.0.0.1", 0)
    await site.start()
    there = StandIn(lambda: NOW)
    async with there.running():
        url = {"stripe_api_key": KEY, "stripe_api_url": there.url, "public_url": f"http://127.0.0.1:{site.port}"}
        async with surroundings(embedded, tmp_path, **(STRIPE | url)) as around:
            assert (await said(around))[-1].startswith(verdict)
    await runner.cleanup()
