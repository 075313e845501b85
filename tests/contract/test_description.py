"""The description is a judge, not a yes-man: it refuses what Twilio would refuse."""

from http import HTTPStatus

import pytest
from aiohttp import ClientSession, encode_basic_auth

pytestmark = pytest.mark.contract

ACCOUNT = "AC" + "a" * 32
GOOD = {"To": "+14155550171", "From": "+14155550172", "Body": "hello", "ValidityPeriod": "600"}


async def post(base: str, form: dict[str, str], account: str = ACCOUNT) -> int:
    headers = {"Authorization": encode_basic_auth(account, "token")}
    async with (
        ClientSession(headers=headers) as session,
        session.post(f"{base}/2010-04-01/Accounts/{account}/Messages.json", data=form) as answer,
    ):
        return answer.status


async def test_a_complete_message_is_taken(twilio_description: str) -> None:
    assert await post(twilio_description, GOOD) == HTTPStatus.CREATED


@pytest.mark.parametrize(
    "change",
    [{"To": None}, {"ValidityPeriod": "soon"}, {"StatusCallback": "not an address"}, {"MessagingServiceSid": "MG1"}],
    ids=str,
)
async def test_an_incomplete_or_misspelt_one_is_refused(twilio_description: str, change: dict[str, str | None]) -> None:
    form = {name: value for name, value in (GOOD | change).items() if value is not None}
    assert await post(twilio_description, form) == HTTPStatus.UNPROCESSABLE_ENTITY


async def test_an_account_that_cannot_be_one_is_refused(twilio_description: str) -> None:
    assert await post(twilio_description, GOOD, account="nobody") == HTTPStatus.UNPROCESSABLE_ENTITY
