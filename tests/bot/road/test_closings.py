"""Pages that end at the processor: one that goes wrong keeps no other from being closed."""

from datetime import datetime

from bot.paying.outcomes.closings import Closings
from bot.payments import PaymentNews, Submitted
from bot.payments.sandbox import Sandbox
from bot.store.sandbox_book import SandboxBook
from bot.store.tables import payments
from tests.bot.road.till import Till
from tests.harbor import KEYS


class Odd(Sandbox):
    """A sandbox that answers what nobody understands about one payment, and does not know another."""

    odd = unknown = ""
    asked: list[str]

    async def end_checkout(self, attempt: Submitted, now: datetime) -> PaymentNews | None:
        self.asked.append(attempt.public_id)
        if attempt.public_id == self.odd:
            raise KeyError("status")
        if attempt.public_id == self.unknown:
            return None
        return await super().end_checkout(attempt, now)


def closing(till: Till) -> tuple[Closings, Odd]:
    """The round, and whom it asks."""
    bank = Odd(KEYS, SandboxBook(till.road.writer, till.reader))
    bank.asked = []
    return Closings(till.road, till.reader, till.road.writer, bank, till.harbor.world.practices, till.clock), bank


async def test_one_page_that_goes_wrong(till: Till) -> None:
    await till.say("hello")
    first = await till.open_page(till.harbor.patients["Ana Ruiz"])
    second = await till.open_page(till.harbor.patient("Ben Ode", phone="+12065550178", owes=500))
    closings, bank = closing(till)
    bank.odd = first.public_id
    till.clock.forward(minutes=61)
    assert await closings.look() == 2
    assert [row["state"] for row in till.harbor.all(payments)] == ["open", "expired"]
    assert await closings.look() == 0
    for minutes in (1, 2, 3):
        till.clock.forward(minutes=minutes)
        assert await closings.look() == 1
        assert await closings.look() == 0
    assert bank.asked == [first.public_id, second.public_id, *[first.public_id] * 3]


async def test_a_page_that_nobody_knows_is_over_after_a_day(till: Till) -> None:
    """Until then it is asked for, less and less often; and its patient is held up by it no longer than its hour."""
    await till.say("hello")
    ana = till.harbor.patients["Ana Ruiz"]
    lost = await till.open_page(ana)
    closings, bank = closing(till)
    bank.unknown = lost.public_id
    till.clock.forward(minutes=60)
    for _ in range(23 * 12):
        till.clock.forward(minutes=5)
        await closings.look()
    assert [row["state"] for row in till.harbor.all(payments)] == ["open"]
    assert 30 < len(bank.asked) < 60
    till.clock.forward(hours=1)
    assert await closings.look() == 1
    till.clock.forward(hours=1)
    await closings.look()
    assert [(row["state"], row["poll_at"]) for row in till.harbor.all(payments)] == [("expired", None)]
    assert till.balance(ana) == [6000]
    again = await till.open_page(ana)
    assert again.id != lost.id
