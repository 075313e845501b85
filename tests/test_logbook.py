"""The watch on logs finds what it is there to find."""

import logging
import sys

import pytest

from bot.store.codes import new_code
from bot.store.links import new_token
from tests import canaries
from tests.logbook import LogBook


def noted(message: object, *args: object, error: bool = False, **extra: object) -> LogBook:
    """A book apart from the session's, so that these leaks do not fail the run."""
    book = LogBook(during="a test")
    trouble = sys.exc_info() if error else None
    logger = logging.getLogger("apart")
    book.note(logger.makeRecord("apart", logging.INFO, __file__, 1, message, args, trouble, extra=extra))
    return book


def test_a_name_in_the_message_is_found() -> None:
    leaks = noted("patient %s wrote", canaries.FIRST_NAMES[0]).leaks
    assert [(leak.canary, leak.source, leak.during) for leak in leaks] == [("Anabrisa", "apart", "a test")]


def test_a_structured_field_is_found() -> None:
    assert noted("sent", to=canaries.PHONES[1]).leaks


def test_a_structured_event_is_found() -> None:
    assert noted({"event": "sent", "to": canaries.PHONES[1]}).leaks


@pytest.mark.parametrize(
    "message", ["charge failed", {"event": "charge failed", "exc_info": True}], ids=["plain", "event"]
)
def test_a_traceback_is_found(message: object) -> None:
    try:
        int(canaries.EMAILS[0])
    except ValueError:
        assert noted(message, error=isinstance(message, str)).leaks


@pytest.mark.parametrize("text", ["(415) 555-0171", "415.555.0171", "4242 4242 4242 4242", "code 493817.", "ANABRISA"])
def test_other_spellings_are_found(text: str) -> None:
    assert canaries.find(text)


@pytest.mark.parametrize("text", ["2026-05-06 10:05:12.493817", "id 14938170", "turn 493 817"])
def test_times_and_longer_numbers_are_not_codes(text: str) -> None:
    assert canaries.find(text) == []


def test_codes_and_tokens_of_this_test_are_found(log_book: LogBook) -> None:
    for secret in (new_code(), new_token()):
        assert secret in log_book.made
        book = LogBook(during="a test")
        book.made.append(secret)
        book.add(f"said {secret}, and went on", "apart")
        assert [leak.canary for leak in book.leaks] == [secret]
        book.add(f"at 10:05:12.{secret}", "apart")
        assert len(book.leaks) == (1 if secret.isdigit() else 2)


def test_ids_are_not_personal() -> None:
    assert noted("sent", message_id="0199a7d2", state="delivered").leaks == []


def test_the_session_watches_every_logger(log_book: LogBook) -> None:
    alone = logging.getLogger("bot.alone")
    alone.propagate = False
    alone.debug("turn %d taken", 7)
    assert "bot.alone DEBUG turn 7 taken" in log_book.text()


def test_libraries_that_log_what_they_carry_are_quiet() -> None:
    for name in ("twilio.http_client", "mail.log", "sqlalchemy.engine", "aiohttp.access"):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)
