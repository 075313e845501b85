"""Long lists of wordings as patterns that are quick to ask: sorted by the letter that each of them begins with.

`re` holds every word of a text against every alternative in turn, and there are hundreds. Sorted, a word meets those
that begin as it does. What is found stays the same, to the letter: only wordings that can never both fit change places.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final
from weakref import WeakSet

_Opening = tuple[str, str]
"""A first letter and what follows it; no letter where that cannot be told, and then all of it follows."""

_LETTER: Final = re.compile(r"[a-z0-9](?![?*+{])")
_MAYBE_LETTER: Final = re.compile(r"([a-z0-9])\?(?![?+])")
_ONE_OF: Final = re.compile(r"\[([a-z0-9]+)\](?![?*+{])")
_NO_GROUP_AFTER: Final = re.compile(r"\{|[?*+][?+]")
_NOT_BEFORE: Final = "(?<!"
_BOUNDARY: Final = r"\b"
_START: Final = re.compile(r"(?<![\\\[])\^")


class Wordings:
    r"""Alternatives that each begin with a word, over normalised words: `\b(?:stop|quit) it\b|\bno more\b`.

    Sorting and compiling them all takes a fifth of a second: that is left to `compile_all`, or to the first message.
    """

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        _EVERY.add(self)

    def search(self, words: str) -> re.Match[str] | None:
        """One that is in these words, if any."""
        return self.compiled.search(f" {words}")

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """What is looked for."""
        # What begins with a space is looked for only there, so one is put before the first word as well.
        return re.compile(f" (?:{_sorted(_START.sub('(?<=^ )', self._pattern))})")


class Replaced(Wordings):
    """Such as are taken out of the words, or put into others."""

    def subn(self, by: str, words: str) -> tuple[str, int]:
        """The words with `by` in place of each of them, and how many there were."""
        return self.compiled.subn(by, words)

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """What is looked for, without the space before it, which has to stay."""
        return re.compile(rf"\b(?=\w)(?:{_sorted(self._pattern)})")


_EVERY: Final[WeakSet[Wordings]] = WeakSet()


def compile_all() -> None:
    """Make all of them ready before somebody waits for an answer."""
    for one in tuple(_EVERY):
        _ = one.compiled


def _sorted(pattern: str) -> str:
    alternatives = list(_split(pattern))
    if not all(one.startswith(_BOUNDARY) for one in alternatives):
        raise ValueError(f"a wording has to begin with a word: {pattern[:40]}")
    openings = (opening for one in alternatives for opening in _openings(one))
    return "|".join(letter + follows for letter, follows in _together(openings))


def _together(openings: Iterable[_Opening]) -> Iterator[_Opening]:
    """One for each letter. Order decides between those of one letter, and before or after those without."""
    by_letter: dict[str, list[str]] = {}
    for letter, follows in openings:
        if letter:
            by_letter.setdefault(letter, []).append(follows)
            continue
        yield from _grouped(by_letter)
        by_letter = {}
        yield "", follows
    yield from _grouped(by_letter)


def _grouped(by_letter: dict[str, list[str]]) -> Iterator[_Opening]:
    for letter, follow in by_letter.items():
        yield letter, follow[0] if len(follow) == 1 else f"(?:{'|'.join(follow)})"


def _openings(wording: str) -> Iterator[_Opening]:
    """Every way in which it may begin, in the order in which they are tried."""
    if wording.startswith(_BOUNDARY):
        yield from _openings(wording[len(_BOUNDARY) :])  # nothing was read yet, and a word begins here
    elif _LETTER.match(wording):
        yield wording[0], wording[1:]
    elif maybe := _MAYBE_LETTER.match(wording):
        yield maybe[1], wording[maybe.end() :]
        yield from _openings(wording[maybe.end() :])
    elif one_of := _ONE_OF.match(wording):
        yield from ((letter, wording[one_of.end() :]) for letter in one_of[1])
    elif wording.startswith("(?:"):
        yield from _of_group(wording)
    elif wording.startswith(_NOT_BEFORE):
        end = _end_of_group(wording)
        before = wording[len(_NOT_BEFORE) : end]
        for letter, follows in _openings(wording[end + 1 :]):  # it looks back over the letter as well
            yield letter, f"{_NOT_BEFORE}(?:{before}){letter}){follows}"
    else:
        yield "", wording


def _of_group(wording: str) -> Iterator[_Opening]:
    end = _end_of_group(wording)
    group, follows = wording[: end + 1], wording[end + 1 :]
    if _NO_GROUP_AFTER.match(follows):
        yield "", wording
        return
    times, follows = (follows[0], follows[1:]) if follows[:1] in ("?", "*", "+") else ("", follows)
    again = f"{group}*" if times in ("*", "+") else ""
    inside = (opening for one in _split(group[3:-1]) for opening in _openings(one))
    for letter, rest in _together(inside):
        whole = rest if letter or len(list(_split(rest))) == 1 else f"(?:{rest})"
        yield letter, f"{whole}{again}{follows}"
    if times in ("?", "*"):
        yield from _openings(follows)


def _split(pattern: str) -> Iterator[str]:
    """Its alternatives."""
    begin = 0
    for at, char, depth in _signs(pattern):
        if char == "|" and depth == 0:
            yield pattern[begin:at]
            begin = at + 1
    yield pattern[begin:]


def _end_of_group(pattern: str) -> int:
    return next(at for at, char, depth in _signs(pattern) if char == ")" and depth == 0)


def _signs(pattern: str) -> Iterator[tuple[int, str, int]]:
    """Every sign that is not a letter to be read as such, and how many groups are open around it."""
    depth, at, in_set = 0, 0, False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 1
        elif in_set or char == "[":
            in_set = char != "]"
        elif char == "(":
            depth += 1
        elif char in ")|":
            depth -= char == ")"
            yield at, char, depth
        at += 1
