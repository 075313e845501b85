"""Pay links: GET changes nothing, the first press in the hour opens, others need a code, and no link dead-ends."""

import asyncio
import re

import pytest

from bot.practice_file import parse_practice
from bot.practices import apply
from bot.store import codes
from bot.store.tables import code_tries, links, page_sessions
from bot.web import keys
from tests import canaries
from tests.bot.web.house import ANA, FILE, SHARED, House

SCANNERS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1)",
    "WhatsApp/2.23",
    "facebookexternalhit/1.1",
    "Slackbot-LinkExpanding 1.0",
    "Mozilla/5.0 (Windows NT 10.0) SafeLinks",
    "Proofpoint-URL-Defense",
    "Twitterbot/1.0",
    "curl/8.0",
    "python-requests/2.31",
    "",
]
FACTS = ["184.50", "120.00", "Okafor", *canaries.FIRST_NAMES, *canaries.LAST_NAMES, canaries.EMAILS[0], ANA[2:]]


def silent(text: str) -> bool:
    """The page says nothing about anybody."""
    return not any(fact.lower() in text.lower() for fact in FACTS)


async def open_link(house: House, token: str) -> str:
    return (await house.post(f"/p/{token}", {"step": "open"})).text


async def test_scanners_a_hundred_times_then_the_patient(house: House) -> None:
    token = house.link()
    for number in range(100):
        method = "HEAD" if number % 3 == 0 else "GET"
        answer = await house.ask(method, f"/p/{token}", headers={"User-Agent": SCANNERS[number % len(SCANNERS)]})
        assert answer.status == 200
        assert silent(answer.text)
    assert house.rows(links)[0].pressed_at is None
    assert house.rows(page_sessions) == []
    answer = await house.post(f"/p/{token}")
    assert answer.path == "/pay/harbor/balance"
    assert "$184.50" in answer.text
    assert "Dr. Okafor" not in answer.text


async def test_the_headers_of_private_pages(house: House) -> None:
    token = house.link()
    for answer in (await house.get(f"/p/{token}"), await house.post(f"/p/{token}"), await house.get("/nothing")):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script" not in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "<script" not in answer.text
        assert token not in answer.text


async def test_the_cookie(house: House) -> None:
    answer = await house.post(f"/p/{house.link()}", allow_redirects=False)
    assert answer.status == 303
    cookie = answer.headers["Set-Cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Path=/"))
    token = re.search(r"paybot=([^;]+)", cookie)
    assert token
    assert token[1] not in str(house.rows(page_sessions))


async def test_another_browser_gets_the_code_page(house: House) -> None:
    token = house.link()
    await open_link(house, token)
    async with house.other_browser() as other:
        answer = await house.post(f"/p/{token}", by=other)
        assert answer.path == f"/p/{token}"
        assert 'autocomplete="one-time-code"' in answer.text
        assert 'inputmode="numeric"' in answer.text
        assert silent(answer.text)
        assert (await house.get("/pay/harbor/balance", by=other)).status == 403
    assert "$184.50" in await open_link(house, token)


async def test_two_browsers_at_once(house: House) -> None:
    token = house.link()
    async with house.other_browser() as one, house.other_browser() as two:
        answers = await asyncio.gather(*(house.post(f"/p/{token}", by=each) for each in (one, two) * 10))
    assert len(house.rows(page_sessions)) == 1
    assert any("$184.50" in answer.text for answer in answers)


@pytest.mark.parametrize("seconds,opens", [(3599, True), (3601, False)])
async def test_the_hour(house: House, seconds: int, opens: bool) -> None:
    token = house.link()
    house.clock.forward(seconds=seconds)
    text = await open_link(house, token)
    assert ("$184.50" in text) is opens
    if not opens:
        assert "timed out to protect you" in text
        assert silent(text)


@pytest.mark.parametrize("kind", ["asks_code", "pasted", "shared"])
async def test_links_that_ask_for_a_code_first(house: House, kind: str) -> None:
    shared = {"patients": ("P2",), "phone": SHARED}
    token = house.link("P2", phone=SHARED) if kind == "shared" else house.link(asks_code=True, pasted=kind == "pasted")
    text = await open_link(house, token)
    assert 'name="code"' in text
    assert silent(text)
    assert house.rows(page_sessions) == []
    assert shared


@pytest.mark.parametrize("way", ["text", "email"])
@pytest.mark.parametrize("pasted", [False, True])
async def test_a_code_opens_it(house: House, way: str, pasted: bool) -> None:
    token = house.link(asks_code=True, pasted=pasted)
    asked = await house.post(f"/p/{token}", {"step": "ask", "way": way})
    assert "on its way" in asked.text
    code = await _the_code(house, way)
    answer = await house.post(f"/p/{token}", {"step": "code", "code": f"{code[:3]} {code[3:]}"})
    assert answer.path == "/pay/harbor/balance"
    (session,) = house.rows(page_sessions)
    assert session.proof == 2
    assert session.conversation_id is not None
    async with house.other_browser() as other:
        again = await house.post(f"/p/{token}", {"step": "code", "code": code}, by=other)
    assert again.status == 403
    assert "no longer valid" in again.text


async def _the_code(house: House, way: str) -> str:
    if way == "email":
        return await house.code_from_mail()
    found = await house.until(lambda: re.search(r"\b(\d{6})\b", house.said()))
    return str(found[1])


async def test_the_same_answer_whatever_is_on_file(house: House) -> None:
    known = house.link(asks_code=True)
    house.write(lambda conn: conn.exec_driver_sql("DELETE FROM person_addresses WHERE person_id = 3"))
    unknown = house.link("P3", pasted=True)
    for way in ("text", "email", "fax", ""):
        one = await house.post(f"/p/{known}", {"step": "ask", "way": way})
        two = await house.post(f"/p/{unknown}?lang=en", {"step": "ask", "way": way})
        assert (one.status, one.text) == (two.status, two.text)


async def test_five_wrong_codes_block_this_network_and_nobody_else(house: House) -> None:
    token = house.link(asks_code=True)
    await house.post(f"/p/{token}", {"step": "ask", "way": "email"})
    code = await house.code_from_mail()
    wrong = "000000" if code != "000000" else "111111"
    texts = [(await house.post(f"/p/{token}", {"step": "code", "code": wrong})).text for _ in range(5)]
    assert "does not match" in texts[3]
    assert "blocked here for 30 minutes" in texts[4]
    assert "blocked" in (await house.post(f"/p/{token}", {"step": "code", "code": code})).text
    assert len(house.rows(code_tries)) == 5
    assert house.rows(code_tries)[0].side == "net:127.0.0.0/24 for 1"
    house.clock.forward(minutes=31)
    await house.post(f"/p/{token}", {"step": "ask", "way": "email"})
    fresh = await house.code_from_mail(seen=1)
    assert "$184.50" in (await house.post(f"/p/{token}", {"step": "code", "code": fresh})).text


async def test_an_older_code_costs_no_try(house: House) -> None:
    token = house.link(asks_code=True)
    await house.post(f"/p/{token}", {"step": "ask", "way": "email"})
    old = await house.code_from_mail()
    house.clock.forward(seconds=40)
    await house.post(f"/p/{token}", {"step": "ask", "way": "email"})
    await house.code_from_mail(seen=1)
    assert "newer code" in (await house.post(f"/p/{token}", {"step": "code", "code": old})).text
    assert house.rows(code_tries) == []


async def test_ten_minutes(house: House) -> None:
    token = house.link(asks_code=True)
    await house.post(f"/p/{token}", {"step": "ask", "way": "email"})
    code = await house.code_from_mail()
    house.clock.forward(seconds=codes.GOOD_FOR.total_seconds() + 1)
    assert "no longer valid" in (await house.post(f"/p/{token}", {"step": "code", "code": code})).text


async def test_a_code_of_another_patient_opens_nothing(house: House) -> None:
    mine, theirs = house.link(asks_code=True), house.link("P2", phone=SHARED)
    await house.post(f"/p/{mine}", {"step": "ask", "way": "email"})
    code = await house.code_from_mail()
    assert (await house.post(f"/p/{theirs}", {"step": "code", "code": code})).status == 403
    assert house.rows(page_sessions) == []


@pytest.mark.parametrize(
    "typed", ["", " ", "12345", "1234567", "x" * 5000, "<script>", "１２３４５６x", "0x1234", "\x00"]
)
async def test_what_is_no_code(house: House, typed: str) -> None:
    answer = await house.post(f"/p/{house.link(asks_code=True)}", {"step": "code", "code": typed})
    assert answer.status == 400
    assert "six digits" in answer.text
    assert "<script>" not in answer.text
    assert house.rows(code_tries) == []


@pytest.mark.parametrize(
    "token",
    [
        "x" * 22,
        "x",
        "x" * 5000,
        "..%2F..%2Fetc%2Fpasswd",
        "%00" * 22,
        "' OR 1=1 --        ".replace(" ", "%20"),
        "%F0%9F%98%80",
    ],
)
async def test_a_link_that_is_none_says_how_to_get_one(house: House, token: str) -> None:
    for method in ("GET", "POST"):
        answer = await house.ask(method, f"/p/{token}")
        assert answer.status == 404
        assert "Text BALANCE to" in answer.text
        assert "206-555-0100" in answer.text
        assert "206-555-0142" in answer.text


async def test_a_voided_link(house: House) -> None:
    token = house.link()
    house.write(lambda conn: conn.execute(links.update().values(voided_at=house.clock())))
    assert (await house.get(f"/p/{token}")).status == 404
    assert (await house.post(f"/p/{token}")).status == 404


async def test_other_methods_and_bodies(house: House) -> None:
    token = house.link()
    assert (await house.ask("PUT", f"/p/{token}")).status == 405
    assert (
        await house.post(f"/p/{token}", b"x" * 70_000, headers={"Content-Type": "application/x-www-form-urlencoded"})
    ).status == 413
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await house.post(f"/p/{token}", b"--x--", headers=multipart)).status == 415
    assert (await house.post(f"/p/{token}", b"[]", headers={"Content-Type": "application/json"})).status == 415
    assert house.rows(links)[0].pressed_at is None


@pytest.mark.parametrize(
    "headers,passes",
    [
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "https://evil.example"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
    ],
)
async def test_no_other_site_may_post(house: House, headers: dict[str, str], passes: bool) -> None:
    answer = await house.post(f"/p/{house.link()}", headers=headers)
    assert (answer.status == 200) is passes
    assert (answer.status == 403) is not passes


async def test_a_session_ends(house: House) -> None:
    token = house.link()
    await open_link(house, token)
    for _ in range(3):
        house.clock.forward(minutes=14)
        assert (await house.get("/pay/harbor/balance")).status == 200
    house.clock.forward(minutes=16)
    answer = await house.get("/pay/harbor/balance")
    assert answer.status == 403
    assert silent(answer.text)
    assert "timed out" in await open_link(house, token) or 'name="code"' in await open_link(house, token)


async def test_an_hour_at_most(house: House) -> None:
    await open_link(house, house.link())
    for _ in range(5):
        house.clock.forward(minutes=11)
        assert (await house.get("/pay/harbor/balance")).status == 200
    house.clock.forward(minutes=6)
    assert (await house.get("/pay/harbor/balance")).status == 403


async def test_spanish(house: House) -> None:
    token = house.link()
    assert 'lang="es"' in (await house.get(f"/p/{token}?lang=es")).text
    answer = await house.post(f"/p/{token}?lang=es")
    assert "Usted debe" in answer.text
    assert 'lang="es"' in (await house.get("/pay/harbor/balance")).text
    assert 'lang="en"' in (await house.get("/pay/harbor/balance?lang=en")).text
    assert (await house.get("/pay/harbor/balance?lang=%3Cscript%3E")).status == 200


async def test_no_token_in_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    token = house.link()
    await open_link(house, token)
    assert token not in caplog.text
    assert "/p/{token}" in caplog.text
    assert house.app[keys.SETTINGS].host not in token


async def test_a_practice_without_text_numbers_mails_the_code(house: House) -> None:
    file = {name: value for name, value in FILE.items() if name != "text_numbers"}
    house.write(lambda conn: apply(conn, parse_practice(file), house.clock()))
    house.app[keys.WORLD].practices.forget()
    token = house.link(pasted=True, asks_code=True)
    await house.post(f"/p/{token}", {"step": "ask", "way": "email"})
    answer = await house.post(f"/p/{token}", {"step": "code", "code": await house.code_from_mail()})
    assert answer.path.startswith("/pay/harbor")
