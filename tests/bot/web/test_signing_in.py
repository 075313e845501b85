"""Signing in without a link: one code by text and by email at once, and no answer tells who is a patient."""

import asyncio
import re
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.paying.entry import signing_in
from bot.store.tables import code_asks, codes, outbox, page_sessions
from bot.web import keys
from tests import canaries
from tests.bot.web.house import ANA, NOON, SHARED, Answer, Hands, House, open_house

MONTH, DAY, YEAR = "2", "3", "1980"


def details(name: str = "", contact: str = ANA, month: str = MONTH, day: str = DAY, year: str = YEAR) -> dict[str, str]:
    """What P1 writes to say who they are."""
    known = f"{canaries.FIRST_NAMES[0]} {canaries.LAST_NAMES[0]}"
    born = {"born_month": month, "born_day": day, "born_year": year}
    return {"name": name or known, "contact": contact, **born}


async def asks(
    house: House, by: aiohttp.ClientSession | None = None, headers: dict[str, str] | None = None, **values: str
) -> Answer:
    """The form is sent, and what it asked for is looked up."""
    answer = await house.post("/pay/harbor", details(**values), by=by, headers=headers)
    await house.until(lambda: all(one.look_at is None for one in house.rows(code_asks)))
    return answer


async def texted(house: House, phone: str = ANA, seen: int = 0) -> str:
    """The newest code that was texted."""

    def found() -> list[str]:
        return re.findall(r"#(\d{6})", house.said(phone))

    every: list[str] = await house.until(lambda: len(found()) > seen and found())
    return every[-1]


async def types(house: House, code: str, **more: Any) -> Answer:
    return await house.post("/pay/harbor/code", {"step": "code", "code": code, **more.pop("data", {})}, **more)


async def test_the_same_code_comes_both_ways_and_opens_the_balance(house: House) -> None:
    page = await house.get("/pay/harbor")
    assert 'autocomplete="name"' in page.text
    answer = await asks(house)
    assert answer.path == "/pay/harbor/code"
    assert 'autocomplete="one-time-code"' in answer.text
    code = await texted(house)
    assert code == await house.code_from_mail()
    opened = await types(house, code)
    assert opened.path == "/pay/harbor/balance"
    assert "$184.50" in opened.text
    (session,) = house.rows(page_sessions)
    assert (session.proof, session.person_ids) == (2, [house.ids["P1"]])
    assert "code" not in house.rows(code_asks)[0].network
    assert house.rows(code_asks)[0].typed is None
    (kept,) = house.rows(codes)
    assert (kept.state, kept.typed) == ("used", "page")
    assert all(code not in str(row) for row in house.rows(outbox))


@pytest.mark.parametrize("contact", [ANA, ANA[2:], f"({ANA[2:5]}) {ANA[5:8]}-{ANA[8:]}", canaries.EMAILS[0].upper()])
async def test_any_number_or_mail_on_file_will_do(house: House, contact: str) -> None:
    await asks(house, contact=contact)
    assert (await types(house, await texted(house))).path == "/pay/harbor/balance"


async def test_a_code_is_good_once_and_only_where_it_was_asked_for(house: House) -> None:
    async with house.other_browser() as other:
        await asks(house)
        code = await texted(house)
        await asks(house, other, contact=ANA)
        assert "does not match" in (await types(house, code, by=other)).text
        assert (await types(house, code)).path == "/pay/harbor/balance"
        assert (await types(house, code)).path == "/pay/harbor/balance"  # signed in already: nothing to type into
    assert len(house.rows(page_sessions)) == 1


NOBODY = [
    {"name": "Nobody Here"},
    {"day": "4"},
    {"contact": SHARED},
    {"contact": "+12065550199"},
    {"contact": "nobody@example.org"},
]


@pytest.mark.parametrize("values", NOBODY)
async def test_whoever_does_not_match_reads_the_same_and_gets_nothing(house: House, values: dict[str, Any]) -> None:
    known = await asks(house)
    await texted(house)
    async with house.other_browser() as other:
        stranger = await asks(house, other, **values)
        wrong = await types(house, "000000", by=other)
    assert (stranger.status, stranger.text, stranger.path) == (known.status, known.text, known.path)
    mine = await types(house, "000000")
    assert (wrong.status, wrong.text) == (mine.status, mine.text)
    assert len(house.rows(codes)) == 1


async def test_resending(house: House) -> None:
    await asks(house)
    first = await texted(house)
    assert "half a minute" in (await house.post("/pay/harbor/code", {"step": "again"})).text
    house.clock.forward(seconds=31)
    assert "new code is on its way" in (await house.post("/pay/harbor/code", {"step": "again"})).text
    second = await texted(house, seen=1)
    assert "newer code" in (await types(house, first)).text
    house.clock.forward(seconds=31)
    await house.post("/pay/harbor/code", {"step": "again"})
    third = await texted(house, seen=2)
    house.clock.forward(seconds=31)
    assert (await house.post("/pay/harbor/code", {"step": "again"})).status == 429
    assert len({first, second, third}) == 3
    assert (await types(house, third)).path == "/pay/harbor/balance"


async def test_ten_minutes(house: House) -> None:
    await asks(house)
    code = await texted(house)
    house.clock.forward(minutes=10, seconds=1)
    assert "no longer valid" in (await types(house, code)).text
    assert house.rows(page_sessions) == []


NETWORKS = {"PAYBOT_TRUSTED_PROXIES": "127.0.0.1/32"}


def network(number: int) -> dict[str, str]:
    """Somebody elsewhere, as the proxy in front of us tells."""
    return {"X-Forwarded-For": f"203.0.{number}.9"}


async def test_wrong_tries_elsewhere_lock_nobody_out(tmp_path: Path) -> None:
    async with open_house(tmp_path, Hands(NOON), **NETWORKS) as house, house.other_browser() as thief:
        await asks(house, headers=network(1))
        code = await texted(house)
        for number in range(2, 6):
            await asks(house, thief, headers=network(number))
            answers = [await types(house, "000000", by=thief, headers=network(number)) for _ in range(6)]
            assert ["blocked" in one.text for one in answers] == [False] * 4 + [True] * 2
        assert (await types(house, code, headers=network(1))).path == "/pay/harbor/balance"


async def test_tries_of_one_network_end_for_a_while_and_then_for_the_day(house: House) -> None:
    for _ in range(2):
        await asks(house)
        assert "blocked" in [await types(house, "000000") for _ in range(5)][-1].text
        await asks(house)
        assert "blocked" in (await types(house, "000000")).text
        house.clock.forward(minutes=31)
    await asks(house)
    assert "blocked" in (await types(house, "000000")).text
    house.clock.forward(hours=24)
    await asks(house)
    assert "does not match" in (await types(house, "000000")).text


async def test_forms_of_others_use_up_no_code_of_the_thread_or_a_link(house: House) -> None:
    """Whoever knows a name, a birth date and a number: the patient still gets a code by either way."""
    mails = house.app[keys.MAILBOX].mails
    for sent in (1, 2, 3, 4, 5, 5):
        async with house.other_browser() as thief:
            await asks(house, thief)
        while len(mails()) < sent:  # noqa: ASYNC110 - what is waited for is another's
            await asyncio.sleep(0.01)
        house.clock.forward(minutes=11)
    assert len(mails()) == 5
    await house.text("BALANCE")
    code = await house.code_from_mail(5)
    house.clock.forward(seconds=31)
    assert "$184.50" in await house.text(code)
    house.clock.forward(minutes=11)
    token = house.link(pasted=True)
    await house.post(f"/p/{token}", {"step": "ask", "way": "email"})
    code = await house.code_from_mail(6)
    assert "$184.50" in (await house.post(f"/p/{token}", {"step": "code", "code": code})).text


async def test_a_crowd_from_one_network_is_told_to_wait(house: House) -> None:
    for number in range(signing_in.MOST_OF_A_NETWORK):
        assert (await house.post("/pay/harbor", details(name=f"Name {number}"))).status == 200
    answer = await house.post("/pay/harbor", details())
    assert answer.status == 429
    assert "many tries from your network" in answer.text
    house.clock.forward(minutes=11)
    assert (await asks(house)).path == "/pay/harbor/code"


async def test_fifty_times_at_once_it_opens_once(house: House) -> None:
    await asks(house)
    code = await texted(house)
    typed = {"step": "code", "code": code}
    cookies = {one.key: one.value for one in house.browser.cookie_jar}
    async with house.other_browser() as each:
        many = [
            house.post("/pay/harbor/code", typed, by=each, cookies=cookies, allow_redirects=False) for _ in range(50)
        ]
        answers = await asyncio.gather(*many)
    assert len([one for one in answers if one.headers.get("Location") == "/pay/harbor/balance"]) == 1
    assert len(house.rows(page_sessions)) == 1
    assert all(one.status < 500 for one in answers)
