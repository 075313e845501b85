"""The adapter and what stands on the other side, with a clock that moves when a test says so."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import aiohttp

from bot.payments import Opened, Order, Submitted
from bot.payments.stripe import Stripe
from tests.bot.web.house import Hands
from tests.servers.stripe import StandIn


@dataclass
class Desk:
    """The adapter and the other side."""

    stripe: Stripe
    there: StandIn
    clock: Hands
    session: aiohttp.ClientSession

    def order(self, public_id: str = "a1b2", cents: int = 18450, **more: Any) -> Order:
        ends_at = self.clock() + timedelta(minutes=60)
        back = "http://127.0.0.1:8080/pay/harbor/checkout?payment=a1b2"
        return replace(Order(public_id, cents, "", back, ends_at, keep_card=False), **more)

    async def open(self, public_id: str = "a1b2", cents: int = 18450, **more: Any) -> Opened:
        return await self.stripe.open_checkout(self.order(public_id, cents, **more), self.clock())

    def attempt(
        self, processor_id: str = "", public_id: str = "a1b2", cents: int = 18450, account: str = ""
    ) -> Submitted:
        return Submitted(public_id, processor_id, cents, self.clock(), 0, account)
