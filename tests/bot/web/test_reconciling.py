"""The night's comparison: a lost event is found and posted, and what nobody can explain is a task."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.store.money_tables import reconciliations
from bot.store.tables import entries, payments, postings
from tests.bot.web.shop import Shop, open_shop


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as found:
        yield found


async def morning(shop: Shop) -> list[object]:
    """The next day, after the comparison; what did not add up."""
    shop.house.clock.forward(hours=16)
    row = await shop.house.until(lambda: shop.house.rows(reconciliations))
    return list(row[-1].unexplained)


def even(shop: Shop) -> bool:
    row = shop.house.rows(reconciliations)[-1]
    return bool(row.processor_cents == row.books_cents)


async def test_a_night_like_any_other(shop: Shop) -> None:
    shop.there.book.pay(await shop.begin())
    await shop.deliver()
    assert await morning(shop) == []
    row = shop.house.rows(reconciliations)[0]
    assert (row.processor_cents, row.books_cents, row.found) == (18450, 18450, 0)
    assert "reconciliation" not in shop.tasks()


async def test_nobody_paid_yet_nothing_is_compared(shop: Shop) -> None:
    shop.house.clock.forward(hours=16)
    await shop.begin()
    assert shop.house.rows(reconciliations) == []


async def test_a_lost_refund_is_found(shop: Shop) -> None:
    session = await shop.begin()
    book = shop.there.book
    book.pay(session)
    await shop.deliver()
    book.refund("", {"payment_intent": book.objects[session]["payment_intent"], "amount": 1000})
    shop.there.sent = len(book.events)
    assert await morning(shop) == []
    assert shop.owes() == 1000
    assert shop.house.rows(reconciliations)[0].found == 1


async def test_a_lost_dispute_is_found(shop: Shop) -> None:
    session = await shop.begin()
    book = shop.there.book
    book.pay(session)
    await shop.deliver()
    book.dispute(book.objects[session]["payment_intent"])
    assert await morning(shop) == []
    assert shop.owes() == 18450


async def test_money_with_our_mark_that_we_never_asked_for(shop: Shop) -> None:
    await shop.begin()
    book = shop.there.book
    method = book.method("", "approve", "cus_1")
    ours = {"amount": 900, "currency": "usd", "metadata": {"payment": "f" * 32}}
    book.charge("", ours | {"customer": "cus_1", "payment_method": method["id"]})
    assert len(await morning(shop)) == 1
    assert "reconciliation" in shop.tasks()


async def test_a_payment_that_the_processor_does_not_know(shop: Shop) -> None:
    session = await shop.begin()
    book = shop.there.book
    book.pay(session)
    await shop.deliver()
    intent = book.objects.pop(book.objects[session]["payment_intent"])
    book.objects.pop(intent["latest_charge"])
    assert await morning(shop) == [intent["id"]]
    assert not even(shop)
    assert "reconciliation" in shop.tasks()


async def test_three_days_without_a_server(tmp_path: Path, shop: Shop) -> None:
    """Paid while we were down, and every event lost: one comparison finds it, and finds nothing twice."""
    shop.there.book.pay(await shop.begin())
    shop.house.write(lambda conn: conn.execute(update(payments).values(poll_at=None)))  # nor was the page closed
    shop.house.clock.forward(days=3)
    await shop.house.until(lambda: shop.house.rows(reconciliations))
    assert shop.owes() == 0
    assert shop.posted() == 1
    shop.house.clock.forward(days=1)
    await shop.house.until(lambda: len(shop.house.rows(reconciliations)) == 2)
    assert shop.posted() == 1
    assert sum(row.cents for row in shop.house.rows(postings)) == 0


async def test_other_business_on_the_same_account(shop: Shop) -> None:
    await shop.begin()
    book = shop.there.book
    method = book.method("", "approve", "cus_1")
    book.charge("", {"amount": 900, "currency": "usd", "customer": "cus_1", "payment_method": method["id"]})
    assert await morning(shop) == []
    assert shop.house.rows(entries, entries.c.kind == "payment") == []
