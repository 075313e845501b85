"""Deaths, emergencies, questions of care and wrong numbers, and what only sounds like them."""

import pytest

from conversations.hearing import Grave, grave, normalise
from tests.conversations.hearing.corpus import labelled


@pytest.mark.parametrize("label, text", labelled("grave.txt"))
def test_labelled(label: str, text: str) -> None:
    heard = grave(normalise(text))
    assert ("none" if heard is None else heard.value) == label


def test_the_graver_of_two_wins() -> None:
    assert grave(normalise("wrong number, she passed away")) is Grave.DEATH
    assert grave(normalise("chest pain after the new medication")) is Grave.EMERGENCY
