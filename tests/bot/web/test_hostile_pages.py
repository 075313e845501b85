"""Every page that takes a form from a patient refuses what is none, and nothing that is sent there becomes a 5xx."""

import pytest

from bot.store.tables import code_asks, links, tasks
from tests.bot.web.house import House

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PATHS = ["/pay/harbor", "/pay/harbor/code", "/pay/harbor/contact", "/pay/harbor/aid", "/pay/harbor/share"]
BODIES = [
    b"",
    b"&&&===",
    b"name",
    b"step=code&step=ask&step=phone&code=1&code=2",
    b"name=%00&contact=%00&born_month=%00&more=%00&step=%00",
    b"name=%ff%fe&contact=%F0%9F%92%B3&phone=%F0%9F%92%B3&step=phone",
    b"step=take_back&link=1%20OR%201=1",
    b"step=" + b"A" * 60_000,
    b"&".join(b"name=%d" % number for number in range(500)),
    "name=\u202e\u0000 \u2067x".encode(),
]


@pytest.mark.parametrize("path", PATHS)
async def test_bodies_that_are_no_form(house: House, path: str) -> None:
    await house.post(f"/p/{house.link()}")
    assert (await house.post(path, b"x" * 70_000, headers=FORM)).status == 413
    multipart = {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await house.post(path, b"--x--", headers=multipart)).status == 415
    assert (await house.post(path, b"[]", headers={"Content-Type": "application/json"})).status == 415
    assert (await house.post(path, b"a=b", headers=FORM | {"Content-Encoding": "gzip"})).status == 415
    assert (await house.ask("PUT", path)).status == 405
    assert (await house.post(path, b"a=b", headers=FORM | {"Sec-Fetch-Site": "cross-site"})).status == 403
    assert (house.rows(code_asks), house.rows(tasks), len(house.rows(links))) == ([], [], 1)


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("path", PATHS)
async def test_forms_made_to_break_something(house: House, path: str, known: bool) -> None:
    if known:
        await house.post(f"/p/{house.link()}")
    for body in BODIES:
        answer = await house.post(path, body, headers=FORM)
        assert answer.status < 500, body[:60]
        assert "script" not in answer.headers["Content-Security-Policy"]
    assert (house.rows(code_asks), house.rows(tasks), len(house.rows(links))) == ([], [], int(known))


@pytest.mark.parametrize("path", PATHS)
async def test_looking_changes_nothing(house: House, path: str) -> None:
    await house.post(f"/p/{house.link()}")
    for method in ("GET", "HEAD"):
        for query in ("", "?lang=es", "?lang=%00", "?step=make", "?sent=yes&lang=zz"):
            assert (await house.ask(method, path + query)).status == 200
    assert (house.rows(code_asks), house.rows(tasks), len(house.rows(links))) == ([], [], 1)


async def test_cookies_that_are_none(house: House) -> None:
    for value in ("", "x", "\ufffd" * 5, "a" * 2000, "%00"):
        answer = await house.get("/pay/harbor/code", headers={"Cookie": f"paybot-code={value}; paybot={value}"})
        assert answer.path == "/pay/harbor"
