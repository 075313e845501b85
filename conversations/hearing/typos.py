"""One typing slip (a letter too many, too few, wrong, or swapped) in words of four letters or more."""

from collections.abc import Collection, Iterator
from typing import Final

_SHORTEST: Final = 4
_LONGEST: Final = 24


class Speller:
    """Finds the one known word that a token was meant to be, by letters left out of both."""

    def __init__(self, vocabulary: Collection[str], known: Collection[str] = ()) -> None:
        self._known = frozenset(vocabulary) | frozenset(known)
        self._near: dict[str, tuple[str, ...]] = {}
        for word in sorted(vocabulary):
            if _SHORTEST <= len(word) <= _LONGEST and word.isalpha():
                for key in _keys(word):
                    self._near[key] = (*self._near.get(key, ()), word)

    def mend(self, tokens: list[str]) -> list[str]:
        """The tokens, each unknown one replaced by its only near word."""
        return [self.meant(token) or token for token in tokens]

    def meant(self, token: str) -> str | None:
        """The single vocabulary word one slip away from an unknown token."""
        if token in self._known or not _SHORTEST <= len(token) <= _LONGEST or not token.isalpha():
            return None
        keys = [token, *[token[:at] + token[at + 1 :] for at in range(len(token))]]
        if self._near.keys().isdisjoint(keys):
            return None  # as for most words that we do not know
        near = {word for key in keys for word in self._near.get(key, ()) if one_slip(token, word)}
        return near.pop() if len(near) == 1 else None


def _keys(word: str) -> Iterator[str]:
    yield word
    for at in range(len(word)):
        if at == 0 or word[at] != word[at - 1]:
            yield word[:at] + word[at + 1 :]


def one_slip(a: str, b: str) -> bool:
    """True when one insertion, deletion, replacement or swap of neighbours turns a into b."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    rest_a, rest_b = a[start:], b[start:]
    if len(a) == len(b):
        return rest_a[1:] == rest_b[1:] or (rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:])
    return rest_a[1:] == rest_b if len(a) > len(b) else rest_a == rest_b[1:]
