"""What a turn is made of: the Conversation we keep, the Facts we are given, the Turn we scribble on, the Outcome."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any, Literal, Self

from conversations.effects import Effect, Kind, OpenPayLink, Say, Skip, Value
from conversations.events import Event, MessageReceived, Way
from conversations.hearing import Amount, Heard, Unreadable
from conversations.policy import OfficeHours, Policy

READY = "idle.ready"


class Proof(IntEnum):
    """What has been proved about whoever is writing (DESIGN, "Links, codes and proof")."""

    NONE = 0
    PHONE = 1
    PERSON = 2


class Owner(StrEnum):
    """Who answers this thread."""

    BOT = "bot"
    WAITING = "waiting"  # a person was asked for and has not answered: the bot still takes keywords
    STAFF = "staff"


@dataclass(slots=True)
class Conversation:
    """What is kept between turns: one (practice, phone number or email address)."""

    state: str = READY
    turn: int = 0
    entered_turn: int = 0
    """The turn in which `state` was entered; timers carry it."""
    language: str = "en"
    proof: Proof = Proof.NONE
    proof_until: datetime | None = None
    proof_people: tuple[int, ...] = ()
    owner: Owner = Owner.BOT
    misses: int = 0
    memory: dict[str, Value] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As a database column keeps it."""
        return {
            "state": self.state,
            "turn": self.turn,
            "entered_turn": self.entered_turn,
            "language": self.language,
            "proof": int(self.proof),
            "proof_until": self.proof_until.isoformat() if self.proof_until else None,
            "proof_people": list(self.proof_people),
            "owner": self.owner.value,
            "misses": self.misses,
            "memory": self.memory,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """The reverse of `to_json`."""
        until = kept["proof_until"]
        return cls(
            state=kept["state"],
            turn=kept["turn"],
            entered_turn=kept["entered_turn"],
            language=kept["language"],
            proof=Proof(kept["proof"]),
            proof_until=datetime.fromisoformat(until) if until else None,
            proof_people=tuple(kept["proof_people"]),
            owner=Owner(kept["owner"]),
            misses=kept["misses"],
            memory=dict(kept["memory"]),
        )


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit with something left to pay."""

    service_on: date
    remaining_cents: int


@dataclass(frozen=True, slots=True)
class Person:
    """A patient whose file carries this address, or whom somebody on this address pays for."""

    id: int
    first_name: str
    initials: str  # "M.R."
    balance_cents: int = 0
    visits: tuple[Visit, ...] = ()  # oldest first, only those with something left
    minor: bool = False
    pays_for: tuple[int, ...] = ()  # ids of people here whose guarantor this one is
    guarantor_elsewhere: bool = False  # somebody not on this address answers for the bills
    email: str = ""  # masked: "a***@g***.com"; empty: none on file
    phone: str = ""  # masked: "**77"; empty: none that takes texts
    has_plan: bool = False
    deceased: bool = False
    notices_paused: bool = False
    noticed_at: datetime | None = None  # last thing we began about them on this address


@dataclass(frozen=True, slots=True)
class OpenCode:
    """The newest code that was ordered in this conversation and is neither used nor void."""

    way: Way
    person_ids: tuple[int, ...]
    typed: Literal["thread", "page"]
    sent_at: datetime | None  # None: still in the outbox
    wrong_tries: int = 0


class Verdict(StrEnum):
    """What the shell found when it compared the six digits in this message with the codes of this conversation."""

    RIGHT = "right"
    WRONG = "wrong"
    OLDER = "older"  # a code that a newer one replaced
    EXPIRED = "expired"
    USED = "used"
    VOID = "void"
    NONE_OPEN = "none_open"


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What a turn may know about codes."""

    verdict: Verdict | None = None  # None: no six digits in this message
    open: OpenCode | None = None
    sent_at: tuple[datetime, ...] = ()  # sends to these people in the last 24 hours, newest first
    wrong_today: int = 0  # wrong tries of this side in the last 24 hours
    blocked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a turn may know. Gathered by the shell before the turn; nothing else is ever asked."""

    now: datetime
    practice_name: str
    practice_phone: str
    office: OfficeHours
    channel: Way = "text"
    policy: Policy = field(default_factory=Policy)
    languages: tuple[str, ...] = ("en", "es")
    zone: str = "UTC"  # where the patient is, for dates in words
    people: tuple[Person, ...] = ()  # those whose file carries this address
    family: tuple[Person, ...] = ()  # those somebody here pays for who are not on this address themselves
    consent: Literal["none", "granted", "revoked", "held"] = "none"
    blocked: bool = False  # wrong number or unknown to us after the one answer: silent for good
    codes: CodeFacts = field(default_factory=CodeFacts)
    answers_lately: int = 0  # automatic answers to this address in the last ten minutes (RULES 2.23)
    answers_today: int = 0
    payment_in_doubt: bool = False
    notice_refusal: str = ""  # the rule that keeps a notice back now, worked out by the shell: consent, cap, no_balance …

    def person(self, person_id: int) -> Person | None:
        """Somebody on this address or of their family."""
        return next((p for p in (*self.people, *self.family) if p.id == person_id), None)


class Result(StrEnum):
    """How an inbound event ended, for the log; the shell adds duplicate and shunted."""

    ANSWERED = "answered"
    STAFF = "staff"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
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

    @classmethod
    def begin(cls, conversation: Conversation, event: Event, facts: Facts, heard: Heard | None) -> Self:
        """A copy to scribble on; the conversation itself stays as it was."""
        kept = replace(conversation, turn=conversation.turn + 1, memory=dict(conversation.memory))
        if kept.proof_until and kept.proof_until <= facts.now:
            kept.proof, kept.proof_until, kept.proof_people = Proof.NONE, None, ()
        return cls(kept, event, facts, heard)

    # What steps do

    def say(
        self, message: str, *, kind: Kind = Kind.REPLY, link: OpenPayLink | None = None, language: str = "", **values: Value
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
        """Raise the proof of this conversation for the practice's proof_minutes."""
        self.kept.proof = max(level, self.kept.proof)
        self.kept.proof_people = person_ids
        self.kept.proof_until = self.facts.now + timedelta(minutes=self.facts.policy.proof_minutes)

    # What guards and steps ask

    @property
    def now(self) -> datetime:
        """The moment of this turn."""
        return self.facts.now

    @property
    def message(self) -> MessageReceived | None:
        """The message, when a patient wrote."""
        return self.event if isinstance(self.event, MessageReceived) else None

    @property
    def chosen(self) -> tuple[Person, ...]:
        """The people this talk is about: those picked on a shared phone, or the only one there is."""
        picked = self.recall("people")
        if isinstance(picked, list):
            found = (self.facts.person(int(p)) for p in picked if isinstance(p, int))
            return tuple(p for p in found if p)
        return self.facts.people if len(self.facts.people) == 1 else ()

    @property
    def chosen_ids(self) -> tuple[int, ...]:
        """Their ids."""
        return tuple(p.id for p in self.chosen)

    @property
    def owed_cents(self) -> int:
        """What the people this talk is about owe together."""
        return sum(p.balance_cents for p in self.chosen)

    @property
    def amount_cents(self) -> int | None:
        """The sum the patient named, in this message or in the one that we asked a code for first."""
        if self.heard and isinstance(self.heard.amount, Amount):
            return self.heard.amount.cents
        asked = self.recall("asked_cents")
        return asked if isinstance(asked, int) else None

    @property
    def amount_unreadable(self) -> bool:
        """The patient named a sum that cannot be read for certain: it is asked again, never guessed."""
        if self.heard and self.heard.amount is not None:
            return isinstance(self.heard.amount, Unreadable)
        return self.recall("asked_cents") == "unreadable"

    def proved(self, level: Proof) -> bool:
        """Has at least this much been proved, for everybody this talk is about?"""
        return self.kept.proof >= level and set(self.chosen_ids) <= set(self.kept.proof_people)
