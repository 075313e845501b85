"""A call of the practice API, declared once: the route, the checks and the OpenAPI document follow from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection

from bot.store.practices import Practice
from bot.turns.arrivals import World

BASE = "/api/v1"


@dataclass(frozen=True, slots=True)
class Call:
    """One request that passed the checks, and what its answer may need besides the connection."""

    practice: Practice
    who: str
    """As the audit says it."""
    name: str
    """The name the practice gave the key."""
    world: World
    public_url: str
    now: datetime
    path: Mapping[str, str]
    query: Any
    body: Any
    tokens: tuple[str, ...]
    """For a secret that the answer shows and nothing keeps: the same ones for the same Idempotency-Key."""
    read: Any = None
    """What `first` made of it."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it."""

    answer: BaseModel
    status: int = 200
    seen: Mapping[str, Any] = field(default_factory=dict)
    """Ids for the audit: what was shown or touched."""
    woke: bool = False
    """Something waits to be sent."""


Run = Callable[[Connection, Call], Done]


@dataclass(frozen=True, slots=True)
class Operation:
    """A declared call. `run` reads or, unless it is a GET, writes, in one transaction either way."""

    method: str
    path: str
    summary: str
    run: Run
    answers: Mapping[int, str]
    answer: type[BaseModel]
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    refusals: Mapping[int, str]
    first: Callable[[Call], Any] | None
    """Work that needs no database: nobody waits for it."""
    reveal: Callable[[Connection, Call, str], str] | None
    """Puts the secret into the answer, which is kept without it."""

    @property
    def name(self) -> str:
        """`put_patient`"""
        return self.run.__name__

    @property
    def reads(self) -> bool:
        """Does it change nothing?"""
        return self.method == "GET"


def operation(
    method: str,
    path: str,
    answers: Mapping[int, str],
    answer: type[BaseModel],
    *,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    refusals: Mapping[int, str] | None = None,
    first: Callable[[Call], Any] | None = None,
    reveal: Callable[[Connection, Call, str], str] | None = None,
) -> Callable[[Run], Operation]:
    """Declare a call; its summary is the docstring of what it runs."""

    def declare(run: Run) -> Operation:
        summary = (run.__doc__ or "").strip()
        return Operation(method, path, summary, run, answers, answer, body, query, refusals or {}, first, reveal)

    return declare
