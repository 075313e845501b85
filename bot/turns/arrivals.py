"""What comes to the road, what the road needs to know, and what became of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from bot.keys import Keys
from bot.store.practices import Practices
from conversations.conversation import Conversation
from conversations.effects import Effect
from conversations.events import Event, Way
from conversations.facts import Facts
from conversations.turn import Outcome
from conversations.values import value

Advance = Callable[[Conversation, Event, Facts], Outcome]
Prepare = Callable[[Connection], tuple[int | None, Event | None]]


@value(frozen=True, slots=True)
class Arrival:
    """One thing that happened, and where: at (our number, their address), or in a conversation that we know."""

    provider: str
    provider_id: str
    event: Event | None
    received_at: datetime
    channel: Way = "text"
    ours: str = ""
    service: str = ""
    """The messaging service that `ours` is a number of, where no practice names that number itself."""
    account: str = ""
    """The practice's own account at the provider that vouches for it; empty: ours, which may bring texts for all."""
    address: str = ""
    conversation_id: int | None = None
    practice_id: int | None = None
    """Whose it is, where no conversation tells."""
    text: str = ""
    """What the inbox keeps of their words; card numbers are out of it already."""
    details: Mapping[str, Any] = field(default_factory=dict)
    prepare: Prepare | None = None
    """Runs first, in the same transaction and only when this is no duplicate; names the conversation and the event."""

    @property
    def key(self) -> tuple[str, str]:
        """What makes it happen once."""
        return self.provider, self.provider_id

    @property
    def lane_key(self) -> object:
        """Arrivals with the same key keep their order."""
        if self.conversation_id is not None:
            return self.conversation_id
        return (self.ours, self.address) if self.address else self.key


class Ended(StrEnum):
    """How an arrival ended; the first three are the core's own."""

    ANSWERED = "answered"
    STAFF = "staff"
    SILENT = "silent"
    DUPLICATE = "duplicate"
    SHUNTED = "shunted"


@value(frozen=True, slots=True)
class Taken:
    """What became of an arrival, told after the commit."""

    outcome: Ended
    reason: str = ""
    inbox_id: int | None = None
    outbox_ids: tuple[int, ...] = ()
    effects: tuple[Effect, ...] = ()
    woke: bool = False
    """It wrote to the outbox, or set a timer: somebody should look."""
    ordered: bool = False
    """It ordered something about money, such as the charge of a saved card."""


@dataclass(frozen=True, slots=True)
class World:
    """What the road needs to know besides the connection."""

    practices: Practices
    keys: Keys
    opt_out_mode: str = "self"
    simulated: bool = True
    """Texts go to the simulator: then numbers that are possible but not valid may be texted."""
    advance: Advance | None = None
    """Another core, for a test of the road alone."""
