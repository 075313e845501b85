"""No code of ours is shown to staff: whatever the program can write down has words, found in its own source."""

import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader

from bot.facts import may_send
from bot.rendering.phrases import FILTERS
from bot.sending.provider_errors import ERRORS
from tests.bot.web.console.constants import handed_to, strings_of

TEMPLATES = Path(__file__).parents[4] / "templates"


@pytest.fixture(scope="module")
def words() -> Any:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    environment.filters.update(FILTERS)
    return environment.get_template("console/words.html").module


def test_every_kind_of_task(words: Any) -> None:
    kinds = handed_to("OpenTask", 0, "kind") | handed_to("NewTask", 0, "kind") | handed_to("TryLater", 2, "trouble")
    kinds |= {f"hand_off.{reason}" for reason in handed_to("HandOff", 0, "reason")}
    assert {"refund", "plan_card", "hand_off.asked", "mail_refused", "not_reconciled", "review"} <= kinds
    assert kinds - {""} - set(words.kinds) == set()


def test_every_rule_that_keeps_a_message_back(words: Any) -> None:
    rules = strings_of("bot/facts/may_send.py") | handed_to("DropQueued", 0, "reason") | handed_to("Hold", 0, "rule")
    rules |= handed_to("drop", 2, "rule") | {"not_rendered", "provider_busy", "code_void", "account_limit"}
    rules -= set(may_send.Asked.__slots__) - {"held", "paused", "expired"} | {"revoked", "granted", "email", "reply"}
    assert {"expired", "paused", "no_balance", "hours", "deceased", "held"} <= rules
    assert {one for one in rules if re.fullmatch("[a-z_]+", one)} - set(words.rules) == set()


def test_every_trouble_of_an_address(words: Any) -> None:
    problems = handed_to("BlockNumber", 0, "reason") | handed_to("values", 9, "problem")
    problems |= {one.problem for one in ERRORS.values() if one.problem}
    assert {"bounced", "wrong_number", "landline", "doubtful"} <= problems
    assert problems - set(words.problems) == problems - set(words.rules) == set()


def test_everything_that_was_not_answered(words: Any) -> None:
    reasons = handed_to("Skip", 0, "reason") | handed_to("Taken", 1, "reason")
    assert {"thanked", "nothing to tell", "late_timer"} <= reasons
    # Some are words already.
    assert {one for one in reasons if " " not in one} - set(words.silences) == set()


@pytest.mark.parametrize(
    "code, said",
    [
        ("30007", "The carrier filtered it as spam. (30007)"),
        ("99999", "The provider does not say why in words that we know. (99999)"),
        ("550", "Their mail server refused the address. (550)"),
        ("5.1.1", "Their mail server refused the address. (5.1.1)"),
        ("data_554", "A mail server refused this mail, and said nothing against the address. (554)"),
        ("relay_530", "Our mail server refuses our mail. (530)"),
        ("bad_address", "This is no mail address."),
    ],
)
def test_every_failure(words: Any, code: str, said: str) -> None:
    assert str(words.failure(code)) == said
