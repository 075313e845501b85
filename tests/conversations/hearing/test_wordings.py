"""Sorted wordings find what the same pattern finds unsorted, at the same places."""

import re

import pytest

from conversations.hearing import optout_revoked, optout_unsure
from conversations.hearing.wordings import Wordings, removable

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


def places(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [found.span() for found in pattern.finditer(text)]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_same_is_found_at_the_same_places(pattern: str) -> None:
    plain, quick, listed = re.compile(pattern), removable(pattern), Wordings(pattern)
    assert any(places(plain, text) for text in TEXTS)
    assert [places(quick, text) for text in TEXTS] == [places(plain, text) for text in TEXTS]
    assert [bool(listed.search(text)) for text in TEXTS] == [bool(plain.search(text)) for text in TEXTS]


def test_of_two_that_fit_the_first_is_taken_as_ever() -> None:
    assert removable(r"\b(?:stop|quit|stop it)\b").sub("~", "stop it") == "~ it"
    assert removable(r"\b(?:stop it|quit|stop)\b").sub("~", "stop it") == "~"


def test_they_are_sorted() -> None:
    assert removable(r"\b(?:stop|quit|sorry)\b").pattern == r"\b(?=\w)(?:s(?:top|orry)\b|quit\b)"


def test_what_begins_with_no_word_is_refused() -> None:
    with pytest.raises(ValueError, match="begin with a word: stop"):
        Wordings(r"stop|\bquit")
