"""Requests made to break something: none may become a 5xx, hold a connection, or cost more than it should."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from multidict import MultiDict, MultiDictProxy
from sqlalchemy import select, update

from bot.staff import accounts as staff
from bot.store import api_keys
from bot.store.staff import Role
from bot.store.tables import addresses, codes, guarantors, inbox, links, page_sessions, people, person_addresses
from bot.web import keys
from tests.bot.web.house import ANA, NOON, SHARED, Hands, House, open_house

FORM = "Content-Type: application/x-www-form-urlencoded"
SIGNED = "X-Twilio-Signature: AAAA"


async def knock(house: House, head: str, *headers: str | bytes, body: bytes = b"", later: bytes = b"") -> bytes:
    """Exactly these bytes, and all that comes back. `later` is sent when the head has been read."""
    reader, writer = await asyncio.open_connection(*house.settings.listen)
    told = [f"{head} HTTP/1.1", "Host: x", "Connection: close", *headers]
    if body:
        told.append(f"Content-Length: {len(body)}")
    lines = [one if isinstance(one, bytes) else one.encode() for one in told]
    writer.write(b"\r\n".join([*lines, b"", b""]) + body)
    await writer.drain()
    if later:
        await asyncio.sleep(0.05)
        writer.write(later)
        writer.write_eof()
    async with asyncio.timeout(8):
        answer = await reader.read()
    writer.close()
    return answer


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


@pytest.mark.parametrize(
    "head, header, wanted",
    [
        ("GET /pay/harbor/balance", b"Cookie: paybot=\xff\xfe", 403),
        ("GET /console/conversations", b"Cookie: paybot-staff=\xff\xfe", 403),
        ("GET /api/v1/patients/P1/balance", b"Authorization: Bearer paybot_\xff\xfe", 401),
        ("POST /webhooks/twilio/sms", b"X-Twilio-Signature: \xff\xfe", 403),
        ("POST /pay/harbor/checkout", b"Origin: http://[", 403),
        ("POST /pay/harbor/checkout", b"Origin: \xff://\xff", 403),
    ],
)
async def test_headers_that_are_no_text(house: House, head: str, header: bytes, wanted: int) -> None:
    answer = await knock(house, head, FORM, header, *(["Content-Length: 0"] if head.startswith("POST") else []))
    assert status(answer) == wanted


@pytest.mark.parametrize("charset", ["raw_unicode_escape", "utf-7", "punycode", "idna", "utf-16", "hex", "latin-1"])
async def test_forms_are_utf_8_whatever_else_they_say(house: House, charset: str) -> None:
    """Other codecs make halves of characters that no database keeps, or take seconds for a few kilobytes."""
    body = b"email=\\ud800&password=" + b"a" * 60_000
    await house.post("/console", b"")  # the page of the refusal is made ready
    begun = time.process_time()
    answer = await knock(house, "POST /console", f"{FORM}; charset={charset}", body=body)
    assert status(answer) in {400, 415}
    assert time.process_time() - begun < 0.1


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8"])
async def test_forms_may_say_that_they_are_utf_8(house: House, charset: str) -> None:
    answer = await knock(house, f"POST /p/{house.link()}", f"{FORM}; charset={charset}", body=b"step=open")
    assert status(answer) == 303


@pytest.mark.parametrize("path", ["/p/x", "/unsubscribe/x", "/nothing", "/webhooks/twilio/sms", "/console/sign-out"])
async def test_compressed_bodies_are_not_unpacked_to_be_thrown_away(house: House, path: str) -> None:
    small = gzip.compress(bytes(60_000_000))
    await house.post(path, b"")
    begun = time.process_time()
    answer = await knock(house, f"POST {path}", FORM, SIGNED, "Content-Encoding: gzip", body=small)
    assert 400 <= status(answer) < 500 or path == "/console/sign-out"
    assert time.process_time() - begun < 0.1


@pytest.mark.parametrize(
    "path, kind",
    [
        ("/p/{token}", FORM),
        ("/webhooks/twilio/sms", FORM),
        ("/webhooks/twilio/sms", "Content-Type: application/json"),
        ("/console", FORM),
    ],
)
async def test_a_body_that_breaks_off_is_no_fault_of_ours(
    house: House, caplog: pytest.LogCaptureFixture, path: str, kind: str
) -> None:
    where = path.format(token=house.link())
    for header, rest in (("Transfer-Encoding: chunked", b"zzz\r\n\r\n"), ("Content-Length: 50", b"step=open")):
        await knock(house, f"POST {where}", kind, SIGNED, header, later=rest)
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []


async def test_wrong_number_ends_what_the_link_had_opened(house: House) -> None:
    token = house.link()
    assert "$184.50" in (await house.post(f"/p/{token}")).text
    await house.text("wrong number, I am not her", ANA)
    await house.until(lambda: house.rows(links)[0].voided_at)
    (session,) = house.rows(page_sessions)
    assert session.ended_at is not None
    assert (await house.get("/pay/harbor/balance")).status == 403


def move_phone(house: House, to: str) -> None:
    """The office writes the phone into somebody else's file, and into theirs no more."""
    address = next(one.id for one in house.rows(addresses) if one.address == ANA)
    mine = person_addresses.c.address_id == address
    house.write(lambda conn: conn.execute(person_addresses.update().where(mine).values(person_id=house.ids[to])))


async def test_a_link_opens_for_nobody_who_has_the_phone_by_now(house: House) -> None:
    fresh, old = house.link(), house.link(asks_code=True)
    move_phone(house, "P3")
    answer = await house.post(f"/p/{fresh}")
    assert "184.50" not in answer.text
    assert answer.path == f"/p/{fresh}"
    for token in (fresh, old):
        await house.post(f"/p/{token}", {"step": "ask", "way": "text"})
    await asyncio.sleep(0)
    assert house.rows(codes) == []
    assert house.rows(page_sessions) == []


async def test_who_has_no_phone_gets_the_code_by_mail(house: House) -> None:
    phones = select(addresses.c.id).where(addresses.c.channel == "text")
    house.write(lambda conn: conn.execute(person_addresses.delete().where(person_addresses.c.address_id.in_(phones))))
    token = house.link(pasted=True)
    await house.post(f"/p/{token}", {"step": "ask", "way": "email"})
    code = await house.code_from_mail()
    assert "$184.50" in (await house.post(f"/p/{token}", {"step": "code", "code": code})).text


async def test_a_link_for_a_child_opens_on_the_phone_of_who_pays(house: House) -> None:
    child = update(people).where(people.c.id == house.ids["P2"]).values(birth_date=date(2016, 5, 6))
    house.write(lambda conn: conn.execute(child))
    house.write(lambda conn: conn.execute(guarantors.insert().values(person_id=house.ids["P2"], guarantor_id=1)))
    assert "$80.00" in (await house.post(f"/p/{house.link('P2')}")).text


async def test_neighbours_on_one_network_do_not_lock_each_other_out(house: House) -> None:
    mine, theirs = house.link(asks_code=True), house.link("P2", phone=SHARED, asks_code=True)
    answer = None
    for number in range(11):
        answer = await house.post(f"/p/{theirs}", {"step": "code", "code": f"{number:06}"})
    assert answer
    assert "blocked" in answer.text
    await house.post(f"/p/{mine}", {"step": "ask", "way": "email"})
    code = await house.code_from_mail()
    assert "$184.50" in (await house.post(f"/p/{mine}", {"step": "code", "code": code})).text


@pytest.fixture
async def elsewhere(tmp_path: Path, postgres_url: str) -> AsyncIterator[House]:
    """The house on PostgreSQL, which keeps no NUL."""
    where = {"PAYBOT_DATABASE_URL": postgres_url, "PAYBOT_SECRET_KEY": "k" * 64}
    async with open_house(tmp_path, Hands(NOON), **where) as house:
        yield house


async def test_a_nul_is_a_wrong_value_like_others(elsewhere: House) -> None:
    house = elsewhere
    key = house.write(lambda conn: api_keys.create(conn, house.app[keys.WORLD].keys, 1, "tests", NOON)[1])
    token = house.write(lambda conn: staff.add(conn, house.app[keys.WORLD].keys, 1, "kim@a.example", Role.BILLER, NOON))
    caller = {"Authorization": f"Bearer {key}"}
    assert (await house.post("/console", {"email": "a\0@b.example", "password": "x\0"})).status == 403
    assert (await house.post(f"/p/{house.link()}")).status == 200
    assert (await house.get("/pay/harbor/receipts/%00")).status == 404
    assert (await house.get("/pay/harbor/checkout?payment=%00")).path == "/pay/harbor/balance"
    confirm = {"step": "confirm", "payment": "\0", "card": "approve"}
    assert (await house.post("/pay/harbor/checkout", confirm)).path == "/pay/harbor/balance"
    assert (await house.get("/api/v1/patients/a%00b/balance", headers=caller)).status == 404
    asked = {"patient_id": "a\0b"}
    assert (await house.ask("POST", "/api/v1/pay-links", json=asked, headers=caller)).status == 422
    password = {"password": "four lamps over water", "again": "four lamps over water"}
    assert (await house.post(f"/console/setup/{token}", password)).status == 200
    for at in ("0001-01-01T00:00:00%2B23:59", "9999-12-31T23:59:59-23:59"):
        for path in (f"?after=waiting~{at}~1", f"?after=quiet~{at}~1", f"/1?before={at}~1~1"):
            assert (await house.get(f"/console/conversations{path}")).status == 200
    form = {"MessageSid": "SM1", "MessageStatus": "delivered", "ErrorCode": "\0"}
    signature = house.app[keys.SIGNATURES].sign("/webhooks/twilio/status", MultiDictProxy(MultiDict(form)))
    said = await house.post("/webhooks/twilio/status", form, headers={"X-Twilio-Signature": signature})
    assert said.status == 204


async def test_a_code_that_is_typed_into_the_thread_is_not_kept(house: House) -> None:
    for body in ("123456", "the code is 123 456 thanks", "１２３４５６"):
        await house.text(body)
        house.clock.forward(seconds=30)
    await house.until(lambda: len(house.rows(inbox)) >= 3)
    texts = [one.text for one in house.rows(inbox) if one.text]
    assert texts == ["[code]", "the code is [code] thanks", "[code]"]
