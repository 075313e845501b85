"""The words that carriers and the law reserve: exact STOP, START and HELP, and what no flow may use."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from conversations.events import ProviderSaid


class Reserved(StrEnum):
    """What a message that is exactly one reserved word asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"


_STOP = "stop,stopall,stop all,unsubscribe,cancel,end,quit,revoke,optout,opt out,alto,baja".split(",")
_MEANING: Final = {
    **dict.fromkeys(_STOP, Reserved.STOP),
    **dict.fromkeys(("start", "unstop"), Reserved.START),
    **dict.fromkeys(("help", "info", "ayuda"), Reserved.HELP),
}

# Twilio answers these itself, and only when nothing but spaces surrounds them.
_PROVIDER: Final[Mapping[str, ProviderSaid]] = {
    **dict.fromkeys("STOP STOPALL UNSUBSCRIBE CANCEL END QUIT REVOKE OPTOUT".split(), "stop"),
    **dict.fromkeys("START YES UNSTOP".split(), "start"),
    **dict.fromkeys("HELP INFO".split(), "help"),
}

# ARRET, REMOVE and TD are keywords of other carriers: not acted on as such, yet never ours to ask for.
RESERVED_WORDS: Final[frozenset[str]] = frozenset(_PROVIDER) | frozenset("ALTO BAJA AYUDA ARRET REMOVE TD".split())


def reserved(words: str) -> Reserved | None:
    """The reserved word that the whole message (normalised words) is, if any."""
    return _MEANING.get(words)


def is_yes_exact(words: str) -> bool:
    """Exactly YES: a START for those opted out, an ordinary answer for everybody else."""
    return words == "yes"


def provider_word(text: str) -> ProviderSaid:
    """What Twilio's own opt-out handling takes this raw text for."""
    return _PROVIDER.get(text.strip().upper(), "") if len(text) < 40 else ""
