"""What people say in their own words reaches the flow that they mean; what merely sounds like it does not."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conversations.engine import advance
from conversations.events import MessageReceived
from conversations.policy import OfficeHours
from conversations.turn import Conversation, Facts, Person

ANA = Person(1, "Ana", "A.R.", 18_450, email="a***@g***.com")
FACTS = Facts(
    now=datetime(2026, 5, 6, 17, 5, tzinfo=UTC),
    practice_name="Harbor Family Med",
    practice_phone="+12065550142",
    office=OfficeHours("America/Los_Angeles"),
    people=(ANA,),
    consent="granted",
)
NOT_PAY = ("i'm not paying this", "i wont pay you", "dont pay", "no quiero pagar", "no voy a pagar", "see you friday")
NOT_ASKED = (
    "i saw you at my last appointment",
    "tengo una cita manana",
    "friday at 3pm works",
    "next friday i have surgery",
    "i havent paid it yet",
    "my doctor wants to see me",
    "half of my family lives there",
    "la mitad de mi familia",
    "how come you moved away",
    "por que cerraron ayer",
)


def wordings() -> Iterator[tuple[str, str]]:
    topic = ""
    for line in (Path(__file__).parent / "wordings" / "asked.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            topic = line.strip("[]")
        elif line and not line.startswith("#"):
            yield topic, line


def heard(text: str) -> str:
    return advance(Conversation(), MessageReceived(text), FACTS).heard


@pytest.mark.parametrize("topic,text", list(wordings()))
def test_it_is_heard(topic: str, text: str) -> None:
    assert heard(text) == topic


@pytest.mark.parametrize("text", [*NOT_PAY, *NOT_ASKED])
def test_it_is_not_taken_for_something_else(text: str) -> None:
    assert heard(text) == "idle.not_understood"
