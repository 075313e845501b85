"""Six-digit codes as people type them, and the holes providers leave."""

import pytest

from conversations.hearing import code, redacted_code
from conversations.hearing.codes import without_codes

CODES = [
    "482913",
    " 482913 ",
    "482 913",
    "482-913",
    "482–913",
    "482.913",
    "my code is 482913 thx",
    "code:482913",
    "(482913)",
    '"482913"',
    "482913.",
    "482913!",
    "４８２９１３",
    "4️⃣8️⃣2️⃣9️⃣1️⃣3️⃣",
    "٤٨٢٩١٣",
    "4 8 2 9 1 3",
    "48 29 13",
    "it's 482913",
    "482913\n",
    "clave 482913 gracias",
    "code 482913 sorry i meant 482913",
    "the code is 482913, can i pay 50",
    "482913👍",
]
NOT_CODES = [
    "",
    "hello",
    "48291",
    "4829131",
    "48291 3000",
    "$482913",
    "$ 482913",
    "482,913",
    "$482,913",
    "482913.00",
    "482913 dollars",
    "206-555-0142",
    "2065550142",
    "05/06/26",
    "12/31/2026",
    "482913 and 482914",
    "HFM-209311",
    "my account number is 482913",
    "acct 482913",
    "policy # 482913",
    "zip 482913",
    "-482913",
    "12:30:45",
    "482913/2",
    "a482913",
    "482913a",
    "4829 13",
    "1482 913",
    "482913 50",
]


@pytest.mark.parametrize("text", CODES)
def test_one_code(text: str) -> None:
    assert code(text) == "482913"


@pytest.mark.parametrize("text", CODES)
def test_what_is_kept_holds_no_code(text: str) -> None:
    kept = without_codes(text)
    assert "[code]" in kept
    assert code(kept) is None


@pytest.mark.parametrize("text", NOT_CODES)
def test_no_code(text: str) -> None:
    assert code(text) is None


def test_two_codes_are_taken_out_and_words_stay() -> None:
    assert without_codes("is it 482913, or 482 914? Ñ") == "is it [code], or [code]? Ñ"
    assert without_codes("I owe $482913 ٤٢") == "I owe $482913 ٤٢"


@pytest.mark.parametrize(
    "text",
    [
        "******",
        "your code is ******",
        "my code is [REDACTED]",
        "[redacted]",
        "<redacted>",
        "(code removed) ******",
        "XXXXXX",
        "code xxxx",
        "clave: ••••••",
        "*** ***",
        "my pin is ####",
        "REDACTED",
        "code [hidden]",
    ],
)
def test_taken_out_by_the_provider(text: str) -> None:
    assert redacted_code(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "what the f***",
        "what the ****",
        "482913",
        "xxx",
        "xoxo",
        "[8 digits removed]",
        "exp [removed]",
        "maxxxx",
    ],
)
def test_nothing_taken_out(text: str) -> None:
    assert not redacted_code(text)
