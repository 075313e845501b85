"""A saved card whose bank says no, says nothing, or cannot be reached, and servers that fall: never charged twice."""

import pytest
from sqlalchemy import update

from bot.payments import PaymentNews
from bot.store import cards
from bot.store.tables import outbox
from bot.store.tables import payments as payment_rows
from tests.bot.road.till import Till, open_till

OFFER, PAID = "approval/offer", "charge/paid"


async def test_the_bank_says_no(till: Till, ana: int) -> None:
    till.bank.next_charges = ["decline"]
    await till.pay("PAY", "4242")
    assert await till.charge() == ["charge/declined"]
    assert till.balance(ana) == [6000]
    assert await till.pay("4242", "LINK") == [["approval/not_charged"], ["pay/whole"]]
    await till.pay("PAY", "4242")
    assert await till.charge() == [PAID, "charge/receipt"]


async def test_the_bank_wants_the_patient(till: Till, ana: int) -> None:
    till.bank.next_charges = ["needs_patient"]
    await till.pay("PAY", "4242")
    assert await till.charge() == ["charge/needs_patient"]
    (row,) = [row for row in till.harbor.all(outbox) if row["message"] == "charge/needs_patient"]
    assert row["link"]["amount_cents"] == 6000
    assert row["link"]["person_ids"] == [ana]


@pytest.mark.usefixtures("ana")
async def test_a_card_that_must_never_be_tried_again_is_put_away(till: Till) -> None:
    till.bank.next_charges = ["never"]
    await till.pay("PAY", "4242")
    assert await till.charge() == ["charge/declined"]
    assert await till.pay("PAY") == [["pay/whole"]]


async def test_a_late_answer(till: Till, ana: int) -> None:
    till.bank.next_charges = ["late"]
    await till.pay("PAY", "4242")
    assert await till.charge() == ["charge/in_doubt"]
    assert await till.pay("PAY", "4242") == [["pay/in_doubt"], ["pay/in_doubt"]]
    assert await till.poll(minutes=1) == [PAID, "charge/receipt"]
    assert till.balance(ana) == [0]


async def test_no_answer_is_asked_for_and_told(till: Till, ana: int) -> None:
    till.bank.next_charges = ["unknown"]
    await till.pay("PAY", "4242")
    assert await till.charge() == ["charge/in_doubt"]
    assert await till.charge() == []
    assert await till.poll(seconds=59) == []
    assert await till.poll(seconds=1) == ["charge/failed_after_doubt"]
    assert till.balance(ana) == [6000]
    await till.pay("PAY", "4242")
    assert await till.charge() == [PAID, "charge/receipt"]


async def test_a_fall_before_the_order_was_handed_over(till: Till, ana: int) -> None:
    await till.pay("PAY", "4242")
    async with open_till(till.harbor, till.clock) as again:
        assert await again.charge() == [PAID, "charge/receipt"]
    assert till.balance(ana) == [0]


async def test_a_fall_while_it_was_handed_over(till: Till, ana: int) -> None:
    class FellError(Exception):
        """The server is gone, and nobody knows how far the charge came."""

    async def fall(*_: object) -> PaymentNews | None:
        raise FellError

    await till.pay("PAY", "4242")
    charge, till.bank.charge = till.bank.charge, fall  # type: ignore[method-assign, assignment]
    with pytest.raises(FellError):
        await till.charge()
    till.bank.charge = charge  # type: ignore[method-assign]
    assert till.attempts() == [("saved_card", "unknown")]
    async with open_till(till.harbor, till.clock) as again:
        assert await again.charge() == []
        assert again.bank.asked == []
        assert await again.say("PAY") == ["pay/in_doubt"]
        assert await again.poll(minutes=1) == ["charge/failed_after_doubt"]
        assert await again.say("PAY") == [OFFER]
    assert till.balance(ana) == [6000]


async def test_a_fall_after_it_was_charged(till: Till, ana: int) -> None:
    await till.pay("PAY", "4242")
    charge = till.bank.charge

    async def fall(asked: object, now: object) -> PaymentNews | None:
        await charge(asked, now)  # type: ignore[arg-type]
        raise ConnectionResetError

    till.bank.charge = fall  # type: ignore[method-assign, assignment]
    with pytest.raises(ConnectionResetError):
        await till.charge()
    async with open_till(till.harbor, till.clock) as again:
        assert await again.charge() == []
        assert await again.poll(minutes=1) == [PAID, "charge/receipt"]
    assert till.balance(ana) == [0]
    assert till.posted() == 1


async def test_the_processor_is_away_for_a_moment(till: Till, ana: int) -> None:
    till.bank.away = 2
    await till.pay("PAY", "4242")
    assert await till.charge() == []
    assert await till.charge() == []
    till.clock.forward(seconds=5)
    assert await till.charge() == []
    till.clock.forward(seconds=5)
    assert await till.charge() == [PAID, "charge/receipt"]
    assert till.balance(ana) == [0]


async def test_an_order_that_nobody_could_hand_over_is_given_up(till: Till, ana: int) -> None:
    await till.pay("PAY", "4242")
    till.clock.forward(minutes=60)
    assert await till.charge() == ["charge/failed_after_doubt"]
    assert till.bank.asked == []
    assert till.attempts() == [("saved_card", "expired")]
    assert await till.charge() == []


async def test_the_card_is_removed_before_it_is_charged(till: Till, ana: int) -> None:
    await till.pay("PAY", "4242")
    with till.harbor.engine.begin() as conn:
        assert cards.remove(conn, cards.of(conn, (ana,))[ana][0].id, "kim", till.clock())
    assert await till.charge() == ["charge/failed_after_doubt"]
    assert till.bank.asked == []


async def test_an_order_for_a_processor_that_is_gone(till: Till, ana: int) -> None:
    await till.pay("PAY", "4242")
    with till.harbor.engine.begin() as conn:
        conn.execute(update(payment_rows).values(processor="another"))
    assert await till.charge() == ["charge/failed_after_doubt"]
    assert till.bank.asked == []
