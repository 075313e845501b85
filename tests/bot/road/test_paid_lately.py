"""What a turn knows of recent payments: taken, refused, given back, and paid at the office."""

from collections.abc import AsyncIterator, Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.imports import single
from bot.imports.payments import Payment
from bot.imports.report import Problems
from bot.paying.books import elsewhere
from bot.store import lately
from bot.store.tables import payments as payment_rows
from tests.bot.road.till import Till, open_till
from tests.harbor import MAIL, NOW, Harbor

Seen = list[tuple[str, int, date | None, str]]


@pytest.fixture
async def till(harbor: Harbor) -> AsyncIterator[Till]:
    ana = harbor.patient("Ana Ruiz", mail=MAIL, owes=20000)
    async with open_till(harbor) as opened:
        await opened.say("hello")
        opened.prove(ana)
        await opened.save(ana)
        yield opened


@pytest.fixture
def seen(till: Till) -> Callable[[datetime], Seen]:
    ana = till.harbor.patients["Ana Ruiz"]

    def told(now: datetime) -> Seen:
        with till.harbor.engine.connect() as conn:
            found = lately.paid(conn, (ana, 999), now)
        assert set(found) <= {ana}
        return [(one.state, one.cents, one.paid_on, one.last4) for one in found.get(ana, ())]

    return told


async def pay(till: Till, words: str = "PAY 50", *, bank: str = "") -> None:
    till.bank.next_charges = [bank] if bank else []
    await till.pay(words, "4242")
    await till.charge()
    await till.say("balance")


def record(till: Till, cents: int, on: date) -> None:
    payment = Payment(1, f"P{cents}", "Ana Ruiz", on, cents, "cash", None, None)
    with till.harbor.engine.begin() as conn:
        problems = Problems()
        single.put_payment(conn, till.harbor.practice_id, payment, problems, NOW)
        assert not problems.errors


async def test_taken_and_refused(till: Till, seen: Callable[[datetime], Seen]) -> None:
    assert seen(NOW) == []
    await pay(till, bank="decline")
    till.clock.forward(minutes=1)
    await pay(till)
    assert seen(till.clock()) == [("taken", 5000, None, "4242"), ("hold", 5000, None, "0002")]
    assert seen(NOW + timedelta(days=11)) == [("taken", 5000, None, "4242")]
    assert seen(NOW + timedelta(days=61)) == []


async def test_what_was_given_back_is_less(till: Till, seen: Callable[[datetime], Seen]) -> None:
    await pay(till)
    with till.harbor.engine.begin() as conn:
        conn.execute(update(payment_rows).values(refunded_cents=2000))
    assert seen(NOW) == [("taken", 3000, None, "4242")]
    with till.harbor.engine.begin() as conn:
        conn.execute(update(payment_rows).values(refunded_cents=5000))
    assert seen(NOW) == []


async def test_paid_at_the_office(till: Till, seen: Callable[[datetime], Seen]) -> None:
    record(till, 4000, date(2026, 4, 29))
    record(till, 1500, date(2026, 5, 1))
    assert sorted(seen(NOW)) == [
        ("elsewhere", 1500, date(2026, 5, 1), ""), ("elsewhere", 4000, date(2026, 4, 29), ""),
    ]  # fmt: skip
    with till.harbor.engine.begin() as conn:
        elsewhere.undo(conn, till.harbor.practice_id, "P1500", "a mistake", NOW)
    assert seen(NOW) == [("elsewhere", 4000, date(2026, 4, 29), "")]
    assert await till.say("I already paid at the desk") == ["paid_already/how_much"]
    assert await till.say("about 40") == ["paid_already/found"]


async def test_charged_twice(till: Till) -> None:
    await pay(till, bank="decline")
    await pay(till)
    assert await till.say("i was charged twice!!") == ["charged_twice/one_on_hold"]
    till.clock.forward(minutes=11)
    await pay(till)
    assert await till.say("i was charged twice!!") == ["charged_twice/two_taken"]
