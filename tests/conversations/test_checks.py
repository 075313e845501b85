"""What is wrong with a table stops the start, by name."""

from enum import StrEnum

import pytest

from conversations.checks import check
from conversations.events import StaffTook
from conversations.flows import FLOWS
from conversations.keywords import phrasebook
from conversations.machine import ANY, END, STAY, Answer, Flow, Keyword, Row, Says


class States(StrEnum):
    ASKING = "asking"


def flow(name: str = "coffee", **parts: object) -> Flow:
    rows = parts.pop("rows", (Row("asked", ANY, END),))
    return Flow(name=name, states=States, rows=rows, public=True, **parts)  # type: ignore[arg-type]


def refused(*flows: Flow) -> str:
    with pytest.raises(ValueError, match=r".") as caught:
        check({f.name: f for f in flows})
    return str(caught.value)


def test_the_flows_we_have_pass() -> None:
    check(FLOWS)


def test_a_keyword_belongs_to_one_flow() -> None:
    coffee = flow(keywords=(Keyword("asked", en=("coffee",), es=("cafe",)),))
    tea = flow("tea", keywords=(Keyword("asked", en=("Coffee!",), es=("te",)),))
    with pytest.raises(ValueError, match=r"coffee\.asked and tea\.asked"):
        phrasebook({"coffee": coffee, "tea": tea})


def test_a_forgotten_comma_does_not_make_letters_into_keywords() -> None:
    with pytest.raises(ValueError, match=r"coffee\.asked: en must be a tuple of phrases; a comma is missing"):
        flow(keywords=(Keyword("asked", en=("coffee"), es=("cafe",)),))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="es must be a tuple of phrases"):
        Says(en=("coffee",), es=("cafe"))  # type: ignore[arg-type]


@pytest.mark.parametrize("word", ["STOP", "cancel", "Yes", "info", "alto", "ayuda", "unstop"])
def test_a_reserved_word_is_nobodys_keyword(word: str) -> None:
    with pytest.raises(ValueError, match="reserved"):
        phrasebook({"coffee": flow(keywords=(Keyword("asked", en=(word,), es=("cafe",)),))})


@pytest.mark.parametrize("word", ["yes", "start", "help", "baja"])
def test_a_reserved_word_is_no_answer(word: str) -> None:
    assert "reserved" in refused(flow(answers={"asking": (Answer("asked", Says(en=(word,), es=())),)}))


def test_an_answer_that_no_message_could_be() -> None:
    assert "never hear" in refused(flow(answers={"asking": (Answer("asked", Says(en=("don't",), es=())),)}))


def test_answers_lead_to_rows() -> None:
    rows = (Row("asked", ANY, END), Row("agreed", "start", END))
    agree = Answer("agreed", lambda turn: True)
    assert "answers agreed in asking" in refused(flow(rows=rows, answers={"asking": (agree,)}))
    assert "no state of it" in refused(flow(answers={"nowhere": (Answer("asked", lambda turn: True),)}))


def test_a_keyword_is_answered_in_every_state() -> None:
    rows = (Row("asked", "start", States.ASKING),)
    assert "answers asked in asking" in refused(
        flow(rows=rows, keywords=(Keyword("asked", en=("coffee",), es=("cafe",)),))
    )


def test_an_event_belongs_to_one_flow() -> None:
    events = {StaffTook: "asked"}
    assert "more than one flow" in refused(flow(events=events), flow("tea", events=events))


def test_a_row_names_states_there_are() -> None:
    assert "#1 asked names 'nowhere'" in refused(flow(rows=(Row("asked", ANY, END), Row("asked", "nowhere", STAY))))
    assert "#0 asked names 'nowhere'" in refused(flow(rows=(Row("asked", ANY, "nowhere"),)))
