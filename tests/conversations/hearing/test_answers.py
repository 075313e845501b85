"""Answers to questions: yes, no, a choice, a mere thank-you."""

import pytest

from conversations.hearing import asked_language, choice, normalise, spoken, thanks, yes_no

YES = [
    "yes",
    "Yes!",
    "yeah",
    "yep",
    "ok",
    "okay",
    "sure",
    "sure thing",
    "yes please",
    "si",
    "Sí",
    "claro",
    "dale",
    "por supuesto",
    "y",
    "ya",
    "yes i want to pay",
    "go ahead",
    "sounds good",
    "si por favor",
    "de acuerdo",
    "k",
    "yes sir thank you",
]
NO = [
    "no",
    "NO",
    "nope",
    "nah",
    "no thanks",
    "not now",
    "no gracias",
    "para nada",
    "n",
    "never mind",
    "no i dont want that",
    "no quiero",
    "ahora no",
    "no thank you",
]
NEITHER = [
    "",
    "👍",
    "yes no",
    "no problem",
    "why not",
    "yes but can you lower it",
    "si pago hoy",
    "maybe",
    "yes 50",
    "no 50",
    "ok no",
    "4242",
    "how much",
    "yes or no",
    "si no pago que pasa",
    "yes stop",
    "no i said yes",
]


@pytest.mark.parametrize("text", YES)
def test_yes(text: str) -> None:
    assert yes_no(normalise(text)) is True


@pytest.mark.parametrize("text", NO)
def test_no(text: str) -> None:
    assert yes_no(normalise(text)) is False


@pytest.mark.parametrize("text", NEITHER)
def test_neither(text: str) -> None:
    assert yes_no(normalise(text)) is None


@pytest.mark.parametrize(
    "text, picked",
    [
        ("1", 1),
        ("a", 1),
        ("A)", 1),
        ("b please", 2),
        ("B.", 2),
        ("option 2", 2),
        ("Option B", 2),
        ("#3", 3),
        ("the second one", 2),
        ("la primera", 1),
        ("opción dos", 2),
        ("the last one", 3),
        ("i want the b", 2),
        ("I'll take A", 1),
        ("number two", 2),
        ("la c", 3),
        ("2️⃣", 2),
        ("first", 1),
        ("el 2 por favor", 2),
        ("", None),
        ("D", None),
        ("4", None),
        ("0", None),
        ("1 or 2", None),
        ("both", None),
        ("yes", None),
        ("a or b", None),
        ("12", None),
        ("none", None),
        ("a payment", None),
        ("2 payments", None),
    ],
)
def test_choice_of_three(text: str, picked: int | None) -> None:
    assert choice(normalise(text), 3) == picked


@pytest.mark.parametrize(
    "text",
    [
        "ok thanks",
        "OK",
        "thanks!",
        "Thank you so much",
        "gracias",
        "muchas gracias señorita",
        "got it",
        "Got it, thanks!",
        "👍",
        "👍🏽👍",
        "🙏",
        "❤️",
        "ok thank you for your help",
        "perfecto gracias",
        "great, have a good day",
        "ty",
        "no problem",
        "ok 👍",
        "will do",
        "listo",
        "Thx 😊",
    ],
)
def test_thanks(text: str) -> None:
    assert thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "👎",
        "🖕",
        "😡",
        "thanks but how much do i owe",
        "ok pay",
        "ok 50",
        "gracias, cuanto debo",
        "thanks for nothing",
        "🤔",
        "so",
    ],
)
def test_more_than_thanks(text: str) -> None:
    assert not thanks(text)


@pytest.mark.parametrize(
    "text, language",
    [
        ("how much do i owe", "en"),
        ("Hola, cuanto debo?", "es"),
        ("pagar", "es"),
        ("pay", "en"),
        ("plan", None),
        ("482913", None),
        ("", None),
        ("no me manden mensajes", "es"),
        ("why do i owe this", "en"),
        ("no", None),
    ],
)
def test_spoken(text: str, language: str | None) -> None:
    assert spoken(normalise(text)) == language


@pytest.mark.parametrize(
    "text, language",
    [
        ("english please", "en"),
        ("English", "en"),
        ("en inglés", "en"),
        ("en español por favor", "es"),
        ("¿habla español?", "es"),
        ("spanish", "es"),
        ("do you speak spanish", "es"),
        ("no hablo inglés", "es"),
        ("no english", "es"),
        ("i dont speak spanish", "en"),
        ("my english is not good", "es"),
        ("english not spanish", "en"),
        ("hello", None),
        ("pay 50", None),
        ("", None),
    ],
)
def test_asked_language(text: str, language: str | None) -> None:
    assert asked_language(normalise(text)) == language
