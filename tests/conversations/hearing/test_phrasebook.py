"""Topics by keyword, by sentence, through politeness and typing slips."""

import pytest

from conversations.hearing import Match, Phrasebook, normalise

BOOK = Phrasebook(
    {
        "balance": {"en": ["balance", "how much do i owe", "what do i owe"], "es": ["saldo", "¿Cuánto debo?"]},
        "pay": {"en": ["pay", "pay my bill", "pay now"], "es": ["pagar"]},
        "plan": {"en": ["plan", "payment plan"], "es": ["plan", "plan de pagos"]},
        "agent": {"en": ["agent", "person", "talk to a person"], "es": ["persona"]},
        "hardship": {"en": ["cant pay"], "es": ["no puedo pagar"]},
    }
)


def find(text: str) -> Match | None:
    return BOOK.find(normalise(text))


@pytest.mark.parametrize(
    "text, topic",
    [
        ("BALANCE", "balance"),
        ("Balance please", "balance"),
        ("hi, how much do I owe?", "balance"),
        ("Hola, cuánto debo?", "balance"),
        ("pay", "pay"),
        ("PAY!", "pay"),
        ("can you pay", "pay"),
        ("I'd like to pay please", "pay"),
        ("pls pay my bill now", "pay"),
        ("payment plan", "plan"),
        ("quiero un plan por favor", "plan"),
        ("can i talk to a person", "agent"),
        ("i cant pay this", "hardship"),
        ("no puedo pagar", "hardship"),
        ("I don't know how much do I owe", "balance"),
        ("my mom asked me to find out how much do i owe on that", "balance"),
        ("👋 saldo 🙏", "balance"),
    ],
)
def test_sure(text: str, topic: str) -> None:
    match = find(text)
    assert match is not None
    assert (match.topic, match.sure) == (topic, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "asdf",
        "👍",
        "i don't want to pay",
        "no quiero pagar",
        "I will not pay",
        "balance and plan",
        "do not pay my bill",
        "i went to the bank and they said that i should maybe pay it some other day",
        "482913",
        "without plan",
    ],
)
def test_nothing_or_two_things(text: str) -> None:
    assert find(text) is None


@pytest.mark.parametrize(
    "text, topic",
    [
        ("balence", "balance"),
        ("blance", "balance"),
        ("slado", "balance"),
        ("balancee", "balance"),
        ("ballance pls", "balance"),
        ("pagra", "pay"),
        ("agnet", "agent"),
    ],
)
def test_one_slip_is_heard_but_not_sure(text: str, topic: str) -> None:
    match = find(text)
    assert match is not None
    assert (match.topic, match.sure) == (topic, False)


def test_a_slip_inside_a_sentence_is_sure() -> None:
    assert find("waht do i owe") == Match("balance", True, "en", "")
    assert find("talk to a persn") == Match("agent", True, "en", "")


@pytest.mark.parametrize("text", ["pya", "pln", "blnce", "balances due to be sent somewhere else very soon"])
def test_short_words_and_two_slips_are_not_guessed(text: str) -> None:
    assert find(text) is None


@pytest.mark.parametrize(
    "text, rest", [("pay 50", "50"), ("can i pay 50 today", "50 today"), ("pagar 50 por favor", "50"), ("pay", "")]
)
def test_the_rest(text: str, rest: str) -> None:
    match = find(text)
    assert match is not None
    assert match.rest == rest


def test_language_of_the_phrase() -> None:
    assert [getattr(find(text), "language", None) for text in ("saldo", "balance", "plan")] == ["es", "en", ""]


def test_a_phrase_has_one_owner() -> None:
    with pytest.raises(ValueError, match="both balance and pay"):
        Phrasebook({"balance": {"en": ["how much"]}, "pay": {"en": ["How much?"]}})


@pytest.mark.parametrize("phrase", ["stop", "Help", "YES", "alto", "opt out", "remove", "td", "arrêt"])
def test_reserved_words_are_nobodys(phrase: str) -> None:
    with pytest.raises(ValueError, match="reserved"):
        Phrasebook({"pay": {"en": [phrase]}})


def test_a_phrase_needs_words() -> None:
    with pytest.raises(ValueError, match="without words"):
        Phrasebook({"pay": {"en": ["?!"]}})


@pytest.mark.parametrize(
    "text, topic", [("half", "pay"), ("just half please", "pay"), ("half of my family", None), ("not half", None)]
)
def test_a_phrase_that_stands_alone(text: str, topic: str | None) -> None:
    match = Phrasebook({"pay": {"en": ["=half"]}}).find(normalise(text))
    assert (match.topic if match else None) == topic
