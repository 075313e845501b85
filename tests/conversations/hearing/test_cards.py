"""Card numbers never reach a row, and ordinary texts stay as they were."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.hearing import redact
from conversations.hearing.card_numbers import is_card, luhn
from tests.conversations.hearing.corpus import labelled

PREFIXES = [
    ("4", 16),
    ("4", 13),
    ("4", 19),
    ("51", 16),
    ("55", 16),
    ("2221", 16),
    ("2720", 16),
    ("34", 15),
    ("37", 15),
    ("6011", 16),
    ("65", 16),
    ("644", 16),
    ("3056", 14),
    ("36", 14),
    ("38", 14),
    ("3528", 16),
    ("3589", 16),
    ("62", 16),
    ("62", 19),
    ("5018", 16),
    ("6304", 16),
]
SEPARATORS = [
    "",
    " ",
    "-",
    ".",
    "  ",
    " - ",
    "\n",
    "–",
    "_",
    "\u00a0",
    "\u200b",
    "·",
    " dash ",
    " dot ",
    " space ",
    "/",
    ",",
    " hyphen ",
    "\t",
    "*",
]
GROUPINGS = [(16,), (4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (2,) * 8, (1,) * 16, (6, 10), (8, 8), (5, 5, 5), (3,) * 5]
SENTENCES = [
    "{}",
    "my card is {}",
    "{} exp 9/27 cvv 123",
    "here: {} thanks",
    "card number:{}.",
    "pay 50 with {} please",
    "visa {} 09/27 123",
    "mi tarjeta es {} vence 09/27 codigo de seguridad 123",
    "({})",
    "cc#{}",
    "{}\nexp 0927\ncvc 1234",
    "call 206-555-0142 card {}",
    "05/06/2026 {}",
    "$50.00 {}",
    "{} 50.00",
    "it is{}ok",
]
SCRIPTS: list[Callable[[str], str]] = [
    lambda text: text,
    lambda text: text.translate({ord("0") + at: 0xFF10 + at for at in range(10)}),
    lambda text: text.translate({ord("0") + at: 0x0660 + at for at in range(10)}),
    lambda text: "".join(f"{char}\ufe0f\u20e3" if char.isdigit() else char for char in text),
]


def pan(prefix: str, length: int, dice: random.Random) -> str:
    body = prefix + "".join(dice.choice("0123456789") for _ in range(length - len(prefix) - 1))
    return next(body + check for check in "0123456789" if luhn(body + check))


def grouped(number: str, grouping: tuple[int, ...], separator: str) -> str:
    parts, at = [], 0
    for size in grouping:
        parts.append(number[at : at + size])
        at += size
    parts.append(number[at:])
    return separator.join(part for part in parts if part)


def digits_of(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def test_no_canary_survives() -> None:
    dice = random.Random(20260506)
    for _ in range(5000):
        prefix, length = dice.choice(PREFIXES)
        number = pan(prefix, length, dice)
        assert is_card(number)
        written = grouped(number, dice.choice(GROUPINGS), dice.choice(SEPARATORS))
        text = dice.choice(SCRIPTS)(dice.choice(SENTENCES).format(written))
        redacted = redact(text)
        assert redacted.cards + redacted.runs >= 1, text
        assert number[:-4] not in digits_of(redacted.text), text
        assert number[:8] not in digits_of(redacted.text), text
        assert "cvv 123" not in redacted.text
        assert redact(redacted.text).text == redacted.text


@pytest.mark.parametrize("separator", [" ", "-", ".", "\n", " dash ", "", " \n", "–"])
def test_a_card_in_the_usual_groups_is_known_as_a_card(separator: str) -> None:
    redacted = redact(grouped("4242424242424242", (4, 4, 4, 4), separator))
    assert (redacted.text, redacted.cards, redacted.runs, redacted.last4) == (
        "[card ending 4242 removed]",
        1,
        0,
        "4242",
    )


def test_the_stored_text_of_the_talk() -> None:
    redacted = redact("4111 1111 1111 1111 exp 9/27 cvv 123")
    assert redacted.text == "[card ending 1111 removed] exp [removed] cvv [removed]"
    assert (
        redact("4111 1111 1111 1111 09/27 123 zip 98101").text
        == "[card ending 1111 removed] [removed] [removed] zip 98101"
    )


@pytest.mark.parametrize(
    "halves",
    [("4242 4242", "4242 4242"), ("42424242", "42424242"), ("4242-4242-4", "242-4242-42"), ("3782 8224", "6310 0050")],
)
def test_halves_of_a_split_card_are_masked(halves: tuple[str, str]) -> None:
    for half in halves:
        redacted = redact(half)
        assert redacted.runs == 1
        assert redacted.text == f"[{len(digits_of(half))} digits removed]"


def test_two_cards_and_the_last_four_of_the_last() -> None:
    redacted = redact("4242424242424242 or 5555 5555 5555 4444")
    assert (redacted.cards, redacted.last4) == (2, "4444")


@pytest.mark.parametrize(
    "text", ["cvv 123", "CVC: 1234", "security code is 123", "código de seguridad 123", "exp 9/27", "Exp: 09/2027"]
)
def test_details_of_a_card_sent_alone(text: str) -> None:
    redacted = redact(text)
    assert redacted.text.endswith("[removed]")
    assert not digits_of(redacted.text)


@pytest.mark.parametrize("on_file", ["+12065550142", "2065550142", "12065550142"])
@pytest.mark.parametrize(
    "text", ["call me at 206-555-0142", "(206) 555-0142", "2065550142 thx", "+1 206 555 0142", "206.555.0142 pay 50"]
)
def test_numbers_on_file_stay(text: str, on_file: str) -> None:
    assert redact(text, [on_file]).text == text


def test_other_phone_numbers_are_masked() -> None:
    assert redact("call me at 206-555-0142", ["+12065550143"]).text == "call me at [10 digits removed]"
    assert redact("4111 1111 1111 1111", ["4111111111"]).cards == 1


NORMAL = [
    "2026-05-06",
    "05/06/2026",
    "my visits 03/14 $120.00, 04/02 $64.50",
    "482913",
    "482 913",
    "my code is 482913 thx",
    "HFM-20931",
    "Ref HFM-20931 paid 05/06/2026 $60.00",
    "$1,250.00",
    "pay 50",
    "1250.00",
    "I paid $40.00 on 04/29 and $25.50 on 05/02",
    "2025-2026",
    "May 5, 2026 at 10:30",
    "5 de mayo de 2026",
    "dob 05/06/1985",
    "born 5-6-1985",
    "98101",
    "D-311",
    "7 x $40.00, then $20.00",
    "my insurance expires 12/26",
    "link expired 5/6",
    "room 204 floor 2",
    "911",
    "between 8-5 mon-fri",
    "10:30 05/06",
    "visa ending 4242",
    "4242",
    "A) 2 x $150.00 B) 3 x $100.00 C) 4 x $75.00",
    "120.00 45.50 64.50 30.25",
    "3/14/26 120.00",
    "1234 5th ave",
]


@pytest.mark.parametrize("text", NORMAL)
def test_ordinary_numbers_stay(text: str) -> None:
    assert redact(text).text == text


def test_false_positives_on_ordinary_texts() -> None:
    dice = random.Random(7)
    corpus = [text for name in ("opt_outs.txt", "near_misses.txt", "grave.txt") for _, text in labelled(name)] + NORMAL
    texts = corpus + [ordinary(dice, corpus) for _ in range(25_000)]
    changed = [text for text in texts if redact(text).text != text]
    assert len(changed) <= len(texts) / 1000, changed[:20]


def ordinary(dice: random.Random, corpus: list[str]) -> str:
    date = f"{dice.randint(1, 12)}/{dice.randint(1, 28)}" + dice.choice(["", "/26", "/2026", "/1985"])
    money = dice.choice(["{:.2f}", "${:.2f}", "${:,.2f}"]).format(dice.randint(100, 999_999) / 100)
    pieces = [
        dice.choice(corpus),
        f"on {date}",
        date,
        f"paid {money}",
        money,
        f"code {dice.randint(100000, 999999)}",
        f"ref HFM-{dice.randint(10000, 99999)}",
        f"at {dice.randint(1, 12)}:{dice.randint(0, 59):02d}",
        f"{dice.randint(2, 12)} payments",
        f"zip {dice.randint(10000, 99999)}",
        f"{dice.choice(['may', 'june', 'oct'])} {dice.randint(1, 28)}, 2026",
        f"{dice.randint(1, 999)}",
        "for my son",
        "gracias",
        "thx",
        "🙏",
    ]
    return dice.choice([" and ", ", ", " so ", ". "]).join(dice.sample(pieces, dice.randint(1, 4)))


@given(st.text(max_size=200), st.lists(st.from_regex(r"\+1[2-9]\d{9}", fullmatch=True), max_size=2))
def test_any_text_twice_is_the_same_as_once(text: str, on_file: list[str]) -> None:
    once = redact(text, on_file)
    assert redact(once.text, on_file).text == once.text


@settings(max_examples=500)
@given(st.text(alphabet="0123456789 -./$,()\nexpcvv4AM[]", max_size=80))
def test_texts_of_digits_twice_are_the_same_as_once(text: str) -> None:
    once = redact(text)
    assert redact(once.text).text == once.text


@given(st.text(alphabet="0123456789", min_size=8, max_size=40))
def test_no_bare_run_of_eight_digits_is_stored(digits: str) -> None:
    redacted = redact(f"x {digits} y")
    assert digits not in redacted.text
    assert redacted.cards + redacted.runs == 1
