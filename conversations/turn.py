"""What a turn is made of: the Conversation we keep, the Facts we are given, the Turn we scribble on, the Outcome."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from conversations.conversation import READY, Conversation, Owner, Proof
from conversations.effects import Effect, Kind, OpenPayLink, Say, Skip, Value
from conversations.events import Event, MessageReceived
from conversations.facts import CodeFacts, Facts, OpenCode, Person, Verdict, Visit
from conversations.hearing import Amount, Heard, Parts, Unreadable
from conversations.steps.names import called
from conversations.values import value

__all__ = [
    "READY",
    "CodeFacts",
    "Conversation",
    "Facts",
    "OpenCode",
    "Outcome",
    "Owner",
    "Person",
    "Proof",
    "Result",
    "Turn",
    "Verdict",
    "Visit",
]


PICKED = "_picked"
"""Triggers that end like this say whom something is about, not what is wanted."""


class Result(StrEnum):
    """How an inbound event ended, for the log; the shell adds duplicate and shunted."""

    ANSWERED = "answered"
    STAFF = "staff"
    SILENT = "silent"


@value(frozen=True, slots=True)
class Outcome:
    """What one turn came to: new state, what to do, and what the log may say about it."""

    conversation: Conversation
    effects: tuple[Effect, ...]
    result: Result
    heard: str  # what the message was taken for: "balance.asked", "consent.stop" …
    reason: str = ""
    walked: tuple[str, ...] = ()  # rows of the tables that were used, for the tests


@dataclass(slots=True)
class Turn:
    """A scratch copy for guards and steps; only a finished turn becomes an Outcome."""

    kept: Conversation
    event: Event
    facts: Facts
    heard: Heard | None
    state: str = ""  # of the flow being walked, without the flow's name
    effects: list[Effect] = field(default_factory=list)
    heard_as: str = ""
    next: tuple[str, str] | None = None
    walked: list[str] = field(default_factory=list)
    message: MessageReceived | None = field(init=False)
    """The message, when a patient wrote. A field, since a turn asks for it fifteen times."""
    said: Heard = field(init=False, repr=False, compare=False)
    """What was heard, where there is a message for certain: unset where nobody wrote. Asked for as often."""
    _parts: Parts | None = None

    def __post_init__(self) -> None:
        self.message = self.event if isinstance(self.event, MessageReceived) else None
        if self.heard is not None:
            self.said = self.heard

    @classmethod
    def begin(cls, conversation: Conversation, event: Event, facts: Facts, heard: Heard | None) -> Self:
        """A copy to scribble on; the conversation itself stays as it was."""
        kept = conversation.next_turn()
        if kept.proof_until and kept.proof_until <= facts.now:
            kept.proof, kept.proof_until, kept.proof_people = Proof.NONE, None, ()
        return cls(kept, event, facts, heard)

    # What steps do

    def say(
        self,
        message: str,
        *,
        kind: Kind = Kind.REPLY,
        link: OpenPayLink | None = None,
        language: str = "",
        **values: Value,
    ) -> None:
        """Answer with a message of templates/messages."""
        self.effects.append(Say(message, values, kind, link, language))

    def do(self, effect: Effect) -> None:
        """Ask the shell for something."""
        self.effects.append(effect)

    def skip(self, reason: str) -> None:
        """Stay silent on purpose."""
        self.effects.append(Skip(reason))

    def enter(self, flow: str, trigger: str) -> None:
        """Go on in another flow when this row is done; the engine asks for proof first where that flow needs it."""
        self.next = (flow, trigger)

    def remember(self, key: str, value: Value) -> None:
        """Keep something until the talk is back at rest."""
        self.kept.memory[key] = value

    def recall(self, key: str) -> Value:
        """What `remember` kept, or None."""
        return self.kept.memory.get(key)

    def forget(self, key: str) -> None:
        """Drop what was remembered."""
        self.kept.memory.pop(key, None)

    def prove(self, level: Proof, person_ids: tuple[int, ...]) -> None:
        """Raise the proof of this conversation for the practice's proof_minutes; others than these are forgotten."""
        same = set(person_ids) <= set(self.kept.proof_people)
        self.kept.proof = max(level, self.kept.proof) if same else level
        self.kept.proof_people = person_ids
        self.kept.proof_until = self.facts.now + timedelta(minutes=self.facts.policy.proof_minutes)

    # What guards and steps ask

    @property
    def now(self) -> datetime:
        """The moment of this turn."""
        return self.facts.now

    @property
    def parts(self) -> Parts:
        """Sums and days in what they wrote, worked out once."""
        if self._parts is None:
            self._parts = self.said.parts_on(self.today)
        return self._parts

    @property
    def chosen(self) -> tuple[Person, ...]:
        """Whom this talk is about: those picked on a shared phone, or the only one there is and whom they pay for."""
        picked = self.kept.memory.get("people")
        if isinstance(picked, list):
            found = (self.facts.person(int(p)) for p in picked if isinstance(p, int))
            if still_here := tuple(p for p in found if p):
                return still_here
        people, family = self.facts.people, self.facts.family
        if len(people) != 1:
            return ()
        if not family:
            return people
        return (*people, *[p for p in family if p.id in people[0].pays_for and not p.deceased])

    @property
    def chosen_ids(self) -> tuple[int, ...]:
        """Their ids."""
        return tuple([p.id for p in self.chosen])

    @property
    def named(self) -> list[Person]:
        """The living people on this address whose first names the message names."""
        return [p for p in called(self.facts.people, self.said.words) if not p.deceased] if self.heard else []

    @property
    def whose(self) -> str:
        """Initials to put before a sum where several people share this address; empty elsewhere."""
        return self.chosen[0].initials if self.facts.shared and len(self.chosen) == 1 else ""

    @property
    def bills_go_elsewhere(self) -> bool:
        """Minors whose bills somebody not on this address answers for: of money only they are told."""
        if self.facts.policy.notices_to_minors != "guarantor":
            return False
        chosen = self.chosen
        return bool(chosen) and all([p.guarantor_elsewhere for p in chosen])

    @property
    def owed_cents(self) -> int:
        """What the people this talk is about owe together."""
        return sum([p.balance_cents for p in self.chosen])

    @property
    def amount_cents(self) -> int | None:
        """The sum the patient named, in this message or in the one that we asked a code for first."""
        if self.heard and isinstance(self.heard.amount, Amount) and self._names_one_amount:
            return self.heard.amount.cents
        asked = self.recall("asked_cents")
        return asked if isinstance(asked, int) else None

    @property
    def _may_name_amount(self) -> bool:
        """A code, the number of a person, or the last digits of a card, is no sum."""
        return self.heard_as.partition(".")[0] not in ("identity", "whom", "balance", "approval")

    @property
    def _names_one_amount(self) -> bool:
        """A promise may name several, each with its day: the flow tells them apart."""
        return self._may_name_amount and not self.heard_as.startswith("promise.")

    @property
    def amount_unreadable(self) -> bool:
        """The patient named a sum that cannot be read for certain: it is asked again, never guessed."""
        if self.heard and self.heard.amount is not None and self._names_one_amount:
            return isinstance(self.heard.amount, Unreadable)
        return self.recall("asked_cents") == "unreadable"

    @property
    def wish(self) -> str:
        """What the patient wrote when they asked for this, in this message or in the one that we asked a code for."""
        picking = self.heard_as.endswith(PICKED) or not self._may_name_amount
        if self.message and not picking:
            return self.message.text
        return str(self.recall("asked_text") or "")

    @property
    def today(self) -> date:
        """Where the patient is."""
        return self.now.astimezone(ZoneInfo(self.facts.zone)).date()

    @property
    def need(self) -> Proof:
        """What the flow that we ask a code for wants to see proved."""
        needed = self.recall("need")
        return Proof(needed) if isinstance(needed, int) else Proof.PHONE

    def proved(self, level: Proof) -> bool:
        """Has at least this much been proved, for everybody this talk is about?"""
        return self.kept.proof >= level and set(self.chosen_ids) <= set(self.kept.proof_people)
