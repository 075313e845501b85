"""The inbox rows of a batch: each is written once, when it is known how its turn ended."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from bot.store import inbox
from bot.turns.arrivals import Arrival, Ended
from conversations.events import Event
from conversations.hearing.lone_numbers import without_lone_numbers


class Book:
    """Rows that are still to be written.

    What prepares something is written before that, since it may look for its siblings, and finished at the end.
    """

    def __init__(self) -> None:
        self._whole: list[dict[str, Any]] = []
        self._ends: list[dict[str, Any]] = []

    def begin(self, conn: Connection, arrivals: Mapping[inbox.Key, Arrival], ids: Mapping[inbox.Key, int]) -> None:
        """Write those that have something to prepare."""
        preparing = [one for key in ids if (one := arrivals[key]).prepare]
        inbox.keep(conn, [row(ids[one.key], one, one.event, "open") for one in preparing])

    def end(
        self,
        inbox_id: int,
        arrival: Arrival,
        event: Event | None,
        outcome: Ended,
        reason: str,
        practice_id: int | None = None,
        conversation_id: int | None = None,
        heard: str = "",
    ) -> None:
        """So it ended."""
        ended = row(inbox_id, arrival, event, outcome.value, reason, practice_id, conversation_id, heard)
        (self._whole if arrival.prepare is None else self._ends).append(ended)

    def write(self, conn: Connection) -> None:
        """Write down what has ended."""
        inbox.keep(conn, self._whole)
        inbox.finish(conn, self._ends)
        self._whole, self._ends = [], []


def row(
    inbox_id: int,
    arrival: Arrival,
    event: Event | None,
    outcome: str,
    reason: str = "",
    practice_id: int | None = None,
    conversation_id: int | None = None,
    heard: str = "",
) -> dict[str, Any]:
    """As the inbox keeps it."""
    return {
        "id": inbox_id,
        "provider": arrival.provider,
        "provider_id": arrival.provider_id,
        "practice_id": practice_id,
        "conversation_id": conversation_id,
        "event": type(event).__name__ if event else "",
        "received_at": arrival.received_at,
        "text": without_lone_numbers(storable(arrival.text)),
        "details": arrival.details,
        "heard": heard[:80],
        "outcome": outcome,
        "reason": reason[:200],
    }


def storable(text: str) -> str:
    """PostgreSQL keeps no NUL, and no database half a surrogate pair."""
    return text if text.isascii() and "\0" not in text else text.replace("\0", "").encode(errors="replace").decode()
