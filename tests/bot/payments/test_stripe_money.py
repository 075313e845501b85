"""Saved cards, refunds and the nightly list through the real SDK: once, whatever the line does."""

from datetime import timedelta

import pytest

from bot.payments import (
    Answer,
    CardCharge,
    Decline,
    DisputeState,
    KeptCard,
    PaymentNews,
    ProcessorAwayError,
    RefundOrder,
    RefundState,
)
from tests.bot.payments.desk import Desk
from tests.servers.stripe.server import Misdeed


async def kept(desk: Desk, card: str = "approve") -> KeptCard:
    """A card saved at a checkout."""
    opened = await desk.open("saved", keep_card=True)
    desk.there.book.pay(opened.processor_id, card)
    news = await desk.stripe.look(desk.attempt(opened.processor_id, "saved"), desk.clock())
    assert news
    assert news.kept
    return news.kept


async def charge(desk: Desk, card: KeptCard, public_id: str = "c3d4") -> PaymentNews | None:
    return await desk.stripe.charge(CardCharge(public_id, 3000, "", card.customer, card.token), desk.clock())


def charged(desk: Desk) -> list[int]:
    """What left cards, besides the checkout."""
    mine = [one for one in desk.there.book.every("", "charge") if one["metadata"].get("payment") != "saved"]
    return [one["amount"] for one in mine if one["status"] == "succeeded"]


async def test_a_saved_card(desk: Desk) -> None:
    news = await charge(desk, await kept(desk))
    assert news
    assert (news.answer, news.amount_cents, news.card_last4) == (Answer.PAID, 3000, "4242")
    assert charged(desk) == [3000]


@pytest.mark.parametrize(
    "card,meaning",
    [("poor_later", Decline.AGAIN), ("needs_patient", Decline.PATIENT), ("stolen_later", Decline.NEVER)],
)
async def test_a_saved_card_that_is_refused(desk: Desk, card: str, meaning: Decline) -> None:
    news = await charge(desk, await kept(desk, card))
    assert news
    assert (news.answer, news.decline) == (Answer.DECLINED, meaning)
    assert news.card_brand == "Visa"
    assert charged(desk) == []
    again = await desk.stripe.look(desk.attempt(news.processor_id, "c3d4"), desk.clock())
    assert again
    assert again.decline is meaning


async def test_a_bank_that_takes_its_time(desk: Desk) -> None:
    assert await charge(desk, await kept(desk, "slow")) is None
    assert await desk.stripe.look(desk.attempt("", "c3d4"), desk.clock()) is None


@pytest.mark.parametrize("how", ["lost", "500"])
@pytest.mark.parametrize("after", [True, False])
async def test_an_answer_lost_charges_once(desk: Desk, how: str, after: bool) -> None:
    card = await kept(desk)
    desk.there.misdeeds.append(Misdeed("/payment_intents", how, after=after))
    assert await charge(desk, card) is None
    news = await desk.stripe.look(desk.attempt("", "c3d4"), desk.clock())
    if after:
        assert news
        assert news.answer is Answer.PAID
        assert charged(desk) == [3000]
        return
    assert news is None
    asked = desk.attempt("", "c3d4")
    desk.clock.forward(minutes=16)
    late = await desk.stripe.look(asked, desk.clock())
    assert late
    assert late.answer is Answer.DECLINED
    assert charged(desk) == []


async def test_the_same_key_charges_once(desk: Desk) -> None:
    card = await kept(desk)
    first = await charge(desk, card)
    assert await charge(desk, card) == first
    assert charged(desk) == [3000]


async def test_too_many_calls_charge_nothing(desk: Desk) -> None:
    card = await kept(desk)
    desk.there.misdeeds.append(Misdeed("/payment_intents", "429", after=False))
    with pytest.raises(ProcessorAwayError):
        await charge(desk, card)
    assert await charge(desk, card)
    assert charged(desk) == [3000]


async def test_a_forgotten_card_is_never_good_again(desk: Desk) -> None:
    card = await kept(desk)
    await desk.stripe.forget_card(card.customer, card.token, "")
    await desk.stripe.forget_card(card.customer, card.token, "")
    news = await charge(desk, card)
    assert news
    assert news.decline is Decline.NEVER


async def paid(desk: Desk, public_id: str = "a1b2") -> str:
    """A payment; Stripe's id of it."""
    opened = await desk.open(public_id)
    desk.there.book.pay(opened.processor_id)
    news = await desk.stripe.look(desk.attempt(opened.processor_id, public_id), desk.clock())
    assert news
    return news.processor_id


@pytest.mark.parametrize("how", ["lost", "500"])
async def test_a_refund_is_given_once(desk: Desk, how: str) -> None:
    order = RefundOrder("r1", await paid(desk), 5000, "")
    desk.there.misdeeds.append(Misdeed("/refunds", how))
    assert await desk.stripe.refund(order, desk.clock()) is None
    desk.clock.forward(hours=30)
    news = await desk.stripe.refund(order, desk.clock())
    assert news
    assert (news.state, news.amount_cents, news.public_id) == (RefundState.DONE, 5000, "r1")
    assert [one["amount"] for one in desk.there.book.every("", "refund")] == [5000]


async def test_a_refund_that_waits_and_fails(desk: Desk) -> None:
    order = RefundOrder("r1", await paid(desk), 5000, "")
    await desk.stripe.refund(order, desk.clock())
    (made,) = desk.there.book.every("", "refund")
    made["status"] = "pending"
    news = await desk.stripe.refund(order, desk.clock())
    assert news
    assert news.state is RefundState.PENDING
    desk.there.book.refund_ends(made["id"], "failed")
    ended = await desk.stripe.refund(order, desk.clock())
    assert ended
    assert ended.state is RefundState.FAILED


async def test_more_than_was_paid(desk: Desk) -> None:
    news = await desk.stripe.refund(RefundOrder("r1", await paid(desk), 20000, ""), desk.clock())
    assert news
    assert news.state is RefundState.FAILED


async def test_everything_of_a_night(desk: Desk) -> None:
    since = desk.clock()
    one, _, _ = [await paid(desk, f"p{n}") for n in range(3)]
    await desk.stripe.refund(RefundOrder("r1", one, 100, ""), desk.clock())
    desk.there.book.dispute(one)
    desk.clock.forward(hours=2)
    await paid(desk, "later")
    found = await desk.stripe.between("", since, since + timedelta(hours=1))
    payments = {news.public_id: news for news in found if isinstance(news, PaymentNews)}
    assert set(payments) == {"p0", "p1", "p2"}
    assert payments["p0"].card_last4 == "4242"
    states = {news.state for news in found if not isinstance(news, PaymentNews)}
    assert states == {RefundState.DONE, DisputeState.OPENED}
    assert await desk.stripe.between("acct_other", since, desk.clock()) == []
