"""Stripe's signature, stamp, mode and account: what is not certainly meant for us moves nothing."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.web.shop import Shop, open_shop, stamp
from tests.servers.stripe import SECRET


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as found:
        yield found


async def test_a_body_that_was_written_anew(shop: Shop) -> None:
    shop.there.book.pay(await shop.begin())
    event = shop.there.book.events[-1]
    sent, anew = json.dumps(event, indent=2).encode(), json.dumps(event).encode()
    assert await shop.post(anew, shop.there.sign(sent)) == 400
    assert shop.posted() == 0
    assert await shop.post(sent, shop.there.sign(sent)) == 200
    assert shop.posted() == 1


@pytest.mark.parametrize("signature", ["", "t=1", "t=x,v1=00", "v1=00", "t=99999999999999,v1=00", "\x00"])
async def test_signatures_that_are_none(shop: Shop, signature: str) -> None:
    shop.there.book.pay(await shop.begin())
    body = json.dumps(shop.there.book.events[-1]).encode()
    headers = {"Stripe-Signature": signature.replace("\x00", "")}
    assert (await shop.house.post("/webhooks/stripe", body, headers=headers)).status == 400
    assert shop.posted() == 0


@pytest.mark.parametrize("seconds,status", [(-301, 400), (-299, 200), (0, 200), (299, 200), (301, 400)])
async def test_a_stamp_is_good_for_five_minutes_both_ways(shop: Shop, seconds: int, status: int) -> None:
    shop.there.book.pay(await shop.begin())
    body = json.dumps(shop.there.book.events[-1]).encode()
    assert await shop.post(body, shop.there.sign(body, stamp(shop.house.clock, seconds))) == status


@pytest.mark.parametrize(
    "secrets,status", [(("whsec_older",), 200), (("whsec_other", SECRET), 200), (("whsec_other",), 400)]
)
async def test_secrets_that_are_being_changed(shop: Shop, secrets: tuple[str, ...], status: int) -> None:
    shop.there.book.pay(await shop.begin())
    body = json.dumps(shop.there.book.events[-1]).encode()
    assert await shop.post(body, shop.there.sign(body, None, *secrets)) == status


async def test_an_event_of_the_other_mode(tmp_path: Path) -> None:
    async with open_shop(tmp_path, live=True) as shop:
        shop.there.book.pay(await shop.begin())
        event = shop.there.book.events[-1]
        test = json.dumps(event | {"livemode": False}).encode()
        assert await shop.post(test, shop.there.sign(test)) == 400
        assert shop.posted() == 0
        assert await shop.there.send(shop.house.browser, event) == 200
        assert shop.posted() == 1


async def test_an_old_event_under_two_stamps(shop: Shop) -> None:
    """The library reads ` 1` as a number: of two stamps, we might look at the one and it would sign for the other."""
    shop.there.book.pay(await shop.begin())
    body = json.dumps(shop.there.book.events[-1]).encode()
    old, now = (int(stamp(shop.house.clock, seconds)) for seconds in (-86_400, 0))
    signed = shop.there.sign(body, old).removeprefix(f"t={old}")
    for stamps in (f"t={old} ,t={now}", f"t={old}, t={now}", f"t={now},t={old}", f"t={old},t={now}", f"t= {old}"):
        assert await shop.post(body, stamps + signed) == 400
    assert shop.posted() == 0


@pytest.mark.parametrize("kind", ["payment_intent.succeeded", "checkout.session.completed", "refund.created"])
async def test_another_account_names_our_payment(shop: Shop, kind: str) -> None:
    """The owner of one account, and a patient of another practice who knows the name of their own payment."""
    await shop.begin()
    book, ours = shop.there.book, str(shop.attempt().public_id)
    where = {"payment": "nobodys" if kind == "payment_intent.succeeded" else ours, "at": "checkout"}
    session = book.open_session(
        "acct_other",
        {
            "mode": "payment",
            "client_reference_id": ours,
            "payment_intent_data": {"metadata": where},
            "line_items": [{"quantity": 1, "price_data": {"unit_amount": 18450}}],
        },
    )
    book.pay(session["id"])
    if kind == "refund.created":
        book.refund("acct_other", {"payment_intent": session["payment_intent"], "amount": 18450})
    (event,) = [one for one in book.events if one["type"] == kind]
    assert await shop.there.send(shop.house.browser, event) == 400
    assert shop.posted() == 0
    assert shop.owes() == 18450


async def test_an_event_of_another_account(shop: Shop) -> None:
    shop.there.book.pay(await shop.begin())
    body = json.dumps(shop.there.book.events[-1] | {"account": "acct_other"}).encode()
    assert await shop.post(body, shop.there.sign(body)) == 400
    assert shop.posted() == 0
