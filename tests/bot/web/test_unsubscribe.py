"""One click beside a notice: RFC 8058."""

import aiohttp
from sqlalchemy import Connection

from bot.store import conversations, reply_addresses
from bot.store.conversations import Place
from bot.store.reply_addresses import Kind
from bot.store.tables import addresses, consents, inbox
from bot.web import keys
from tests.bot.web.house import MAIL, House


def button(house: House, kind: Kind = Kind.UNSUBSCRIBE) -> str:
    def make(conn: Connection) -> str:
        place = Place(1, "email", MAIL[0])
        talk, _ = conversations.begun(conn, {place})[place]
        return reply_addresses.make(conn, house.app[keys.WORLD].keys, [kind], talk, None, house.clock())[kind]

    return str(house.write(make))


def consent(house: House) -> str:
    return str(house.rows(addresses, addresses.c.address == MAIL[0])[0].consent)


async def test_pressing_takes_no_cookie_no_form_and_leads_nowhere(house: House) -> None:
    token = button(house)
    for data in ({"List-Unsubscribe": "One-Click"}, b""):
        headers = {"Origin": "https://mail.elsewhere.example", "Sec-Fetch-Site": "cross-site"}
        answer = await house.post(f"/unsubscribe/{token}", data, headers=headers, allow_redirects=False)
        assert (answer.status, "Location" in answer.headers, "Set-Cookie" in answer.headers) == (200, False, False)
    assert consent(house) == "revoked"
    (row,) = house.rows(consents, consents.c.source == "one_click")
    assert (row.channel, row.status) == ("email", "revoked")


async def test_a_multipart_body_is_as_good(house: House) -> None:
    form = aiohttp.FormData({"List-Unsubscribe": "One-Click"}, default_to_multipart=True)
    assert (await house.post(f"/unsubscribe/{button(house)}", form)).status == 200
    assert consent(house) == "revoked"


async def test_looking_changes_nothing(house: House) -> None:
    token = button(house)
    for _ in range(100):
        answer = await house.get(f"/unsubscribe/{token}")
        assert answer.status == 200
        assert '<form method="post">' in answer.text
    assert (await house.ask("HEAD", f"/unsubscribe/{token}")).status == 200
    assert consent(house) == "granted"
    assert house.rows(inbox) == []


async def test_an_unknown_token_is_not_found(house: House) -> None:
    for token in ("0" * 32, "x", button(house, Kind.REPLY)):
        page = await house.get(f"/unsubscribe/{token}")
        assert page.status == 404
        assert "answer one of our mails with STOP" in page.text
        assert (await house.post(f"/unsubscribe/{token}")).status == 404
    assert consent(house) == "granted"


async def test_the_page_speaks_their_language(house: House) -> None:
    answer = await house.get(f"/unsubscribe/{button(house)}?lang=es")
    assert "No recibir avisos por correo" in answer.text
