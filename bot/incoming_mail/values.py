"""What is known about a mail once it has been read; it crosses from the reading process as JSON."""

import types
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from functools import cache
from typing import Any, Self, get_args, get_origin, get_type_hints


class Trouble(StrEnum):
    """Why nobody could say for certain what the new words are."""

    EMPTY = "empty"  # nothing above the quote, and nothing in the subject
    BELOW_QUOTE = "below_quote"  # answers below or inside what they quote
    UNREADABLE = "unreadable"  # no text in it, or letters that nobody can decode


class Fate(StrEnum):
    """What a server reports about a mail of ours (RFC 3464)."""

    HARD = "hard"
    SOFT = "soft"  # delayed, or a refusal that may pass: counted, nothing else
    ARRIVED = "arrived"
    UNKNOWN = "unknown"  # a report in a form nobody reads


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report."""

    fate: Fate
    status: str = ""  # 5.1.1


@dataclass(frozen=True, slots=True)
class Checks:
    """What SPF, DKIM and DMARC said in our own check."""

    spf_domain: str = ""  # of the envelope, where SPF passed
    dkim_domains: tuple[str, ...] = ()  # whose signatures are good and cover From and the whole body
    dmarc: str = ""  # what From's domain publishes: found, none, permerror; temperror: a name server did not answer
    strict_dkim: bool = False
    strict_spf: bool = False


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """A mail, without anything that may not be kept: card numbers are out of `words` and `subject` already."""

    from_: str = ""  # the one address it says it is from; empty: none, or more than one, or a trick
    words: str = ""  # only the new ones
    subject: str = ""
    quote: str = field(default="", repr=False)  # of an empty mail, where no sign tells it from answers typed into it
    cards: int = 0
    digits: int = 0
    pictures: int = 0  # photos and documents that came along; never opened
    trouble: Trouble | None = None
    why: str = ""  # unreadable or a trick: which
    machine: str = ""  # why a robot wrote this; empty: a person did
    silence_asked: bool = False
    left: bool = False  # "Jane no longer works here"
    bounce: Bounce | None = None
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    results: tuple[str, ...] = ()  # Authentication-Results as found, newest first
    checks: Checks | None = None
    relay: str | None = None  # why a trusted relay does not vouch for them; empty: it does; None: it was not asked
    notes: tuple[str, ...] = field(default=())  # odd things that did no harm

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> Self:
        """The reverse of `to_json`."""
        made: Self = _made(cls, given)
        return made


def _made(cls: Any, given: dict[str, Any]) -> Any:
    hints = _hints(cls)
    return cls(**{one.name: _value(hints[one.name], given[one.name]) for one in fields(cls) if one.name in given})


@cache
def _hints(cls: Any) -> dict[str, Any]:
    return get_type_hints(cls)


def _value(hint: Any, given: Any) -> Any:
    if given is None:
        return None
    if get_origin(hint) is types.UnionType:
        hint = next(arg for arg in get_args(hint) if arg is not type(None))
    if get_origin(hint) is tuple:
        return tuple(given)
    if isinstance(hint, type) and hint.__module__ == __name__:
        return _made(hint, given) if isinstance(given, dict) else hint(given)
    return given


UNREADABLE = "unreadable"


def unread(why: str) -> IncomingMail:
    """A mail that was not read at all: a person has to look at it where it lies with the sender."""
    return IncomingMail(trouble=Trouble.UNREADABLE, why=why)
