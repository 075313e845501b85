"""What a provider made of a message, the same four answers for every channel."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Trouble = Literal["", "mail_refused", "mail_waits"]


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it. `state` is the provider's own word for where it stands."""

    provider_id: str
    state: str = "queued"
    again: bool = False  # the first one after a time in which it took none


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will not send it, and says why in a code."""

    error_code: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """It never reached the provider's queue: trying again is safe. `after` when the provider named a wait."""

    after: timedelta | None = None
    refused_us: str = ""  # the code, where it will not have anything from us, whoever it is for
    trouble: Trouble = ""  # what staff are to be told of it


@dataclass(frozen=True, slots=True)
class MaybeSent:
    """Nobody knows. It must never be sent again blindly."""


Sent = Accepted | Refused | TryLater | MaybeSent
