"""Amounts: read plainly or asked back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.hearing import Amount, Unreadable, amount

READ = {
    "50": 5000,
    "$50": 5000,
    "50.00": 5000,
    "$ 50": 5000,
    "50$": 5000,
    "50 dollars": 5000,
    "50 bucks": 5000,
    "50 dólares": 5000,
    "fifty": 5000,
    "fifty dollars": 5000,
    "five dollars": 500,
    "a hundred": 10000,
    "one hundred fifty": 15000,
    "two hundred": 20000,
    "four hundred and fifty dollars": 45000,
    "cien": 10000,
    "pagar cien": 10000,
    "treinta y cinco": 3500,
    "mil dolares": 100000,
    "1,250.00": 125000,
    "1250": 125000,
    "$1,250": 125000,
    "50,000.00": 5000000,
    "PAY 50.": 5000,
    "pay 50!": 5000,
    "(50)": 5000,
    "pay 50 today": 5000,
    "can i pay 50 today": 5000,
    "i can only do 40 a month": 4000,
    "40/month": 4000,
    "$40/mo": 4000,
    "i cant pay it all, can i pay 50": 5000,
    "pagar 50 por favor": 5000,
    "puedo pagar $75.25 hoy?": 7525,
    "5️⃣0️⃣": 5000,
    "５０": 5000,
    "٥٠": 5000,
    "0.50": 50,
    "pay 50 pls 👍": 5000,
    "usd 50": 5000,
    "US$50": 5000,
    "maybe 60?": 6000,
}
UNREADABLE = [
    "5O",
    "pay 5O",
    "-20",
    "pay -20",
    "−20",
    "–20",
    "- 20",
    "$-20",
    "-$20",
    "10 or 20",
    "10 o 20",
    "10-20",
    "20 to 30",
    "1e3",
    "50k",
    "50 k",
    "$1,00",
    "1,25",
    "12,50",
    "50,00",
    "1,2500",
    "20 on 12/15",
    "12/15",
    "pay 50 on the 15th",
    "50 and 60",
    "50 50",
    "$50.5",
    "50.555",
    "50%",
    "0",
    "$0.00",
    "00",
    "007",
    "050",
    "0x10",
    "1 250",
    "pay in 6 months",
    "3 payments of 100",
    "not 50",
    "i cant pay 50",
    "no puedo pagar 50",
    "50 euros",
    "50 €",
    "50 ¢",
    "50 %",
    "pay 50 % now",
    "50 MXN",
    "£50",
    "€50",
    "50 pesos",
    "50 cents",
    "+50",
    "~50",
    "50ish",
    "#50",
    "option 2",
    "may 5",
    "dec 15",
    "el 15",
    "on the 15",
    "15 de mayo",
    "99999999",
    "$50 $60",
    "fifty or 60",
    "one fifty",
    "10 y 20",
    "HFM-20931",
    "5 pm",
    "½ of 50 or 30",
    "50..00",
    "5.0.0",
    "$$50",
    "$50$",
    "2nd",
    "my code is 482913",
    "50 thousand",
    "5 0",
    "²5x",
    "1.250,00",
]
NO_AMOUNT = [
    "",
    "pay",
    "half",
    "pay half",
    "no one",
    "just one of them",
    "give me ten minutes",
    "one more thing",
    "a",
    "pagar una parte",
    "mil gracias",
    "hello",
    "👍",
    "all of it",
    "una pregunta",
    "two of us",
]


@pytest.mark.parametrize("text, cents", READ.items())
def test_read(text: str, cents: int) -> None:
    assert amount(text) == Amount(cents)


@pytest.mark.parametrize("text", UNREADABLE)
def test_asked_back(text: str) -> None:
    assert amount(text) == Unreadable()


@pytest.mark.parametrize("text", NO_AMOUNT)
def test_none_named(text: str) -> None:
    assert amount(text) is None


@given(st.integers(1, 9_999_999_99))
def test_every_amount_is_read_back_exactly(cents: int) -> None:
    dollars, rest = divmod(cents, 100)
    assert amount(f"pay ${dollars:,}.{rest:02d} please") == Amount(cents)
    assert amount(f"{dollars}.{rest:02d}") == Amount(cents)


@given(st.text(alphabet="0123456789.,$-+ eE/xOk%or ", max_size=12))
def test_what_is_read_was_written_so(text: str) -> None:
    heard = amount(text)
    if isinstance(heard, Amount):
        digits = "".join(char for char in text if char.isdigit())
        assert int(digits) in (heard.cents, heard.cents // 100)
        assert "-" not in text.replace("- ", "") or text.strip("-+ ").isascii()
