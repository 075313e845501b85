"""Requests that cannot even be parsed: answered, and never quoted in a log."""

import asyncio
import logging

import pytest

from bot.logs import without_quotes
from tests.bot.web.house import House

SECRET = "paybot_secret"


@pytest.mark.parametrize(
    "request_", [f"GET / HTTP/1.1\r\nAuthorization: Bearer {SECRET}{'x' * 9000}\r\n\r\n", f"{SECRET} \x01\r\n\r\n"]
)
async def test_what_cannot_be_read_is_refused_and_not_quoted(
    house: House, caplog: pytest.LogCaptureFixture, request_: str
) -> None:
    server = logging.getLogger("aiohttp.server")
    server.addFilter(without_quotes)
    try:
        reader, writer = await asyncio.open_connection(*house.settings.listen)
        writer.write(request_.encode())
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
    finally:
        server.removeFilter(without_quotes)
    assert answer.startswith((b"HTTP/1.0 400", b"HTTP/1.1 400"))
    assert SECRET not in caplog.text
    assert "Unhandled" not in caplog.text
    assert "(unreadable)" in caplog.text
    assert b"Python" not in answer
    assert b"\r\nContent-Security-Policy: default-src 'none'" in answer
