"""Somebody else pays: they see the sum and nothing of what it is for, until the link ends or is taken back."""

import re
from datetime import timedelta

import pytest

from bot.store.tables import links, page_sessions, payments
from tests import canaries
from tests.bot.web.house import House

PRIVATE = ["Okafor", "Lindqvist", "03/14", "04/02", *canaries.FIRST_NAMES, *canaries.LAST_NAMES, *canaries.EMAILS]


async def shared(house: House) -> str:
    """The path of a link that the patient made."""
    await house.post(f"/p/{house.link()}")
    made = await house.post("/pay/harbor/share", {"step": "make"})
    found = re.search(r"/p/([\w-]{22})", made.text)
    assert found
    assert found[1] not in str(house.rows(links))
    return f"/p/{found[1]}"


def private(text: str) -> bool:
    return not any(fact.lower() in text.lower() for fact in PRIVATE)


async def test_they_see_the_sum_pay_it_and_see_what_they_paid(house: House) -> None:
    path = await shared(house)
    async with house.other_browser() as payer:
        landing = await house.get(path, by=payer)
        assert private(landing.text)
        assert "184.50" not in landing.text
        assert house.rows(page_sessions)[-1].proof == 1
        page = await house.post(path, by=payer)
        assert page.path == "/pay/harbor/balance"
        assert "$184.50" in page.text
        assert private(page.text)
        for other in ("contact", "share", "cards"):
            assert private((await house.get(f"/pay/harbor/{other}", by=payer)).text)
        assert (await house.get("/pay/harbor/contact", by=payer)).status == 403
        begun = await house.post("/pay/harbor/checkout", {"step": "begin", "choice": "whole"}, by=payer)
        assert private(begun.text)
        fields = {"step": "confirm", "payment": begun.hidden("payment"), "card": "approve"}
        paid = await house.post("/pay/harbor/checkout", fields, by=payer)
        assert "/receipts/" in paid.path
        assert private(paid.text)
    (attempt,) = house.rows(payments)
    assert attempt.state == "paid"
    await house.until(lambda: "184.50" in house.said())


async def test_every_browser_may_open_it_until_its_week_is_over(house: House) -> None:
    path = await shared(house)
    for _ in range(2):
        async with house.other_browser() as payer:
            assert "$184.50" in (await house.post(path, by=payer)).text
    house.clock.forward(days=7, seconds=1)
    assert (await house.get(path)).status == 404
    assert (await house.post(path)).status == 404


async def test_it_is_taken_back(house: House) -> None:
    path = await shared(house)
    async with house.other_browser() as payer:
        await house.post(path, by=payer)
        page = await house.get("/pay/harbor/share")
        answer = await house.post("/pay/harbor/share", {"step": "take_back", "link": page.hidden("link")})
        assert "does not work any more" in answer.text
        assert (await house.get("/pay/harbor/balance", by=payer)).status == 403
    assert (await house.get(path)).status == 404


async def test_nobody_takes_back_or_hands_on_what_is_not_theirs(house: House) -> None:
    path = await shared(house)
    ours = house.rows(links)[-1].id
    async with house.other_browser() as payer, house.other_browser() as other:
        await house.post(path, by=payer)
        assert (await house.post("/pay/harbor/share", {"step": "make"}, by=payer)).status == 403
        await house.post(f"/p/{house.link('P2', phone=canaries.PHONES[0])}", by=other)
        await house.post("/pay/harbor/share", {"step": "take_back", "link": str(ours)}, by=other)
        assert (await house.post("/pay/harbor/share", {"step": "make"})).status == 200
        for junk in ("", "-1", "x", "9" * 30, "²"):
            assert (await house.post("/pay/harbor/share", {"step": "take_back", "link": junk})).status == 200
    assert (await house.get(path)).status == 200


@pytest.mark.parametrize("extra", [5])
async def test_five_open_ones_at_most(house: House, extra: int) -> None:
    await shared(house)
    answers = [await house.post("/pay/harbor/share", {"step": "make"}) for _ in range(extra)]
    assert [answer.status for answer in answers] == [200] * (extra - 1) + [409]


async def test_who_comes_back_may_still_pay(house: House) -> None:
    path, whole = await shared(house), {"step": "begin", "choice": "whole"}
    await house.post("/pay/harbor/checkout", whole)  # the patient begins, and lets it be
    async with house.other_browser() as payer:
        await house.post(path, by=payer)
        await house.post("/pay/harbor/checkout", whole, by=payer)
        house.clock.forward(minutes=1)
        await house.post(path, by=payer)
        begun = await house.post("/pay/harbor/checkout", whole, by=payer)
        fields = {"step": "confirm", "payment": begun.hidden("payment"), "card": "approve"}
        assert "/receipts/" in (await house.post("/pay/harbor/checkout", fields, by=payer)).path
    assert [one.state for one in house.rows(payments)] == ["expired", "expired", "paid"]


async def test_what_they_begin_ends_with_their_hour(house: House) -> None:
    path = await shared(house)
    async with house.other_browser() as payer:
        await house.post(path, by=payer)
        await house.post("/pay/harbor/checkout", {"step": "begin", "choice": "whole"}, by=payer)
    (begun,) = house.rows(payments)
    assert begun.expires_at - house.clock() == timedelta(hours=1)


async def test_they_learn_nothing_of_a_visit_by_trying_its_name(house: House) -> None:
    path = await shared(house)
    async with house.other_browser() as payer:
        await house.post(path, by=payer)
        for visit in ("v1", "v2", "v3", "c1"):
            fields = {"step": "begin", "choice": "visits", "visit": visit}
            answer = await house.post("/pay/harbor/checkout", fields, by=payer)
            assert answer.status == 400
            assert "64.50" not in answer.text
    assert not house.rows(payments)
