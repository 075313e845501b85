"""Exact reserved words, however they are dressed."""

import pytest

from conversations.hearing import RESERVED_WORDS, Reserved, hear, is_yes_exact, normalise, provider_word, reserved

STOPS = [
    "stop",
    "stopall",
    "unsubscribe",
    "cancel",
    "end",
    "quit",
    "revoke",
    "optout",
    "opt out",
    "stop all",
    "alto",
    "baja",
]
DRESSES = [
    "{}",
    " {} ",
    "{}.",
    "{}!!!",
    "\u00a0{}\u00a0",
    '"{}"',
    "“{}”",
    "'{}'",
    "‘{}’",
    "{} 🛑",
    "{}👎🏽",
    "({})",
    "\n{}\n",
    "{}?",
    "*{}*",
]


def full_width(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("word", STOPS)
def test_every_dress_of_every_stop_word(word: str, dress: str) -> None:
    for text in (word, word.upper(), word.title(), full_width(word), full_width(word.upper())):
        assert hear(dress.format(text)).reserved is Reserved.STOP


@pytest.mark.parametrize(
    "text, meaning",
    [
        ("Start", Reserved.START),
        ("UNSTOP", Reserved.START),
        ("help!", Reserved.HELP),
        ("INFO", Reserved.HELP),
        ("¿Ayuda?", Reserved.HELP),
        ("yes", None),
        ("stop please", None),
        ("start over", None),
        ("help me pay", None),
        ("arret", None),
        ("", None),
    ],
)
def test_the_others(text: str, meaning: Reserved | None) -> None:
    assert reserved(normalise(text)) is meaning


def test_yes_is_told_apart_because_only_the_engine_knows_what_it_answers() -> None:
    assert is_yes_exact(normalise("YES!"))
    assert not is_yes_exact(normalise("yes please"))


def test_the_provider_answers_only_bare_words() -> None:
    assert provider_word(" Stop ") == "stop"
    assert provider_word("YES") == "start"
    assert provider_word("info") == "help"
    assert not provider_word("stop.")
    assert not provider_word("alto")
    assert not provider_word("opt out")


def test_the_lint_list_holds_the_words_of_all_carriers() -> None:
    twilio = "STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT START YES UNSTOP HELP INFO"
    assert frozenset(f"{twilio} ALTO BAJA AYUDA ARRET REMOVE TD".split()) == RESERVED_WORDS
