"""Our mail door with swaks, a program that many who run mail servers test them with (Debian: apt-get install swaks)."""

import asyncio
import shutil
import ssl
from pathlib import Path

import pytest

from bot.store.engine import make_engine
from tests.bot.incoming_mail.house import AUTHSERV, House, open_house
from tests.harbor import MAIL, Harbor, make_harbor

pytestmark = pytest.mark.contract

CERTIFICATE = Path(__file__).parent.parent / "bot" / "relay.pem"
NO_RECIPIENT = 24
"""swaks ends so when no recipient was accepted."""
VOUCHED = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from=mail.example"


@pytest.fixture
def practice(sqlite_url: str) -> Harbor:
    harbor = make_harbor(make_engine(sqlite_url))
    harbor.patient("Ana Ruiz", mail=MAIL, owes=18450)
    return harbor


async def swaks(house: House, *options: str) -> tuple[int, str]:
    """Run it; its exit status and what was said."""
    program = shutil.which("swaks")
    assert program, "These tests need swaks. As root, on Debian: apt-get install swaks"
    process = await asyncio.create_subprocess_exec(
        *(program, "--server", f"127.0.0.1:{house.port}", "--helo", "relay.example", "--from", MAIL, *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await process.communicate()
    return process.returncode or 0, told.decode()


def words(text: str, *headers: str) -> tuple[str, ...]:
    """A mail of Ana's."""
    added = [option for header in (VOUCHED, *headers) for option in ("--add-header", header)]
    return ("--h-From", f"Ana Ruiz <{MAIL}>", "--h-Subject", "Re: A new statement", "--body", text, *added)


async def test_an_answer(practice: Harbor) -> None:
    async with open_house(practice) as house:
        status, told = await swaks(house, "--to", house.reply_address(), *words("pay 50"))
        assert status == 0, told
        assert house.said() == ["pay/link"]


async def test_an_answer_over_tls(practice: Harbor) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    async with open_house(practice, tls=context) as house:
        status, told = await swaks(house, "--tls", "--to", house.reply_address(), *words("BALANCE"))
        assert status == 0, told
        assert [row["outcome"] for row in house.came_in()] == ["answered"]


async def test_an_unknown_address(practice: Harbor) -> None:
    async with open_house(practice) as house:
        status, told = await swaks(house, "--to", "reply+0@mail.harbor.example", *words("BALANCE"))
        assert status == NO_RECIPIENT
        assert "550 5.1.1" in told


async def test_a_photo(practice: Harbor) -> None:
    async with open_house(practice) as house:
        photo = ("--attach-type", "image/jpeg", "--attach", str(CERTIFICATE))
        status, told = await swaks(house, "--to", house.reply_address(), *words("here is my card"), *photo)
        assert status == 0, told
        assert house.said() == ["card/photo_unopened"]


async def test_a_bounce_and_its_null_sender(practice: Harbor) -> None:
    sample = Path(__file__).parent.parent / "bot" / "incoming_mail" / "samples" / "bounces" / "postfix_unknown.eml"
    report = sample.read_text("utf-8").partition("\n")[2]
    async with open_house(practice) as house:
        status, told = await swaks(house, "--from", "<>", "--to", house.bounce_address(), "--data", report)
        assert status == 0, told
        assert house.came_in()[0]["details"]["bounce"] == "hard"
        assert house.said() == []


async def test_pipelining_is_not_offered_and_not_needed(practice: Harbor) -> None:
    async with open_house(practice) as house:
        status, told = await swaks(house, "--pipeline", "--to", house.reply_address(), *words("BALANCE"))
        assert status == 0, told
