"""Tapbacks and lone emoji."""

import pytest

from conversations.hearing import emoji_only, is_reaction

REACTIONS = [
    'Liked "Harbor Family Med: you have a new statement..."',
    "Liked “Reply STOP to opt out.”",
    "Loved an image",
    "Loved “x”",
    "Disliked “x”",
    "Laughed at “x”",
    "Emphasized “x”",
    "Emphasised “x”",
    "Questioned “x”",
    "Laughed at an image",
    "Liked a movie",
    "Loved an attachment",
    "Removed a like from “x”",
    "Removed a heart from “x”",
    "Removed an exclamation from “x”",
    "Reacted 👍 to “abc”",
    'Reacted 👍🏽 to "abc"',
    "Ana liked “x”",
    'Le gusta "abc"',
    "Le gustó “x”",
    "Le encantó “x”",
    'Me encantó "x"',
    "Me gusta “x”",
    "No le gusta “x”",
    "Le dio risa “x”",
    "A Ana le gusta “x”",
    "Enfatizó “x”",
    "Enfatizó una imagen",
    "Reaccionó con 👍 a “abc”",
    "Quitó un “Me gusta” de “x”",
    "Le gusta una imagen",
    '👍 to "abc"',
    "👍\u200b to “ abc ”",
    "\u200a👍\u200b to \u201cabc\u201d\u200a",
    "😂 a “abc”",
    "❤️ to “line one\nline two”",
]
WORDS = [
    "",
    "hi",
    "I liked the doctor",
    "liked the visit",
    'I liked "it" but the bill is wrong',
    "Loved the nurse, how much do I owe?",
    "stop",
    "👍",
    "le gusta el plan a mi esposa",
    "me gusta",
    "no me gusta este cobro",
    'She said "pay" today',
    "to “x”",
    "50 to “x”",
    "“x”",
]


@pytest.mark.parametrize("text", REACTIONS)
def test_reaction(text: str) -> None:
    assert is_reaction(text)


@pytest.mark.parametrize("text", WORDS)
def test_words_of_a_person(text: str) -> None:
    assert not is_reaction(text)


@pytest.mark.parametrize("text", ["👍", "👍🏽👍🏽", "❤️", " 😊 ", "👨‍👩‍👧", "🇲🇽", "👍!"])
def test_only_emoji(text: str) -> None:
    assert emoji_only(text)


@pytest.mark.parametrize("text", ["", "ok 👍", "...", "!", "4️⃣", "é", "?", "   "])
def test_more_or_less_than_emoji(text: str) -> None:
    assert not emoji_only(text)
