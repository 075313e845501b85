"""A code is good where it was asked for, and who asks or tries elsewhere takes nothing from it."""

import re
from functools import partial

from bot.store.tables import codes, page_sessions
from bot.web import keys
from tests.bot.web.house import ANA, House
from tests.bot.web.test_signing_in import asks, texted, types


async def ask(house: House, token: str, way: str = "email") -> None:
    """The button on the page of this link that asks for a code."""
    await house.post(f"/p/{token}", {"step": "ask", "way": way})


async def says(house: House, body: str) -> str:
    """A text of the patient, when the last of ours has left."""
    house.clock.forward(seconds=31)
    return await house.text(body)


async def types_there(house: House, token: str, code: str) -> str:
    """Somebody in another browser types this code into the page of a link; where they come out."""
    async with house.other_browser() as other:
        return (await house.post(f"/p/{token}", {"step": "code", "code": code}, by=other)).path


async def five_wrong(house: House, token: str, code: str) -> None:
    for number in range(5):
        await types_there(house, token, f"{(int(code) + 1 + number) % 10**6:06d}")


def tries(house: House) -> list[int]:
    return [row.wrong_tries for row in house.rows(codes)]


def mailed(house: House, many: int) -> bool:
    return len(house.app[keys.MAILBOX].mails()) >= many


async def test_a_code_of_the_thread_opens_no_link_in_a_strangers_browser(house: House) -> None:
    pasted, sent = house.link(pasted=True, asks_code=True), house.link()
    await says(house, "BALANCE")
    code = await house.code_from_mail()
    for token in (pasted, sent):
        assert await types_there(house, token, code) == f"/p/{token}"
    assert house.rows(page_sessions) == []
    assert "$184.50" in await says(house, code)


async def test_wrong_tries_on_a_link_leave_the_code_of_the_thread(house: House) -> None:
    pasted, sent = house.link(pasted=True, asks_code=True), house.link()
    await says(house, "BALANCE")
    code = await house.code_from_mail()
    await five_wrong(house, pasted, code)
    await five_wrong(house, sent, code)
    assert tries(house) == [0]
    assert "$184.50" in await says(house, code)


async def test_wrong_tries_on_a_link_leave_the_code_of_a_form(house: House) -> None:
    token = house.link(pasted=True, asks_code=True)
    await asks(house)
    code = await texted(house)
    await five_wrong(house, token, code)
    assert await types_there(house, token, code) == f"/p/{token}"
    assert tries(house) == [0]
    assert (await types(house, code)).path == "/pay/harbor/balance"


async def test_wrong_tries_in_the_thread_leave_the_code_of_a_form(house: House) -> None:
    await asks(house)
    code = await texted(house)
    assert "no longer valid" in await says(house, f"{(int(code) + 1) % 10**6:06d}")
    assert tries(house) == [0]
    assert (await types(house, code)).path == "/pay/harbor/balance"


async def test_a_code_of_one_link_opens_no_other(house: House) -> None:
    mine, another = house.link(pasted=True, asks_code=True), house.link(pasted=True, asks_code=True)
    await ask(house, mine)
    code = await house.code_from_mail()
    await five_wrong(house, another, code)
    assert await types_there(house, another, code) == f"/p/{another}"
    assert tries(house) == [0]


async def test_orders_of_others_leave_the_code_of_the_thread(house: House) -> None:
    await says(house, "BALANCE")
    code = await house.code_from_mail()
    house.clock.forward(seconds=31)
    async with house.other_browser() as thief:
        await asks(house, thief)
    await texted(house)
    house.clock.forward(seconds=31)
    await ask(house, house.link(pasted=True, asks_code=True), "text")
    await texted(house, seen=1)
    assert [row.state for row in house.rows(codes)] == ["open"] * 3
    assert "$184.50" in await says(house, code)


async def test_presses_on_a_link_leave_the_thread_its_own_codes(house: House) -> None:
    token = house.link(pasted=True, asks_code=True)
    for sent in (1, 2, 3, 4, 5, 5):
        await ask(house, token)
        await house.until(partial(mailed, house, sent))
        house.clock.forward(minutes=4)
    assert len(house.rows(codes)) == 5
    await says(house, "BALANCE")
    assert "$184.50" in await says(house, await house.code_from_mail(seen=5))


async def test_a_code_that_the_provider_took_out_is_typed_into_the_link_that_we_send(house: House) -> None:
    await says(house, "BALANCE")
    code = await house.code_from_mail()
    said = await says(house, "my code is ******")
    token = re.search(r"/p/(\S{22})", said)
    assert token, said
    assert await types_there(house, token[1], code) == "/pay/harbor/balance"


async def test_a_code_of_a_link_that_is_typed_into_the_thread_opens_the_link_that_we_send(house: House) -> None:
    await ask(house, house.link(pasted=True, asks_code=True), "text")
    code = await texted(house, ANA)
    token = re.search(r"/p/(\S{22})", await says(house, code))
    assert token
    assert await types_there(house, token[1], code) == "/pay/harbor/balance"
