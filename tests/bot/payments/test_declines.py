"""What a bank's word means for the next try."""

import pytest

from bot.payments import Decline
from bot.payments.stripe.declines import NEVER, PATIENT, meaning


@pytest.mark.parametrize("code", sorted(NEVER))
def test_never(code: str) -> None:
    assert meaning({"code": "card_declined", "decline_code": code}) is Decline.NEVER


@pytest.mark.parametrize("code", sorted(PATIENT))
def test_the_patient_must_be_there(code: str) -> None:
    assert meaning({"code": "card_declined", "decline_code": code}) is Decline.PATIENT
    assert meaning({"code": code}) is Decline.PATIENT


@pytest.mark.parametrize(
    "code", ["insufficient_funds", "generic_decline", "do_not_honor", "try_again_later", "processing_error", "", None]
)
def test_another_day(code: str | None) -> None:
    assert meaning({"code": "card_declined", "decline_code": code}) is Decline.AGAIN


def test_the_network_has_the_last_word() -> None:
    told = {"code": "card_declined", "decline_code": "generic_decline", "advice_code": "do_not_try_again"}
    assert meaning(told) is Decline.NEVER


def test_nothing_is_in_both() -> None:
    assert not NEVER & PATIENT
