"""Hosted pages through the real SDK: made once, ended with the link, and never more told than an opaque id."""

from datetime import timedelta

import pytest

from bot.payments import Answer, ProcessorAwayError
from bot.payments.stripe import Stripe
from tests.bot.payments.desk import Desk
from tests.servers.stripe import KEY, SECRET
from tests.servers.stripe.server import Misdeed


async def test_a_payment(desk: Desk) -> None:
    opened = await desk.open()
    assert await desk.stripe.look(desk.attempt(opened.processor_id), desk.clock()) is None
    desk.there.book.pay(opened.processor_id)
    news = await desk.stripe.look(desk.attempt(opened.processor_id), desk.clock())
    assert news
    assert (news.answer, news.amount_cents, news.public_id) == (Answer.PAID, 18450, "a1b2")
    assert (news.card_brand, news.card_last4, news.kept) == ("Visa", "4242", None)
    assert news.processor_id.startswith("pi_")


async def test_pressed_twice_it_is_the_same_page(desk: Desk) -> None:
    first = await desk.open()
    desk.clock.forward(seconds=1)
    assert await desk.stripe.open_checkout(desk.order(), desk.clock()) == first


async def test_asked_again_in_other_words_it_is_found(desk: Desk) -> None:
    first = await desk.open()
    desk.clock.forward(minutes=40)
    assert (await desk.open()).processor_id == first.processor_id
    assert len(desk.there.book.every("", "checkout.session")) == 1


@pytest.mark.parametrize("how", ["lost", "500"])
@pytest.mark.parametrize("after", [True, False])
async def test_an_answer_that_never_came(desk: Desk, how: str, after: bool) -> None:
    desk.there.misdeeds.append(Misdeed("/sessions", how, after=after))
    first = await desk.open()
    assert await desk.open() == first
    assert len(desk.there.book.every("", "checkout.session")) == 1


async def test_too_many_calls(desk: Desk) -> None:
    desk.there.misdeeds.append(Misdeed("/sessions", "429", after=False))
    with pytest.raises(ProcessorAwayError):
        await desk.open()
    assert (await desk.open()).url


async def test_nobody_there(desk: Desk) -> None:
    away = Stripe(desk.session, KEY, (SECRET,), "http://127.0.0.1:1")
    with pytest.raises(ProcessorAwayError):
        await away.open_checkout(desk.order(), desk.clock())
    assert await away.look(desk.attempt("cs_test_1"), desk.clock()) is None


async def test_another_call_is_at_it(desk: Desk) -> None:
    desk.there.misdeeds.append(Misdeed("/sessions", "409", after=False))
    assert (await desk.open()).url


async def test_it_ends_with_the_link_and_half_an_hour_at_least(desk: Desk) -> None:
    near = await desk.open("near", expires_at=desk.clock() + timedelta(minutes=15))
    far = await desk.open("far", expires_at=desk.clock() + timedelta(minutes=60))
    ends = [desk.there.book.objects[one.processor_id]["expires_at"] - desk.clock().timestamp() for one in (near, far)]
    assert 30 * 60 <= ends[0] <= 36 * 60
    assert 60 * 60 <= ends[1] <= 66 * 60


async def test_ended_nothing_is_charged(desk: Desk) -> None:
    opened = await desk.open()
    news = await desk.stripe.end_checkout(desk.attempt(opened.processor_id), desk.clock())
    assert news
    assert news.answer is Answer.EXPIRED
    found = await desk.stripe.look(desk.attempt(opened.processor_id), desk.clock())
    assert found
    assert found.answer is Answer.EXPIRED


async def test_a_payment_that_was_faster_than_the_end(desk: Desk) -> None:
    opened = await desk.open()
    desk.there.book.pay(opened.processor_id)
    news = await desk.stripe.end_checkout(desk.attempt(opened.processor_id), desk.clock())
    assert news
    assert news.answer is Answer.PAID


async def test_a_page_that_stripe_does_not_know_is_not_closed(desk: Desk) -> None:
    """Made under another key, say: refused twice, and nothing is raised."""
    assert await desk.stripe.end_checkout(desk.attempt("cs_test_other"), desk.clock()) is None


@pytest.mark.parametrize("how", ["500", "429", "409"])
async def test_paid_and_no_answer_when_asked_how_it_ended(desk: Desk, how: str) -> None:
    opened = await desk.open()
    desk.there.book.pay(opened.processor_id)
    desk.there.misdeeds += [Misdeed("/sessions", how, after=False, method="GET")] * (4 if how == "409" else 1)
    assert await desk.stripe.end_checkout(desk.attempt(opened.processor_id), desk.clock()) is None
    news = await desk.stripe.end_checkout(desk.attempt(opened.processor_id), desk.clock())
    assert news
    assert news.answer is Answer.PAID


async def test_a_card_is_kept_with_the_payment(desk: Desk) -> None:
    opened = await desk.open(keep_card=True)
    desk.there.book.pay(opened.processor_id)
    news = await desk.stripe.look(desk.attempt(opened.processor_id), desk.clock())
    assert news
    assert news.kept
    assert news.kept.customer.startswith("cus_")
    assert str(news.kept.expires_on) == "2030-12-31"


async def test_a_card_is_kept_and_nothing_is_charged(desk: Desk) -> None:
    opened = await desk.open(cents=0, keep_card=True)
    desk.there.book.pay(opened.processor_id)
    news = await desk.stripe.look(desk.attempt(opened.processor_id), desk.clock())
    assert news
    assert (news.answer, news.amount_cents) == (Answer.PAID, 0)
    assert news.kept
    assert desk.there.book.every("", "charge") == []


async def test_a_decline_on_the_page_is_not_the_end(desk: Desk) -> None:
    opened = await desk.open()
    assert not desk.there.book.pay(opened.processor_id, "decline")
    assert await desk.stripe.look(desk.attempt(opened.processor_id), desk.clock()) is None
    assert desk.there.book.pay(opened.processor_id)


async def test_each_practice_has_its_account(desk: Desk) -> None:
    opened = await desk.open(account="acct_harbor")
    assert desk.there.book.accounts[opened.processor_id] == "acct_harbor"
    desk.there.book.pay(opened.processor_id)
    assert await desk.stripe.look(desk.attempt(opened.processor_id), desk.clock()) is None
    assert await desk.stripe.look(desk.attempt(opened.processor_id, account="acct_harbor"), desk.clock())


async def test_all_that_stripe_learns(desk: Desk) -> None:
    await desk.open(keep_card=True, language="es")
    (sent,) = desk.there.bodies
    assert "customer_email" not in sent
    assert "[name]=Pago+de+saldo" in sent
