"""Messages that are a number and nothing else."""

import pytest

from conversations.hearing.lone_numbers import lone_number, without_lone_numbers


@pytest.mark.parametrize(
    "text, digits",
    [
        ("4111", "4111"),
        (" 4111. ", "4111"),
        ("4111 11", "411111"),
        ("41-11-111", "4111111"),
        ("(1111)", "1111"),
        ("#4111", "4111"),
        ("４１１１", "4111"),
        ("4\ufe0f\u20e31\ufe0f\u20e31\ufe0f\u20e31\ufe0f\u20e3", "4111"),
    ],
)
def test_a_lone_number_is_known_and_not_kept(text: str, digits: str) -> None:
    assert lone_number(text) == digits
    kept = without_lone_numbers(text)
    assert f"[{len(digits)} digits removed]" in kept
    assert digits not in kept
    assert without_lone_numbers(kept) == kept


@pytest.mark.parametrize(
    "text",
    ["", "50", "120", "$4111", "4111$", "4,111", "41.11", "4111.00", "pay 4111", "5-1-26", "05/26", "4111x",
     "41111111", "206-555-0142", "[code]", "[8 digits removed]", "hola"],
)  # fmt: skip
def test_everything_else_is_left_alone(text: str) -> None:
    assert lone_number(text) == ""
    assert without_lone_numbers(text) == text


def test_a_line_of_a_mail_counts_as_a_message() -> None:
    assert lone_number("hello\n4111\nAna") == ""
    assert without_lone_numbers("hello\n4111\nAna, 98101") == "hello\n[4 digits removed]\nAna, 98101"
