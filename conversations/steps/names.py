"""First names as they stand in messages."""

import re
from collections.abc import Iterable
from typing import Final

from conversations.facts import Person
from conversations.hearing import normalise

THAT_ARE_WORDS: Final = frozenset(
    "bill will may mark grace hope art rich pat sue penny price faith joy rose june april august summer don rob chase"
    " sol luz mercedes dolores consuelo an see so my all card dan".split()
)
"""They stand in messages as ordinary words: they pick nobody unless asked for."""
_AS_MANY: Final = frozenset("guy page jean chance dean ray".split())
"""With an s they are words."""
_DENIED: Final = re.compile(r"\b(?:not|isnt|aint) (?:for |about |it )?\w+")
_WITH_ME: Final = re.compile(
    r"\b(?:me|myself|mine|mi|yo|mia|mio) (?:and|n|plus|y) |\b(?:and|n|plus|y) (?:me|myself|mine|yo|mi|mia|mio)\b"
)


def with_me(words: str) -> bool:
    """Themselves beside somebody else: "me and leo"."""
    return _WITH_ME.search(words) is not None


def called(people: Iterable[Person], words: str) -> list[Person]:
    """Those whose first name stands in normalised words, perhaps with an s: "leos bill"."""
    said = set(_DENIED.sub(" ", words).split()) - THAT_ARE_WORDS
    return [p for p in people if not said.isdisjoint(_forms(normalise(p.first_name)))]


def _forms(name: str) -> tuple[str, ...]:
    return (name,) if name in THAT_ARE_WORDS | _AS_MANY else (name, f"{name}s")
