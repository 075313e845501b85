"""One turn of the core: what `advance` costs for typical messages, against one empty trigger of `transitions`."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from transitions import Machine

from conversations.conversation import Conversation, Proof
from conversations.engine import advance
from conversations.events import MessageReceived
from conversations.facts import CodeFacts, Facts, OpenCode, Person, Verdict, Visit
from conversations.policy import OfficeHours

NOW = datetime(2026, 5, 6, 17, 5, tzinfo=UTC)
LIMIT_MICROSECONDS = 100.0
ROUNDS = 25
TURNS = 400
LONG = "300 characters (no limit)"

ANA = Person(
    1, "Ana", "A.R.", 18450, (Visit(date(2026, 3, 14), 12000), Visit(date(2026, 4, 2), 6450)), email="a***@g***.com"
)
FACTS = Facts(
    NOW, "Harbor Family Med", "+12065550142", OfficeHours("America/Los_Angeles"), people=(ANA,), consent="granted"
)
WAITING = CodeFacts(Verdict.RIGHT, OpenCode("email", (1,), "thread", NOW), (NOW,))
PROVED = Conversation(proof=Proof.PERSON, proof_people=(1,), proof_until=NOW.replace(hour=18))

TALKS: dict[str, tuple[str, Conversation, Facts]] = {
    "STOP": ("STOP", Conversation(), FACTS),
    "a keyword": ("balance", Conversation(), FACTS),
    "a keyword, proved": ("BALANCE", PROVED, FACTS),
    "a sentence": ("hi, how much do I owe please?", Conversation(), FACTS),
    "a sentence in Spanish": ("Hola, ¿cuánto debo? gracias", Conversation(), FACTS),
    "an amount": ("can i pay 50 today", Conversation(), FACTS),
    "a code": ("482913", Conversation(state="identity.code"), replace(FACTS, codes=WAITING)),
    "thanks": ("ok thanks", Conversation(), FACTS),
    "opt-out in words": ("please quit texting me about this", Conversation(), FACTS),
    "nonsense": ("asdf qwer zxcv", Conversation(), FACTS),
    LONG: (
        "my husband went in on tuesday and they told us something else at the desk " * 4,
        Conversation(),
        FACTS,
    ),
}


def floor() -> Callable[[], object]:
    """The least that a table in `transitions` can cost."""
    machine = Machine(model=None, states=["a"], initial="a", auto_transitions=False)
    machine.add_transition("go", "a", "=")
    trigger, model = machine.events["go"].trigger, type("Model", (), {"state": "a"})()
    return lambda: trigger(model)


def turn(text: str, conversation: Conversation, facts: Facts) -> Callable[[], object]:
    """One message, from the same point every time."""
    message = MessageReceived(text)
    return lambda: advance(conversation, message, facts)


def microseconds(call: Callable[[], object]) -> float:
    """The quickest of some rounds, for one call: what else the machine does can only slow it down."""
    return min(_round(call) for _ in range(ROUNDS))


def _round(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    for _ in range(TURNS):
        call()
    return (time.perf_counter() - begin) / TURNS * 1e6


def main() -> None:
    """Print the table, and which typical message costs more than it may."""
    least = microseconds(floor())
    print(f"{'an empty trigger':26} {least:7.1f} us    1.0")
    for name, (text, conversation, facts) in TALKS.items():
        cost = microseconds(turn(text, conversation, facts))
        over = cost > LIMIT_MICROSECONDS and name != LONG
        print(f"{name:26} {cost:7.1f} us {cost / least:6.1f}{'   over the limit' if over else ''}")


if __name__ == "__main__":
    main()
