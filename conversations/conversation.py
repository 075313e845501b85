"""What is kept between turns: one (practice, phone number or email address)."""

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import IntEnum, StrEnum
from operator import attrgetter
from typing import Any, Self

from conversations.effects import Value

READY = "idle.ready"


class Proof(IntEnum):
    """What has been proved about whoever is writing."""

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
        return cls(
            state=kept["state"],
            turn=kept["turn"],
            entered_turn=kept["entered_turn"],
            language=kept["language"],
            proof=_PROOFS[kept["proof"]],
            proof_until=_moment(kept["proof_until"]),
            proof_people=tuple(kept["proof_people"]),
            owner=_OWNERS[kept["owner"]],
            misses=kept["misses"],
            memory=dict(kept["memory"]),
            asked_turn=kept.get("asked_turn", 0),
            last_answer=kept.get("last_answer", ""),
            same_answers=kept.get("same_answers", 0),
            same_since=_moment(kept.get("same_since")),
            guessed_at=_moment(kept.get("guessed_at")),
        )


_PROOFS = {int(one): one for one in Proof}
_OWNERS = {str(one): one for one in Owner}
"""Looked up, which takes a tenth of calling them; both are read for every text."""
_KEPT = attrgetter(*(each.name for each in fields(Conversation)))


def _moment(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None
