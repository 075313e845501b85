"""Requests made to break something: none may become a 5xx, hold a connection, or cost more than it should."""

import asyncio
import gzip
import time

import pytest

from bot.store.tables import links, page_sessions
from tests.bot.web.house import ANA, House

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
