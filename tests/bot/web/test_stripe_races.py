"""Pages that end, pages that are paid at the last moment, money that comes twice, and events in any order."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.tables import entries, payments, postings
from tests.bot.web.shop import WHOLE, Shop, open_shop, stamp
from tests.servers.stripe.book import Told


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as found:
        yield found


async def test_the_page_ends_with_the_link(shop: Shop) -> None:
    """Pressed after 45 minutes, it is over after 60; Stripe itself would leave it open longer."""
    token = shop.house.link()
    shop.house.clock.forward(minutes=45)
    await shop.house.post(f"/p/{token}")
    await shop.house.post("/pay/harbor/checkout", WHOLE)
    session = shop.there.book.objects[shop.attempt().processor_id]
    assert session["expires_at"] - stamp(shop.house.clock) >= 1800
    shop.house.clock.forward(minutes=14)
    assert session["status"] == "open"
    shop.house.clock.forward(minutes=2)
    await shop.house.until(lambda: session["status"] == "expired")
    await shop.house.until(lambda: shop.attempt().state == "expired")
    assert shop.owes() == 18450


async def test_a_page_that_stripe_does_not_know_holds_up_no_other(shop: Shop) -> None:
    """As after a change from the test key to the live one: asked for a day, and then no more."""
    unknown = await shop.begin()
    del shop.there.book.objects[unknown]
    other = await shop.begin("50.00")
    await shop.house.until(lambda: shop.attempt(0).polls)
    shop.house.clock.forward(minutes=61)
    await shop.house.until(lambda: shop.attempt().state == "expired")
    assert shop.there.book.objects[other]["status"] == "expired"
    await shop.house.until(lambda: shop.attempt(0).polls == 2)
    shop.house.clock.forward(hours=24)
    await shop.house.until(lambda: shop.attempt(0).poll_at is None)
    assert [row.state for row in shop.house.rows(payments)] == ["expired", "expired"]
    assert shop.owes() == 18450


async def test_paid_in_the_last_moment(shop: Shop) -> None:
    session = await shop.begin()
    shop.there.book.pay(session)
    shop.house.clock.forward(minutes=61)
    await shop.house.until(lambda: shop.attempt().state == "paid")
    assert shop.posted() == 1
    assert shop.owes() == 0


async def test_another_sum_takes_the_place_of_the_first(shop: Shop) -> None:
    first = await shop.begin("50.00")
    second = await shop.begin()
    await shop.house.until(lambda: shop.there.book.objects[first]["status"] == "expired")
    assert shop.there.book.objects[second]["status"] == "open"


async def test_paid_on_both_pages_the_second_is_held(shop: Shop) -> None:
    first = await shop.begin("50.00")
    shop.there.book.pay(first)  # before we could close it
    second = await shop.begin()
    shop.there.book.pay(second)
    await shop.deliver()
    await shop.house.until(lambda: {row.state for row in shop.house.rows(payments)} == {"paid"})
    held = shop.house.rows(postings, postings.c.account == "held")
    assert len(shop.house.rows(entries, entries.c.kind.in_(("payment", "payment_held")))) == 2
    assert len(held) == 1
    assert sum(row.cents for row in shop.house.rows(postings)) == 0
    assert "double_payment" in shop.tasks()


async def test_one_attempt_paid_twice_over_there(shop: Shop) -> None:
    session = await shop.begin()
    book = shop.there.book
    book.pay(session)
    await shop.deliver()
    intent = book.objects[book.objects[session]["payment_intent"]]
    own = {"id", "object", "created", "livemode"}
    again = book.new("pi", "payment_intent", "", **{name: intent[name] for name in intent if name not in own})
    book.tell("payment_intent.succeeded", again)
    assert set(await shop.deliver(times=3)) == {200}
    assert shop.owes() == 0
    assert [row.cents for row in shop.house.rows(postings, postings.c.account == "held")] == [-18450]
    assert "double_payment" in shop.tasks()


async def test_another_sum_than_we_asked_for(shop: Shop) -> None:
    session = await shop.begin()
    book = shop.there.book
    book.pay(session)
    book.objects[book.objects[session]["payment_intent"]]["amount_received"] = 10000
    assert set(await shop.deliver(times=2)) == {200}
    assert shop.owes() == 18450
    assert [row.cents for row in shop.house.rows(postings, postings.c.account == "held")] == [-10000]
    assert "payment_mismatch" in shop.tasks()


async def test_a_thousand_events_in_any_order(shop: Shop) -> None:
    """Payments, one of them refunded in part, one disputed and won back: each event told many times, in any order."""
    book, intents = shop.there.book, []
    for _ in range(5):
        session = await shop.begin("25.00")
        assert not book.pay(session, "decline")
        assert book.pay(session)
        intents.append(book.objects[session]["payment_intent"])
        await shop.there.send(shop.house.browser, book.events[-1])
    book.dispute_ends(book.dispute(intents[1])["id"], "won")
    book.refund("", {"payment_intent": intents[2], "amount": 700, "metadata": {}})
    told = [event for event in book.events for _ in range(1000 // len(book.events) + 1)]
    random.Random(6).shuffle(told)
    gate = asyncio.Semaphore(20)

    async def send(event: Told) -> int:
        async with gate:
            return await shop.there.send(shop.house.browser, event)

    assert len(told) >= 1000
    assert set(await asyncio.gather(*(send(event) for event in told))) == {200}
    kinds = [row.kind for row in shop.house.rows(entries)]
    assert (kinds.count("payment"), kinds.count("refund")) == (5, 1)
    assert shop.owes() == 18450 - 5 * 2500 + 700
    assert sum(row.cents for row in shop.house.rows(postings)) == 0
