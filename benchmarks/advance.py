"""One turn of the core: what `advance` costs for texts never heard before, against one empty trigger of `transitions`.

Every text is another one, and what hearing keeps of short ones is forgotten before each: a first "balance" of the day
costs no more. Each is timed some times and its least taken, since what else the machine does can only slow it down.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial

from transitions import Machine

from benchmarks.texts import KINDS, fresh
from conversations import usual
from conversations.conversation import Conversation, Proof
from conversations.engine import advance
from conversations.events import MessageReceived
from conversations.facts import CodeFacts, Facts, OpenCode, Person, Verdict, Visit
from conversations.flows import FLOWS
from conversations.keywords import PHRASES
from conversations.policy import OfficeHours

NOW = datetime(2026, 5, 6, 17, 5, tzinfo=UTC)
LIMIT_MICROSECONDS = 100.0
ROUNDS = 9
TEXTS = 200

ANA = Person(
    1, "Ana", "A.R.", 18450, (Visit(date(2026, 3, 14), 12000), Visit(date(2026, 4, 2), 6450)), email="a***@g***.com"
)
FACTS = Facts(
    NOW, "Harbor Family Med", "+12065550142", OfficeHours("America/Los_Angeles"), people=(ANA,), consent="granted"
)
WAITING = CodeFacts(Verdict.RIGHT, OpenCode("email", (1,), "thread", NOW), (NOW,))
AT_REST = Conversation()
PROVED = Conversation(proof=Proof.PERSON, proof_people=(1,), proof_until=NOW.replace(hour=18))
KEYWORDS = [phrase for flow in FLOWS.values() for word in flow.keywords for phrase in (*word.en, *word.es)]


def floor() -> Callable[[], object]:
    """The least that a table in `transitions` can cost."""
    machine = Machine(model=None, states=["a"], initial="a", auto_transitions=False)
    machine.add_transition("go", "a", "=")
    trigger, model = machine.events["go"].trigger, type("Model", (), {"state": "a"})()
    return lambda: trigger(model)


def forget() -> None:
    """What is kept of messages that come again and again."""
    usual._known.clear()  # noqa: SLF001
    PHRASES._found.clear()  # noqa: SLF001


def costs(texts: Sequence[str], conversation: Conversation = AT_REST, facts: Facts = FACTS) -> list[float]:
    """Microseconds for each of them."""
    return [_least(partial(advance, conversation, MessageReceived(text), facts)) for text in texts]


def _least(call: Callable[[], object]) -> float:
    def once() -> float:
        forget()
        begin = time.perf_counter()
        call()
        return (time.perf_counter() - begin) * 1e6

    return min(once() for _ in range(ROUNDS))


def row(name: str, least: float, found: Sequence[float]) -> str:
    """One line of the table."""
    middle, high = statistics.median(found), statistics.quantiles(found, n=20)[-1]
    over = high > LIMIT_MICROSECONDS and "no limit" not in name
    return f"{name:27} {middle:7.1f} us {high:7.1f} us {middle / least:6.1f}{'   over the limit' if over else ''}"


def main() -> None:
    """Print the table, and which kind of text costs more than it may."""
    least = min(_least(floor()) for _ in range(TEXTS))
    print(f"{'':27} {'median':>10} {'p95':>10} {'of the floor':>6}   (limit {LIMIT_MICROSECONDS:.0f} us)")
    print(f"{'an empty trigger':27} {least:7.1f} us")
    print(row("keywords", least, costs(fresh(lambda rng: rng.choice(KEYWORDS), TEXTS))))
    print(row("keywords, proved", least, costs(fresh(lambda rng: rng.choice(KEYWORDS), TEXTS), PROVED)))
    codes, asked = fresh(lambda rng: str(rng.randint(100_000, 999_999)), TEXTS), Conversation(state="identity.code")
    print(row("a code", least, costs(codes, asked, replace(FACTS, codes=WAITING))))
    for name, kind in KINDS.items():
        print(row(name, least, costs(fresh(kind, TEXTS))))


if __name__ == "__main__":
    main()
