"""Pages for whom nobody knows yet speak as they were asked to, as the session did, as the browser does."""

import pytest

from bot.store.tables import people
from tests.bot.web.house import House

SPANISH, ENGLISH = "No encontramos esa página", "We could not find that page"


async def spanish_session(house: House) -> None:
    house.write(lambda conn: conn.execute(people.update().values(language="es")))
    assert "Su saldo" in (await house.post(f"/p/{house.link()}")).text


async def test_a_page_that_is_not_there_speaks_as_the_session_does(house: House) -> None:
    await spanish_session(house)
    for path in ("/pay/harbor/nothing", "/nothing", "/pay/harbor/receipts/HFM-1"):
        page = await house.get(path, headers={"Accept-Language": "en-US,en;q=0.9"})
        assert page.status == 404
        assert SPANISH in page.text
        assert "206-555-0142" in page.text


@pytest.mark.parametrize("seconds", [16 * 60, 70 * 60])
async def test_a_session_that_is_over_is_told_in_its_language(house: House, seconds: int) -> None:
    await spanish_session(house)
    house.clock.forward(seconds=seconds)
    for path in ("/pay/harbor/balance", "/pay/harbor", "/pay/harbor/aid"):
        assert '<html lang="es">' in (await house.get(path, headers={"Accept-Language": "en"})).text


@pytest.mark.parametrize(
    "accepted,words",
    [
        ("es-MX,es;q=0.9,en;q=0.8", SPANISH),
        ("fr-CA,es;q=0.8", SPANISH),
        ("en-US,es;q=0.8", ENGLISH),
        ("zh", ENGLISH),
        ("", ENGLISH),
        ("\u00e9;;;,,,", ENGLISH),
    ],
)
async def test_without_a_session_the_browser_decides(house: House, accepted: str, words: str) -> None:
    assert words in (await house.get("/nothing", headers={"Accept-Language": accepted})).text


async def test_what_is_asked_for_goes_before_all(house: House) -> None:
    await spanish_session(house)
    assert ENGLISH in (await house.get("/nothing?lang=en")).text
