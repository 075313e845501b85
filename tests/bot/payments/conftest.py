"""The real SDK against the stand-in."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.payments.stripe import Stripe
from tests.bot.payments.desk import Desk
from tests.bot.web.house import NOON, Hands
from tests.servers.stripe import KEY, SECRET, StandIn


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    clock = Hands(NOON)
    stand_in = StandIn(clock)
    async with stand_in.running(), aiohttp.ClientSession() as session:
        yield Desk(Stripe(session, KEY, (SECRET,), stand_in.url), stand_in, clock, session)
