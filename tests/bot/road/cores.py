"""Small cores that stand in for the real one, so that a test is about the road alone."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from conversations.conversation import Conversation
from conversations.effects import Effect, Say, WakeAt
from conversations.events import Event, MessageReceived
from conversations.facts import Facts
from conversations.turn import Outcome, Result


class PoisonError(RuntimeError):
    """What a bug in a flow would raise."""


def echo(conversation: Conversation, event: Event, facts: Facts) -> Outcome:
    """Answers everything, remembers the last twenty things it heard, and breaks on POISON."""
    words = event.text if isinstance(event, MessageReceived) else type(event).__name__
    if words == "POISON":
        raise PoisonError(f"cannot bear {words}")
    heard = [*conversation.memory.get("heard", []), words][-20:]  # type: ignore[misc]
    kept = replace(conversation, turn=conversation.turn + 1, memory={"heard": heard})
    return Outcome(kept, (Say("idle/echo", {"words": words}),), Result.ANSWERED, "echo")


def slow_echo(conversation: Conversation, event: Event, facts: Facts) -> Outcome:
    """Takes long enough for others to get in between, if they can."""
    time.sleep(0.001)
    return echo(conversation, event, facts)


def sleepy(conversation: Conversation, event: Event, facts: Facts) -> Outcome:
    """Sets a timer and says nothing."""
    effects = (WakeAt(facts.now, "woke"),)
    return Outcome(replace(conversation, turn=conversation.turn + 1), effects, Result.SILENT, "sleepy", "asleep")


@dataclass
class Scripted:
    """Does what a test tells it to, and keeps the facts it was given."""

    effects: Sequence[Effect] = ()
    state: str = "test.waiting"
    result: Result = Result.ANSWERED
    reason: str = ""
    seen: list[Facts] = field(default_factory=list)
    changes: dict[str, object] = field(default_factory=dict)

    def __call__(self, conversation: Conversation, event: Event, facts: Facts) -> Outcome:
        self.seen.append(facts)
        turn = conversation.turn + 1
        kept = replace(conversation, turn=turn, entered_turn=turn, state=self.state, **self.changes)  # type: ignore[arg-type]
        return Outcome(kept, tuple(self.effects), self.result, "test.heard", self.reason)
