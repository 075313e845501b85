"""A new number or mail address: only who is proved, only after its own code, and never without telling the old one."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.store.money_tables import cards
from bot.store.tables import addresses, audit, code_asks, consents, person_addresses
from bot.web import keys
from tests import canaries
from tests.bot.web.house import ANA, NOON, SHARED, House
from tests.bot.web.test_signing_in import asks, texted, types

NEW = "+12065550188"
MAIL = "new.address@example.org"


async def sign_in(house: House) -> None:
    await asks(house)
    assert (await types(house, await texted(house))).path == "/pay/harbor/balance"


async def change(house: House, **fields: str) -> str:
    step = "phone" if "phone" in fields else "email"
    answer = await house.post("/pay/harbor/contact", {"step": step, **fields})
    assert answer.status == 200
    await house.until(lambda: all(one.look_at is None for one in house.rows(code_asks)))
    house.clock.forward(seconds=5)  # the sending number has a rate, and this clock stands
    return answer.text


async def confirm(house: House, code: str) -> str:
    answer = await house.post("/pay/harbor/contact", {"step": "code", "code": code})
    house.clock.forward(seconds=5)
    return answer.text


def on_file(house: House) -> set[str]:
    theirs = {row.address_id for row in house.rows(person_addresses) if row.person_id == house.ids["P1"]}
    return {row.address for row in house.rows(addresses) if row.id in theirs}


async def test_a_takeover_does_not_go_unseen(house: House) -> None:
    card = {"practice_id": 1, "person_id": house.ids["P1"], "processor": "sandbox", "customer": "c", "token": "t"}
    card |= {"brand": "Visa", "last4": "4242", "saved_at": NOON}
    house.write(lambda conn: conn.execute(insert(cards).values(**card)))
    await sign_in(house)
    page = await change(house, phone=NEW, agree="yes")
    assert "**88" in page
    assert on_file(house) == {ANA, canaries.EMAILS[0]}
    assert "Changed" in await confirm(house, await texted(house, NEW))
    assert on_file(house) == {NEW, canaries.EMAILS[0]}
    told = "the phone number on your file was changed"
    await house.until(lambda: told in house.said(ANA))
    await house.until(lambda: any(told in mail.text for mail in house.app[keys.MAILBOX].mails()))
    assert told not in house.said(NEW)
    (said,) = [one for one in house.rows(consents) if one.source == "page"]
    assert said.status == "granted"
    assert said.wording.startswith("Harbor Family Med may text me at this number")
    assert [one.what for one in house.rows(audit)].count("contact_changed") == 1
    assert NEW not in str(house.rows(audit))
    (held,) = house.rows(cards)
    assert held.held_until is not None
    assert NOON + timedelta(hours=24) <= held.held_until <= NOON + timedelta(hours=24, minutes=1)


async def test_whoever_else_is_signed_in_is_so_no_more(house: House) -> None:
    """They change their number because somebody has their phone: not even an open page is left to that one."""
    await sign_in(house)
    async with house.other_browser() as thief, house.other_browser() as ben:
        assert (await house.post(f"/p/{house.link()}", by=thief)).path == "/pay/harbor/balance"
        house.write(lambda conn: conn.exec_driver_sql("DELETE FROM person_addresses WHERE person_id = 3"))
        assert (await house.post(f"/p/{house.link('P2', phone=SHARED)}", by=ben)).path == "/pay/harbor/balance"
        await change(house, phone=NEW)
        assert (await house.get("/pay/harbor/balance", by=thief)).status == 200
        await confirm(house, await texted(house, NEW))
        assert (await house.get("/pay/harbor/balance", by=thief)).status == 403
        assert (await house.get("/pay/harbor/balance", by=ben)).status == 200
    assert (await house.get("/pay/harbor/contact")).status == 200


async def test_without_a_tick_there_is_no_consent(house: House) -> None:
    await sign_in(house)
    await change(house, phone=NEW)
    await confirm(house, await texted(house, NEW))
    assert on_file(house) == {NEW, canaries.EMAILS[0]}
    (row,) = [one for one in house.rows(addresses) if one.address == NEW]
    assert row.consent == "none"


async def test_a_mail_address(house: House) -> None:
    await sign_in(house)
    seen = len(house.app[keys.MAILBOX].mails())
    await change(house, email=MAIL)
    code = await house.code_from_mail(seen)
    assert "Changed" in await confirm(house, code)
    assert on_file(house) == {ANA, MAIL}
    await house.until(lambda: "the email address on your file was changed" in house.said(ANA))


async def test_nothing_changes_before_the_code_and_wrong_ones_end_it(house: House) -> None:
    await sign_in(house)
    await change(house, phone=NEW)
    code = await texted(house, NEW)
    assert ["blocked" in await confirm(house, "000000") for _ in range(5)] == [False] * 4 + [True]
    assert "blocked" in await confirm(house, code)
    assert on_file(house) == {ANA, canaries.EMAILS[0]}
    await house.post("/pay/harbor/contact", {"step": "leave"})
    assert "**88" not in (await house.get("/pay/harbor/contact")).text


async def test_the_code_for_signing_in_confirms_no_address(house: House) -> None:
    await asks(house)
    code = await texted(house)
    await types(house, code)
    await change(house, phone=NEW)
    assert "does not match" in await confirm(house, code)


async def test_only_who_is_proved(house: House) -> None:
    assert (await house.get("/pay/harbor/contact")).status == 403
    assert (await house.post("/pay/harbor/contact", {"step": "phone", "phone": NEW})).status == 403
    await house.post(f"/p/{house.link()}")
    assert (await house.get("/pay/harbor/contact")).path == "/pay/harbor/code"
    assert (await house.post("/pay/harbor/contact", {"step": "phone", "phone": NEW})).path == "/pay/harbor/code"
    assert house.rows(code_asks) == []


NO_NUMBERS = [
    "",
    "12",
    "+442079460000",
    "1-800-555-0199",
    "+1 876 927 1234",  # Jamaica: a text there costs many times as much
    "(242) 322-1234",
    "1-900-234-5678",
    "4242 4242 4242 4242",
    "<script>",
    "0" * 40,
    "206555018\x008",
]


@pytest.mark.parametrize("phone", NO_NUMBERS)
async def test_numbers_that_are_none(house: House, phone: str) -> None:
    await sign_in(house)
    answer = await house.post("/pay/harbor/contact", {"step": "phone", "phone": phone})
    assert answer.status == 400
    assert 'href="#phone"' in answer.text
    assert "<script" not in answer.text
    assert len(house.rows(code_asks)) == 1


async def test_three_times_at_most(house: House) -> None:
    await sign_in(house)
    for number in range(3):
        await change(house, email=f"a{number}@example.org")
    answer = await house.post("/pay/harbor/contact", {"step": "email", "email": "a4@example.org"})
    assert answer.status == 429
    assert (await house.post("/pay/harbor/contact", {"step": "email", "email": canaries.EMAILS[0]})).status == 400


async def test_the_language_holds_in_the_thread_as_well(house: House) -> None:
    await sign_in(house)
    assert 'lang="es"' in (await house.post("/pay/harbor/contact", {"step": "language", "language": "es"})).text
    assert (await house.post("/pay/harbor/contact", {"step": "language", "language": "fr"})).status == 400
    await change(house, phone=NEW)
    await confirm(house, await texted(house, NEW))
    await house.until(lambda: re.search("se ha cambiado el teléfono", house.said(ANA)))
