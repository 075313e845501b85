"""Which messages are remembered for everybody: those that can hold nothing personal."""

import pytest

from conversations.usual import hear_all


def _kept(text: str) -> bool:
    return hear_all(text, plan=False, names=()) is hear_all(text, plan=False, names=())


@pytest.mark.parametrize("text", ["Balance", "How much do I owe?", "can i pay 50 today", "pay $100", "i'll stop by"])
def test_our_own_words_and_small_sums_are(text: str) -> None:
    assert _kept(text)


@pytest.mark.parametrize(
    "text", ["482913", "482 913", "code 482913", "4242", "pay 12 34", "hi i am Zebedee", "pay 50 for Zebedee"]
)
def test_names_codes_and_pieces_of_cards_are_not(text: str) -> None:
    assert not _kept(text)
