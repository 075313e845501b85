"""A whole server whose checkout is Stripe, with the stand-in on the other side."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.store import ledger
from bot.store.tables import entries, payments, tasks
from tests.bot.web.house import NOON, Answer, Hands, House, open_house
from tests.servers.stripe import KEY, SECRET, StandIn

WHOLE = {"step": "begin", "choice": "whole"}


@dataclass
class Shop:
    """The house and the stand-in."""

    house: House
    there: StandIn

    async def begin(self, amount: str = "", *patients: str) -> str:
        """Through a link to the hosted page; the session's id there."""
        await self.house.post(f"/p/{self.house.link(*patients)}")
        part = {"step": "begin", "choice": "part", "amount": amount}
        answer = await self.house.post("/pay/harbor/checkout", part if amount else WHOLE, allow_redirects=False)
        assert answer.status == 303, answer.text
        return str(self.attempt().processor_id)

    async def back(self) -> Answer:
        """The patient comes back to our page."""
        return await self.house.get(f"/pay/harbor/checkout?payment={self.attempt().public_id}")

    async def deliver(self, **how: Any) -> list[int]:
        """Stripe sends what it has to say."""
        return await self.there.deliver(self.house.browser, **how)

    async def post(self, body: bytes, signature: str) -> int:
        """One event, as it is."""
        headers = {"Stripe-Signature": signature}
        return (await self.house.post("/webhooks/stripe", body, headers=headers)).status

    def owes(self, patient: str = "P1") -> int:
        one = self.house.ids[patient]
        return int(self.house.write(lambda conn: ledger.balances(conn, [one]))[one])

    def posted(self) -> int:
        """How many payments the books have."""
        return len(self.house.rows(entries, entries.c.kind == "payment"))

    def tasks(self) -> set[str]:
        return {row.kind for row in self.house.rows(tasks)}

    def attempt(self, at: int = -1) -> Any:
        return self.house.rows(payments)[at]


@asynccontextmanager
async def open_shop(folder: Path, *, live: bool = False, **env: str) -> AsyncIterator[Shop]:
    """Both, up."""
    clock = Hands(NOON)
    there = StandIn(clock, live=live, key=KEY.replace("test", "live") if live else KEY)
    async with there.running():
        ours = {
            "PAYBOT_CHECKOUT": "stripe",
            "PAYBOT_STRIPE_API_KEY": there.key,
            "PAYBOT_STRIPE_WEBHOOK_SECRET": f"{SECRET}, whsec_older",
            "PAYBOT_STRIPE_API_URL": there.url,
        }
        async with open_house(folder, clock, **(ours | env)) as house:
            there.webhook = f"{house.url}/webhooks/stripe"
            yield Shop(house, there)


def stamp(clock: Hands, seconds: float = 0) -> float:
    """A moment as Stripe writes it."""
    now: datetime = clock()
    return now.timestamp() + seconds
