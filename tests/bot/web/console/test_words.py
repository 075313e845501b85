"""Whatever staff may see by name has words."""

from typing import Any

import pytest

from bot.sending.provider_errors import ERRORS
from bot.staff import passwords, stepping_in
from bot.staff.accounts import Refused
from bot.store.staff import Role
from bot.turns.arrivals import Ended
from bot.web.console.conversations import SAID
from bot.web.pages import Pages
from conversations.conversation import Owner


@pytest.fixture(scope="module")
def words() -> Any:
    return Pages()._layers.ours.get_template("console/words.html").module


def test_every_error_of_the_provider_is_told_in_plain_words(words: Any) -> None:
    assert {str(code) for code in ERRORS} <= set(words.errors)


def test_every_name_has_its_words(words: Any) -> None:
    assert set(Ended) <= set(words.outcomes)
    assert set(Role) <= set(words.roles)
    assert set(Owner) <= set(words.owners)
    assert {f"not_sent_{reason}" for reason in stepping_in.REASONS} <= set(words.notices)
    assert {*Refused, *SAID, "too_short", "too_long", "too_easy"} <= set(words.notices)
    faults = {passwords.fault(one, "kim@x.example") for one in ("short", "x" * 300, "a" * 12)}
    assert faults <= set(words.notices)
    states = "queued held sending uncertain sent delivered undelivered failed dropped".split()
    assert set(states) <= set(words.states)
