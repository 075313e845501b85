"""Which of several people somebody means: by number, initials or name, as the only child here, or as themselves."""

import re
from collections.abc import Sequence
from typing import Final

from conversations.facts import Person
from conversations.hearing import choice, normalise
from conversations.hearing.corrections import corrected
from conversations.steps.names import called, with_me

_CHILD: Final = re.compile(
    r"\b(?:kid|kiddo|child|baby|son|daughter|boy|girl|little one|hijo|hija|hijito|hijita|nino|nina|bebe|chamaco)s?\b"
)
_CHILDREN: Final = re.compile(r"\b(?:kids|children|sons|daughters|hijos|hijas|ninos|ninas)\b")
_MYSELF: Final = re.compile(
    r"(?:its |it is |this is |thats |just |only |its just |for |para |por |solo |nomas |es |la |lo |el )*"
    r"(?:me|mine|myself|my bill|my own|my own bill|yo|mi|mi mismo|mi misma|mia|mio|mi cuenta)"
    r"(?: only| please| thanks| nada mas| nomas| solamente| solo| por favor| gracias)*"
)
_SHORT: Final = 6


def meant(people: Sequence[Person], words: str) -> Person | None:
    """The one of `people`, in the order in which we listed them; None where it may be two, or nobody."""
    kept = corrected(words)
    if number := choice(kept, len(people)):
        return people[number - 1]
    if not kept or "not" in kept.split() or _several(people, kept):
        return None
    return _only(_by_name(people, kept)) or _only(_by_kinship(people, kept))


def _several(people: Sequence[Person], words: str) -> bool:
    """Me and Leo, Leo and Mia, my son and I."""
    return with_me(words) or len(called(people, words)) > 1


def _by_name(people: Sequence[Person], words: str) -> list[Person]:
    spelled = words.replace(" ", "")
    exact = [p for p in people if spelled in (normalise(p.initials).replace(" ", ""), normalise(p.first_name))]
    return exact or called(people, words) or _by_last_name(people, words)


def _by_last_name(people: Sequence[Person], words: str) -> list[Person]:
    if len(words.split()) > _SHORT:
        return []
    padded = f" {words} "
    return [p for p in people if p.last_name and re.search(rf" {re.escape(normalise(p.last_name))}s? ", padded)]


def _by_kinship(people: Sequence[Person], words: str) -> list[Person]:
    """The only minor is the kid; the only adult is who writes."""
    if len(words.split()) > _SHORT or _CHILDREN.search(words):
        return []
    if _CHILD.search(words):
        return [p for p in people if p.minor]
    return [p for p in people if not p.minor] if _MYSELF.fullmatch(words) else []


def _only(found: Sequence[Person]) -> Person | None:
    return found[0] if len(found) == 1 else None
