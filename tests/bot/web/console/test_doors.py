"""The way into the console: set-up links, passwords, limits, sessions, other sites."""

from pathlib import Path

import pytest

from bot.store.staff import Role
from bot.store.staff_tables import sign_in_tries, staff_sessions
from bot.store.tables import audit
from tests.bot.web.console.desk import KIM, PASSWORD, Desk, words
from tests.bot.web.house import NOON, Hands, open_house


async def test_a_set_up_link_lets_in_once(desk: Desk) -> None:
    link = desk.link()
    assert KIM in (await desk.house.get(link)).text
    assert (await desk.house.get(link)).status == 200, "looking uses nothing up"
    answer = await desk.choose(link)
    assert answer.path == "/console/conversations"
    assert "There are no conversations here yet" in words(answer)
    await desk.leave()
    assert (await desk.house.get(link)).status == 404
    assert (await desk.choose(link)).status == 404
    assert (await desk.sign_in()).path == "/console/conversations"


async def test_a_set_up_link_ends_after_two_days(desk: Desk) -> None:
    link = desk.link()
    desk.house.clock.forward(hours=48)
    assert (await desk.house.get(link)).status == 404
    assert (await desk.choose(link)).status == 404


@pytest.mark.parametrize(
    "password, again, told",
    [
        ("elevenchars", None, "at least 12"),
        ("aaaabbbbccccdd", None, "too easy"),
        (KIM, None, "too easy"),
        ("x" * 257, None, "at most 256"),
        (PASSWORD, PASSWORD + " ", "not the same"),
    ],
)
async def test_a_bad_password_is_refused_and_the_link_still_works(
    desk: Desk, password: str, again: str | None, told: str
) -> None:
    link = desk.link()
    answer = await desk.choose(link, password, again)
    assert answer.status == 422
    assert told in words(answer)
    assert (await desk.choose(link)).status == 200


async def test_blanks_at_the_ends_belong_to_a_password(desk: Desk) -> None:
    await desk.choose(desk.link(), f" {PASSWORD} ")
    await desk.leave()
    assert (await desk.sign_in(PASSWORD)).status == 403
    assert (await desk.sign_in(f" {PASSWORD} ")).status == 200


async def test_wrong_password_and_unknown_staff_get_the_same_answer(desk: Desk) -> None:
    await desk.enter()
    desk.link("new@harbor.example")
    await desk.leave()
    answers = {
        words(await desk.sign_in("not this one at all", email))
        for email in (KIM, "nobody@x.example", "new@harbor.example")
    }
    assert len(answers) == 1
    assert (await desk.sign_in("not this one at all")).status == 403


async def test_tries_are_limited_and_the_right_password_waits_too(desk: Desk) -> None:
    await desk.enter()
    await desk.leave()
    for _ in range(5):
        assert (await desk.sign_in("not this one at all")).status == 403
    assert (await desk.sign_in()).status == 429
    assert (await desk.sign_in(email="other@harbor.example")).status == 403, "another address is not held up"
    desk.house.clock.forward(minutes=15)
    assert (await desk.sign_in()).status == 200
    assert KIM not in str(desk.house.rows(sign_in_tries))


async def test_the_session_cookie_cannot_be_read_by_scripts_or_used_by_other_sites(desk: Desk) -> None:
    link = desk.link()
    answer = await desk.house.post(link, {"password": PASSWORD, "again": PASSWORD}, allow_redirects=False)
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    kept = desk.house.rows(staff_sessions)[0]
    assert kept.token_digest not in cookie
    refused = await desk.house.post(
        "/console/sign-out", headers={"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    )
    assert refused.status == 403
    assert "To the console" in words(refused)
    assert (await desk.house.get("/console/conversations")).status == 200


async def test_idle_sessions_end_and_long_ones_too(desk: Desk) -> None:
    await desk.enter()
    for _ in range(12):
        desk.house.clock.forward(minutes=14)
        assert (await desk.house.get("/console/conversations")).status == 200
    desk.house.clock.forward(minutes=15)
    answer = await desk.house.get("/console/tasks")
    assert answer.status == 403
    assert "You were signed out" in words(answer)
    assert answer.hidden("back") == "/console/tasks"
    back = {"email": KIM, "password": PASSWORD, "back": "/console/tasks"}
    assert (await desk.house.post("/console", back)).path == "/console/tasks"
    for _ in range(59):
        desk.house.clock.forward(minutes=12)
        assert (await desk.house.get("/console/tasks")).status == 200
    desk.house.clock.forward(minutes=12)
    assert (await desk.house.get("/console/tasks")).status == 403, "twelve hours at most"


@pytest.mark.parametrize("where", ["https://elsewhere.example/", "//elsewhere.example", "/console/../pay", "/console"])
async def test_signing_in_leads_nowhere_else(desk: Desk, where: str) -> None:
    await desk.enter()
    await desk.leave()
    answer = await desk.house.post("/console", {"email": KIM, "password": PASSWORD, "back": where})
    assert answer.path == "/console/conversations"


async def test_who_comes_and_goes_is_in_the_audit(desk: Desk) -> None:
    await desk.enter(role=Role.AUDITOR)
    answer = await desk.leave()
    assert "You are signed out" in words(answer)
    assert (await desk.house.get("/console/conversations")).status == 403
    told = [(row.who, row.what) for row in desk.house.rows(audit) if row.what.startswith("staff_")]
    mine = f"staff:{desk.member_id()}"
    assert told == [("cli", "staff_added"), (mine, "staff_set_up"), (mine, "staff_signed_out")]


@pytest.mark.parametrize("path", ["conversations", "conversations/1", "tasks", "patients/1"])
async def test_nothing_is_shown_to_who_is_not_signed_in(desk: Desk, path: str) -> None:
    answer = await desk.house.get(f"/console/{path}")
    assert answer.status == 403
    assert "Please sign in." in words(answer)
    assert (await desk.house.get(f"/console/{path}", headers={"Cookie": "paybot-staff=" + "x" * 32})).status == 403


async def test_words_that_took_too_long_are_not_lost(desk: Desk) -> None:
    talk = await desk.asked_for()
    await desk.enter()
    desk.house.clock.forward(minutes=16)
    answer = await desk.house.post(f"/console/conversations/{talk}/answer", {"text": "A <long> thought", "once": ""})
    assert answer.status == 403
    assert "A &lt;long&gt; thought</textarea>" in answer.text
    assert answer.hidden("back") == f"/console/conversations/{talk}"


async def test_behind_https_the_cookie_is_bound_to_it(tmp_path: Path) -> None:
    async with open_house(tmp_path, Hands(NOON), PAYBOT_PUBLIC_URL="https://pay.harbor.example") as house:
        link = Desk(house).link()
        host, port = house.settings.listen
        form = {"password": PASSWORD, "again": PASSWORD}
        async with house.browser.post(f"http://{host}:{port}{link}", data=form, allow_redirects=False) as answer:
            cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-paybot-staff=")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
