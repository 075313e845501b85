"""Saved cards: kept once, held, removed for good with what was agreed about them."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import IntegrityError

from bot.store import cards
from bot.store.cards import NewMandate, OtherPersonError
from bot.store.money_tables import card_charges, mandates
from tests.harbor import NOW, Harbor


@dataclass(frozen=True)
class Kept:
    token: str = "card_1"
    customer: str = "customer_1"
    brand: str = "Visa"
    last4: str = "4242"
    expires_on: date | None = date(2027, 9, 30)


@pytest.fixture
def ana(harbor: Harbor) -> int:
    return harbor.patient("Ana Ruiz", owes=6000)


def agree(conn: Connection, harbor: Harbor, person: int, card_id: int | None, **also: object) -> int:
    words = {"plan_id": None, "payment_id": None, "by_text": True, "version": "1", "wording": "I agree"} | also
    new = NewMandate(harbor.practice_id, person, card_id, language="en", at=NOW, network="10.0.0.0/24", **words)  # type: ignore[arg-type]
    return cards.agree(conn, new)


def test_a_card_is_kept_once_newest_first(harbor: Harbor, ana: int) -> None:
    with harbor.engine.begin() as conn:
        first = cards.keep(conn, harbor.practice_id, ana, "sandbox", Kept(), NOW)
        second = cards.keep(conn, harbor.practice_id, ana, "sandbox", Kept("card_2", last4="4444"), NOW)
        again = cards.keep(conn, harbor.practice_id, ana, "sandbox", Kept(last4="4242"), NOW + timedelta(days=1))
        assert again == first
        assert cards.of(conn, (ana, 999)) == {ana: [second, first]}
        assert cards.find(conn, first.id, lock=True) == first


def test_a_card_of_somebody_else_is_not_taken_over(harbor: Harbor, ana: int) -> None:
    leo = harbor.patient("Leo Ruiz")
    with harbor.engine.begin() as conn:
        cards.keep(conn, harbor.practice_id, ana, "sandbox", Kept(), NOW)
        with pytest.raises(OtherPersonError):
            cards.keep(conn, harbor.practice_id, leo, "sandbox", Kept(), NOW)


def test_what_was_agreed_ends_with_the_card(harbor: Harbor, ana: int) -> None:
    with harbor.engine.begin() as conn:
        card = cards.keep(conn, harbor.practice_id, ana, "sandbox", Kept(), NOW)
        assert cards.mandate_for(conn, card.id, by_text=True) is None
        for_use = agree(conn, harbor, ana, card.id, by_text=False)
        assert cards.agreed(conn, (ana,))[ana][0].by_text is False
        by_text = agree(conn, harbor, ana, card.id)
        assert cards.agreed(conn, (ana,))[ana][0].by_text is True
        assert cards.mandate_for(conn, card.id, by_text=True) == by_text
        assert cards.mandate_for(conn, card.id) == by_text > for_use
        assert cards.mandate_for(conn, card.id, plan_id=1) is None
        assert cards.remove(conn, card.id, "patient", NOW)
        assert not cards.remove(conn, card.id, "kim", NOW)
        assert cards.mandate_for(conn, card.id, by_text=True) is None
        assert cards.find(conn, card.id) is None
        assert cards.of(conn, (ana,)) == {}
        assert cards.unforgotten(conn, "sandbox") == [card]
        cards.forgotten(conn, card.id, NOW)
        assert cards.unforgotten(conn, "sandbox") == []


def test_a_removed_card_that_comes_back_needs_a_new_mandate(harbor: Harbor, ana: int) -> None:
    with harbor.engine.begin() as conn:
        card = cards.keep(conn, harbor.practice_id, ana, "sandbox", Kept(), NOW)
        agree(conn, harbor, ana, card.id)
        cards.remove(conn, card.id, "patient", NOW)
        assert cards.keep(conn, harbor.practice_id, ana, "sandbox", Kept(), NOW).id == card.id
        assert cards.mandate_for(conn, card.id, by_text=True) is None
        assert cards.unforgotten(conn, "sandbox") == []


def test_a_longer_hold_stays(harbor: Harbor, ana: int) -> None:
    with harbor.engine.begin() as conn:
        card = cards.keep(conn, harbor.practice_id, ana, "sandbox", Kept(), NOW)
        assert card.may_be_charged(NOW.date(), NOW)
        cards.hold(conn, (ana,), NOW + timedelta(hours=24))
        cards.hold(conn, (ana,), NOW + timedelta(hours=1))
        held = cards.find(conn, card.id)
        assert held
        assert held.held_until == NOW + timedelta(hours=24)
        assert not held.may_be_charged(NOW.date(), NOW)
        assert held.may_be_charged(NOW.date(), NOW + timedelta(hours=24))


def test_a_card_is_good_through_the_last_day_of_its_month(harbor: Harbor, ana: int) -> None:
    with harbor.engine.begin() as conn:
        card = cards.keep(conn, harbor.practice_id, ana, "sandbox", Kept(), NOW)
    assert not card.expired(date(2027, 9, 30))
    assert card.expired(date(2027, 10, 1))


def test_a_mandate_of_a_checkout_is_tied_once_the_card_is_saved(harbor: Harbor, ana: int) -> None:
    with harbor.engine.begin() as conn:
        card = cards.keep(conn, harbor.practice_id, ana, "sandbox", Kept(), NOW)
        waiting = agree(conn, harbor, ana, None)
        assert cards.tie(conn, 1, card.id) == []
        assert conn.scalar(select(mandates.c.card_id).where(mandates.c.id == waiting)) is None


def test_no_charge_without_a_mandate(engine: Engine) -> None:
    with engine.begin() as conn, pytest.raises(IntegrityError):
        conn.execute(card_charges.insert().values(payment_id=1, card_id=1, mandate_id=1))
