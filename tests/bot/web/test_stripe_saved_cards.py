"""Saved cards charged through Stripe by a running server: once, whatever becomes of the answer."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.payments import KeptCard
from bot.store import card_charges, cards
from bot.store.card_charges import ChargeOrder
from bot.store.cards import Card, NewMandate
from bot.store.money_tables import cards as card_rows
from bot.store.tables import inbox, postings
from tests.bot.web.house import ANA
from tests.bot.web.shop import Shop, open_shop
from tests.servers.stripe.server import Misdeed


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as found:
        yield found


def save(shop: Shop, behaves: str = "approve") -> tuple[Card, int]:
    """A card at Stripe and with us, and what was agreed about it."""
    book, person, now = shop.there.book, shop.house.ids["P1"], shop.house.clock()
    customer = book.new("cus", "customer", "")["id"]
    method = book.method("", behaves, customer)
    kept = KeptCard(customer, method["id"], "Visa", method["card"]["last4"], None)
    mandate = NewMandate(1, person, None, None, None, True, "1", "I agree.", "en", now, "127.0.0.1")

    def write(conn: Connection) -> tuple[Card, int]:
        card = cards.keep(conn, 1, person, "stripe", kept, now)
        return card, cards.agree(conn, replace(mandate, card_id=card.id))

    found: tuple[Card, int] = shop.house.write(write)
    return found


def order(shop: Shop, card: Card, mandate_id: int, cents: int = 3000) -> None:
    """Somebody says: charge it."""
    person = card.person_id
    wanted = ChargeOrder(1, (person,), {person: cents}, cents, 18450, card, mandate_id, shop.house.talk(ANA))
    assert shop.house.write(lambda conn: card_charges.order(conn, wanted, shop.house.clock()))


def charged(shop: Shop) -> list[int]:
    return [one["amount"] for one in shop.there.book.every("", "charge") if one["status"] == "succeeded"]


async def state(shop: Shop, wanted: str) -> None:
    await shop.house.until(lambda: shop.attempt().state == wanted)


async def test_it_is_charged_and_posted(shop: Shop) -> None:
    order(shop, *save(shop))
    await state(shop, "paid")
    assert shop.owes() == 15450
    assert charged(shop) == [3000]
    assert set(await shop.deliver(times=3)) == {200}
    assert shop.posted() == 1


@pytest.mark.parametrize("how", ["lost", "500"])
async def test_the_answer_is_lost(shop: Shop, how: str) -> None:
    """Nobody asks twice for the money: what became of it is looked up, or told."""
    shop.there.misdeeds.append(Misdeed("/payment_intents", how))
    order(shop, *save(shop))
    await shop.house.until(lambda: shop.there.book.events)
    shop.house.clock.forward(seconds=61)
    await state(shop, "paid")
    assert charged(shop) == [3000]
    assert shop.owes() == 15450
    assert set(await shop.deliver()) == {200}
    assert shop.posted() == 1


async def test_the_event_is_faster_than_the_poll(shop: Shop) -> None:
    shop.there.misdeeds.append(Misdeed("/payment_intents", "lost"))
    order(shop, *save(shop))
    await shop.house.until(lambda: shop.there.book.events)
    assert set(await shop.deliver()) == {200}
    await state(shop, "paid")
    shop.house.clock.forward(minutes=10)
    assert shop.posted() == 1
    assert charged(shop) == [3000]


async def test_the_question_never_arrived(shop: Shop) -> None:
    shop.there.misdeeds.append(Misdeed("/payment_intents", "lost", after=False))
    order(shop, *save(shop))
    await shop.house.until(lambda: not shop.there.misdeeds)
    shop.house.clock.forward(minutes=61)
    await state(shop, "declined")
    assert charged(shop) == []
    assert shop.owes() == 18450


@pytest.mark.parametrize("card", ["needs_patient", "poor_later", "stolen_later"])
async def test_the_bank_says_no(shop: Shop, card: str) -> None:
    order(shop, *save(shop, card))
    await state(shop, "declined")
    assert set(await shop.deliver(times=2)) == {200}
    assert len(shop.house.rows(inbox, inbox.c.event == "ChargeFailed")) == 1
    assert shop.owes() == 18450
    assert sum(row.cents for row in shop.house.rows(postings)) == 0


async def test_a_removed_card_is_forgotten_there_too(shop: Shop) -> None:
    card, _ = save(shop)
    shop.house.write(lambda conn: cards.remove(conn, card.id, "patient", shop.house.clock()))
    shop.house.clock.forward(seconds=11)
    await shop.house.until(lambda: shop.house.rows(card_rows)[0].forgotten_at)
    assert shop.there.book.objects[card.token]["customer"] is None
