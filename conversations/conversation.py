"""What is kept between turns: one (practice, phone number or email address)."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import IntEnum, StrEnum
from operator import attrgetter
from typing import Any, Self

from conversations.effects import Value

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
    """The state of one talk, as the database keeps it."""

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
    asked_turn: int = 0
    """The turn in which a person was asked for: the alarm about it outlives whatever else is talked about meanwhile."""
    last_answer: str = ""
    """A digest of our last answer, how often it was given in a row, and since when: two robots go on for ever."""
    same_answers: int = 0
    same_since: datetime | None = None
    guessed_at: datetime | None = None
    """When we last answered a mail that we could not make sense of: a robot's, perhaps."""

    def next_turn(self) -> Self:
        """A copy to scribble on, one turn later; `dataclasses.replace` takes four times as long."""
        copied = type(self)(*_KEPT(self))
        copied.turn, copied.memory = self.turn + 1, dict(self.memory)
        return copied

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
            "asked_turn": self.asked_turn,
            "last_answer": self.last_answer,
            "same_answers": self.same_answers,
            "same_since": self.same_since.isoformat() if self.same_since else None,
            "guessed_at": self.guessed_at.isoformat() if self.guessed_at else None,
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """The reverse of `to_json`."""
        get, moment = kept.get, datetime.fromisoformat
        proof_until, same_since, guessed_at = kept["proof_until"], get("same_since"), get("guessed_at")
        return cls(  # in the order of the fields: fifteen names would take as long again
            kept["state"],
            kept["turn"],
            kept["entered_turn"],
            kept["language"],
            _PROOFS[kept["proof"]],
            moment(proof_until) if proof_until else None,
            tuple(kept["proof_people"]),
            _OWNERS[kept["owner"]],
            kept["misses"],
            kept["memory"],
            get("asked_turn", 0),
            get("last_answer", ""),
            get("same_answers", 0),
            moment(same_since) if same_since else None,
            moment(guessed_at) if guessed_at else None,
        )


_PROOFS = {int(one): one for one in Proof}
_OWNERS = {str(one): one for one in Owner}
"""Looked up, which takes a tenth of calling them; both are read for every text."""
_KEPT = attrgetter(*(each.name for each in fields(Conversation)))
