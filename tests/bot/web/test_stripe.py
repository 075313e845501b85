"""Stripe from end to end: signed news and nothing else, one posting whatever comes how often, and nobody's name."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from bot.store.money_tables import cards, mandates
from bot.store.tables import inbox, outbox, payments
from tests import canaries
from tests.bot.web.shop import WHOLE, Shop, open_shop
from tests.servers.stripe.server import Misdeed


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as found:
        yield found


async def test_there_and_back(shop: Shop) -> None:
    session = await shop.begin()
    assert shop.there.book.objects[session]["amount_total"] == 18450
    assert shop.there.book.pay(session)
    assert "/receipts/HFM-20001" in (await shop.back()).path
    assert shop.owes() == 0
    assert set(await shop.deliver(times=2)) == {200}
    assert shop.posted() == 1
    assert "Visa" in shop.house.rows(payments)[0].card_brand


async def test_by_the_hosted_page_itself(shop: Shop) -> None:
    await shop.house.post(f"/p/{shop.house.link()}")
    page = await shop.house.post("/pay/harbor/checkout", WHOLE)
    session = shop.attempt().processor_id
    assert f'href="{shop.there.url}/c/{session}"' in page.text
    async with shop.house.browser.get(f"{shop.there.url}/c/{session}") as there:
        assert "$184.50" in await there.text()
    async with shop.house.browser.post(f"{shop.there.url}/c/{session}", data={"card": "decline"}) as declined:
        assert "Try another card" in await declined.text()
    async with shop.house.browser.post(f"{shop.there.url}/c/{session}", data={"card": "approve"}) as answer:
        assert "HFM-20001" in str(answer.url)


async def test_only_the_webhook_comes(shop: Shop) -> None:
    shop.there.book.pay(await shop.begin())
    assert set(await shop.deliver()) == {200}
    assert shop.owes() == 0
    assert "HFM-20001" in await shop.house.until(shop.house.said)


async def test_nobody_is_named(shop: Shop) -> None:
    shop.there.book.pay(await shop.begin())
    await shop.back()
    sent = "\n".join(shop.there.bodies)
    assert shop.attempt().public_id in sent
    for canary in (
        *canaries.FIRST_NAMES,
        *canaries.LAST_NAMES,
        *canaries.EMAILS,
        *canaries.PHONES,
        "1980-02-03",
        "Okafor",
    ):
        assert canary not in sent
        assert canary.replace("@", "%40").replace("+", "%2B") not in sent


async def test_fifty_at_once_by_every_road(shop: Shop) -> None:
    shop.there.book.pay(await shop.begin())
    events = list(shop.there.book.events)
    async with asyncio.TaskGroup() as group:
        for n in range(50):
            group.create_task(shop.back())
            group.create_task(shop.there.send(shop.house.browser, events[n % len(events)]))
    assert shop.posted() == 1
    assert len(shop.house.rows(inbox, inbox.c.event == "ChargeSettled")) == 1
    assert len(shop.house.rows(outbox, outbox.c.channel == "email")) == 1
    assert shop.owes() == 0


@pytest.mark.parametrize("kind", ["customer.created", "invoice.paid", "", "checkout.session.nonsense"])
async def test_events_that_are_none_of_ours(shop: Shop, kind: str) -> None:
    event = {"id": "evt_1", "type": kind, "livemode": False, "data": {"object": {"id": "x"}}}
    body = json.dumps(event).encode()
    assert await shop.post(body, shop.there.sign(body)) == 200


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"no JSON", b"\xff", b'{"id": "evt_1", "data": null}'])
async def test_signed_and_not_to_be_read(shop: Shop, body: bytes) -> None:
    assert await shop.post(body, shop.there.sign(body)) == (400 if body == b"\xff" else 200)
    assert shop.house.rows(inbox, inbox.c.provider == "stripe") == []


async def test_somebody_elses_session(shop: Shop) -> None:
    there = shop.there.book
    session = there.open_session(
        "", {"mode": "payment", "line_items": [{"quantity": 1, "price_data": {"unit_amount": 900}}]}
    )
    there.pay(session["id"])
    assert set(await shop.deliver()) == {200}
    assert shop.posted() == 0


async def test_first_it_had_expired_and_then_it_was_paid(shop: Shop) -> None:
    """Events tell of an end that never was: the object itself is asked."""
    session = await shop.begin()
    shop.there.book.pay(session)
    completed = shop.there.book.events[-1]
    told = completed["data"]["object"] | {"status": "expired", "payment_status": "unpaid"}
    expired = completed | {"id": "evt_expired", "type": "checkout.session.expired", "data": {"object": told}}
    assert await shop.there.send(shop.house.browser, expired) == 200
    assert await shop.there.send(shop.house.browser, completed) == 200
    assert shop.attempt().state == "paid"
    assert shop.posted() == 1


async def test_stripe_is_away_while_it_tells_us(shop: Shop) -> None:
    shop.there.book.pay(await shop.begin())
    shop.there.misdeeds.append(Misdeed("/v1/", "500", after=False, method="GET"))
    event = shop.there.book.events[-1]
    assert await shop.there.send(shop.house.browser, event) == 503
    assert await shop.there.send(shop.house.browser, event) == 200
    assert shop.posted() == 1


async def test_fifty_at_once_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    where = {"PAYBOT_DATABASE_URL": postgres_url, "PAYBOT_SECRET_KEY": "a key for the tests of the whole server"}
    async with open_shop(tmp_path, live=False, **where) as shop:
        shop.there.book.pay(await shop.begin())
        events = list(shop.there.book.events)
        async with asyncio.TaskGroup() as group:
            for n in range(50):
                group.create_task(shop.back())
                group.create_task(shop.there.send(shop.house.browser, events[n % len(events)]))
        assert shop.posted() == 1
        assert len(shop.house.rows(outbox, outbox.c.channel == "email")) == 1
        assert shop.owes() == 0


async def test_a_card_is_saved_and_told_once(shop: Shop) -> None:
    """With what was agreed to, word for word; a card nobody agreed about is not kept."""
    await shop.begin()
    attempt = shop.attempt()
    shop.house.write(lambda conn: conn.execute(update(payments).values(keep_card=True)))
    new = {"practice_id": 1, "person_id": shop.house.ids["P1"], "payment_id": attempt.id, "by_text": True}
    words = {"version": "1", "wording": "I let them charge this card.", "language": "en", "network": "127.0.0.1"}
    shop.house.write(lambda conn: conn.execute(insert(mandates).values(**new, **words, at=shop.house.clock())))
    book = shop.there.book
    asked = book.objects[attempt.processor_id]["asked"]
    asked["customer_creation"], asked["payment_intent_data"]["setup_future_usage"] = "always", "off_session"
    book.pay(attempt.processor_id)
    paid = book.objects[book.objects[attempt.processor_id]["payment_intent"]]
    paid["customer"] = None  # its own event, which comes first, does not say whose card that is
    await shop.deliver(times=2)
    await shop.back()
    (card,) = shop.house.rows(cards)
    assert (card.last4, card.processor, card.person_id) == ("4242", "stripe", shop.house.ids["P1"])
    assert shop.house.rows(mandates)[0].card_id == card.id
    assert len(shop.house.rows(inbox, inbox.c.event == "CardSaved")) == 1
