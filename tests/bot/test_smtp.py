"""The door's TLS, its quiet log, and what it says about itself."""

import asyncio
import logging
import smtplib
import ssl
from pathlib import Path
from typing import Any

import pytest

from bot.smtp.limits import Limits, Window
from tests.bot.incoming_mail.house import House, mail, open_house
from tests.harbor import MAIL, Harbor, make_harbor

CERTIFICATE = Path(__file__).with_name("relay.pem")


@pytest.fixture
def practice(engine: Any) -> Harbor:
    """On SQLite and on PostgreSQL in turn."""
    harbor = make_harbor(engine)
    harbor.patient("Ana Ruiz", mail=MAIL, owes=18450)
    return harbor


def tls() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    return context


def over_tls(house: House, to: str) -> None:
    context = ssl.create_default_context(cafile=str(CERTIFICATE))
    context.check_hostname = False
    with smtplib.SMTP("127.0.0.1", house.port, local_hostname="x.example", timeout=10) as client:
        client.starttls(context=context)
        client.ehlo()
        assert "auth" not in client.esmtp_features
        client.sendmail(MAIL, [to], mail("BALANCE").replace("\n", "\r\n").encode())


async def test_an_answer_over_tls(practice: Harbor) -> None:
    async with open_house(practice, tls=tls()) as house:
        await asyncio.to_thread(over_tls, house, house.reply_address())
        assert [row["outcome"] for row in house.came_in()] == ["answered"]


async def test_what_was_written_before_tls_is_not_heard_after_it(practice: Harbor) -> None:
    async with open_house(practice, tls=tls()) as house:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        await reader.readline()
        injected = f"MAIL FROM:<eve@evil.example>\r\nRCPT TO:<{house.reply_address()}>\r\n"
        writer.write(f"EHLO x\r\nSTARTTLS\r\n{injected}".encode())
        while not (await reader.readline()).startswith(b"220"):
            pass
        context = ssl.create_default_context(cafile=str(CERTIFICATE))
        context.check_hostname = False
        await writer.start_tls(context)
        writer.write(b"EHLO x\r\n")
        while (await reader.readline())[3:4] == b"-":
            pass
        writer.write(b"RCPT TO:<x@y.example>\r\n")
        assert (await reader.readline())[:3] == b"503"
        writer.close()


async def test_nothing_of_a_mail_is_logged(practice: Harbor, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with open_house(practice) as house:
        assert logging.getLogger("mail.log").getEffectiveLevel() >= logging.WARNING
        await house.send(mail("a secret of mine"), house.reply_address())
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            await house.send(mail("hello"), "reply+00@mail.harbor.example")
    assert not [one for one in caplog.messages if "secret" in one or MAIL in one or "reply+" in one]


async def test_on_either_database(practice: Harbor) -> None:
    async with open_house(practice) as house:
        to = house.reply_address()
        await asyncio.gather(*(house.send(mail(f"BALANCE {'!' * number}"), to) for number in range(5)))
        assert len(house.came_in()) == 5


def test_a_window_forgets() -> None:
    window = Window(2, 60)
    assert [window.full("a", at) for at in (0, 1, 2, 60.5)] == [False, False, True, False]
    assert not window.full("b", 2)
    small = Window(1, 60, keys=2)
    assert [small.full(key, 0) for key in "abca"] == [False] * 4


def test_usual_limits_are_the_ones_of_the_rules() -> None:
    usual = Limits()
    assert usual.mail_bytes <= 10 * 1024 * 1024
    assert usual.line_bytes == 65_536
    assert usual.recipients <= 20
