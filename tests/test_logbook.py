"""The watch on logs finds what it is there to find."""

import logging

import pytest

from tests import canaries
from tests.logbook import LogBook, LogBookHandler


@pytest.fixture
def book() -> LogBook:
    return LogBook(during="a test")


@pytest.fixture
def logger(book: LogBook) -> logging.Logger:
    """A logger apart from the others, so that these leaks do not fail the session."""
    logger = logging.getLogger("apart")
    logger.propagate = False
    logger.setLevel(logging.INFO)
    logger.handlers[:] = [LogBookHandler(book)]
    return logger


def test_a_name_in_the_message_is_found(book: LogBook, logger: logging.Logger) -> None:
    logger.info("patient %s wrote", canaries.FIRST_NAMES[0])
    assert [(leak.canary, leak.source, leak.during) for leak in book.leaks] == [("Anabrisa", "apart", "a test")]


def test_a_structured_field_is_found(book: LogBook, logger: logging.Logger) -> None:
    logger.info("sent", extra={"to": canaries.PHONES[1]})
    assert book.leaks


def test_a_traceback_is_found(book: LogBook, logger: logging.Logger) -> None:
    try:
        int(canaries.EMAILS[0])
    except ValueError:
        logger.exception("charge failed")
    assert book.leaks


@pytest.mark.parametrize("text", ["(415) 555-0171", "415.555.0171", "4242 4242 4242 4242", "code 493817.", "ANABRISA"])
def test_other_spellings_are_found(text: str) -> None:
    assert canaries.find(text)


@pytest.mark.parametrize("text", ["2026-05-06 10:05:12.493817", "id 14938170", "turn 493 817"])
def test_times_and_longer_numbers_are_not_codes(text: str) -> None:
    assert canaries.find(text) == []


def test_ids_are_not_personal(book: LogBook, logger: logging.Logger) -> None:
    logger.info("sent", extra={"message_id": "0199a7d2", "state": "delivered"})
    assert book.leaks == []
    assert "0199a7d2" in book.text()
