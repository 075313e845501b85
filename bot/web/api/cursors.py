"""Lists in pieces: `?limit=`, and an opaque `?cursor=` that says where the last piece ended."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from bot.web.api.problems import Problem, invalid

T = TypeVar("T", bound=BaseModel)
USUAL, MOST = 50, 200
LARGEST = 2**63


class Piece(BaseModel):
    """Which piece of a list is asked for."""

    model_config = ConfigDict(extra="forbid")
    cursor: Annotated[str | None, Field(max_length=200, description="`next` of the piece before.")] = None
    limit: Annotated[int, Field(ge=1, le=MOST, description="How many items at most.")] = USUAL


class Listed(BaseModel, Generic[T]):
    """One piece of a list."""

    items: list[T]
    next: Annotated[str | None, Field(description="The cursor of what follows; null at the end.")]


Mark = tuple[datetime, tuple[int, ...]]
"""The last item of a piece: its time, and the numbers that tell it from others of the same time."""


def pack(of: str, at: datetime, *numbers: int) -> str:
    """The cursor that leads on from there, in that list only."""
    return urlsafe_b64encode(json.dumps([of, at.isoformat(), *numbers]).encode()).rstrip(b"=").decode()


def unpack(of: str, cursor: str | None, numbers: int) -> Mark | None:
    """Where that cursor leads. Raises Problem for one that we did not make."""
    if cursor is None:
        return None
    try:
        kind, at, *found = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        when = datetime.fromisoformat(at).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        raise _foreign() from None
    if kind != of or len(found) != numbers or not all(map(_is_number, found)):
        raise _foreign()
    return when, tuple(found)


def _is_number(value: object) -> bool:
    return type(value) is int and -LARGEST <= value < LARGEST


def _foreign() -> Problem:
    return invalid(("cursor", "is not a cursor of this list"))
