"""Sorted wordings find what the same pattern finds unsorted, at the same places."""

import re

import pytest

from conversations.hearing import optout_revoked, optout_unsure
from conversations.hearing.wordings import Replaced, Wordings, compile_all

TEXTS = (
    "",
    "stop it",
    "please dont stop",
    "no more of this",
    "it stops by the stop sign",
    "not now no not that",
    "im im going to block you",
    "cant stop the texts i quit texting",
)
PATTERNS = (
    r"\b(?:stop|quit|cease) (?:it|this|by)\b",
    r"\b(?:(?:dont|do not) (?:stop|quit)|do|stop|stopped)\b",
    r"\bno more\b|\b(?:not|no) (?:now|that)\b",
    r"\b(?:(?:im |i am )+going|(?:please )?dont|(?:no |not )*that|(?:the ){0,2}texts)\b",
    r"\b(?:(?<!dont )stop|(?<!i |t )quit\w*|^please|\w+ texts|[iqs]t?o)\b",
    r"\b(?:s?top|n(?:o|ot)|(?!not)n\w+|\bby|t(?:he|h)? ?stop)\b",
    optout_revoked.REVOKED,
    optout_unsure.OTHER_THINGS,
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_same_is_found_at_the_same_places(pattern: str) -> None:
    plain, sorted_, replaced = re.compile(pattern), Wordings(pattern), Replaced(pattern)
    assert any(plain.search(text) for text in TEXTS)
    assert [replaced.subn("~", text) for text in TEXTS] == [plain.subn("~", text) for text in TEXTS]
    assert [bool(sorted_.search(text)) for text in TEXTS] == [bool(plain.search(text)) for text in TEXTS]


def test_of_two_that_fit_the_first_is_taken_as_ever() -> None:
    assert Replaced(r"\b(?:stop|quit|stop it)\b").subn("~", "stop it") == ("~ it", 1)
    assert Replaced(r"\b(?:stop it|quit|stop)\b").subn("~", "stop it") == ("~", 1)


def test_they_are_sorted() -> None:
    assert Wordings(r"\b(?:stop|quit|sorry)\b").compiled.pattern == r" (?:s(?:top|orry)\b|quit\b)"


def test_what_begins_with_no_word_is_refused() -> None:
    with pytest.raises(ValueError, match="begin with a word: stop"):
        Wordings(r"stop|\bquit").search("quit")


def test_all_are_ready_before_anybody_waits() -> None:
    one = Replaced(r"\b(?:stop|quit)\b")
    compile_all()
    assert "compiled" in vars(one)
