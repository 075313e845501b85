"""What we send to Twilio, through its SDK, is what its published description allows."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiohttp import ClientSession

from bot.channels.results import Accepted, Refused
from bot.channels.text import TextOut, TwilioText
from tests import canaries

pytestmark = pytest.mark.contract

ACCOUNT = "AC" + "a" * 32
MESSAGE = "SM" + "b" * 32

TEXT = TextOut(
    outbox_id=7,
    to=canaries.PHONES[0],
    sender="+14155550100",
    body="Harbor: ¿pagó $1,284.50? Responda HELP",
    status_callback="https://pay.example.com/webhooks/twilio/status/7",
    validity_seconds=600,
)


@pytest.fixture
async def channel(twilio_description: str) -> AsyncIterator[TwilioText]:
    async with ClientSession() as session:
        yield TwilioText(session, ACCOUNT, "token", twilio_description)


async def test_a_text_from_a_number_is_accepted(channel: TwilioText) -> None:
    assert isinstance(await channel.send(TEXT), Accepted)


async def test_a_text_from_a_messaging_service_is_accepted(channel: TwilioText) -> None:
    assert isinstance(await channel.send(replace(TEXT, sender="MG" + "c" * 32)), Accepted)


@pytest.mark.parametrize("seconds", [1, 36_000])
async def test_both_ends_of_the_validity_period_are_accepted(channel: TwilioText, seconds: int) -> None:
    assert isinstance(await channel.send(replace(TEXT, validity_seconds=seconds)), Accepted)


async def test_what_the_description_forbids_comes_back_as_a_refusal(channel: TwilioText) -> None:
    assert isinstance(await channel.send(replace(TEXT, status_callback="not an address")), Refused)


async def test_a_message_can_be_looked_up(channel: TwilioText) -> None:
    found = await channel.look_up(MESSAGE)
    assert found is not None
    assert found.provider_id.startswith(("SM", "MM"))


async def test_messages_to_a_number_can_be_listed(channel: TwilioText) -> None:
    listed = await channel.find(canaries.PHONES[0], "+14155550100", datetime(2020, 1, 1, tzinfo=UTC))
    assert all(one.provider_id.startswith(("SM", "MM")) for one in listed)


async def test_a_message_can_be_redacted(channel: TwilioText) -> None:
    assert await channel.redact(MESSAGE)
