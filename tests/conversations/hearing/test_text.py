"""Any alphabet, case or keyboard ends up as the same plain words."""

import pytest

from conversations.hearing import fold_digits, normalise


@pytest.mark.parametrize(
    "raw, words",
    [
        ("  STOP!!  ", "stop"),
        ("Ｓｔｏｐ", "stop"),
        ("“Stop”", "stop"),
        ("S\u200bT\u00adO\u2060P", "stop"),
        ("stop 🛑", "stop"),
        ("STOP\u00a0", "stop"),
        ("𝐒𝐓𝐎𝐏", "stop"),
        ("don't", "dont"),
        ("don’t", "dont"),
        ("I´ll pay", "ill pay"),
        ("¿Cuánto debo?", "cuanto debo"),
        ("español", "espanol"),
        ("4️⃣8️⃣2️⃣", "482"),
        ("٤٨٢ ４８２", "482 482"),
        ("pay\n50\t now", "pay 50 now"),
        ("pay_50-now", "pay 50 now"),
        ("a\x00b", "a b"),
        ("👍🏽", ""),
        ("", ""),
        ("Straße", "strasse"),
    ],
)
def test_normalise(raw: str, words: str) -> None:
    assert normalise(raw) == words
    assert normalise(words) == words


def test_fold_digits_keeps_everything_but_the_digits() -> None:
    assert fold_digits("Págué ４８２ 4️⃣ ٤ ④ 👍") == "Págué 482 4 4 4 👍"
    assert fold_digits("plain 12") == "plain 12"
