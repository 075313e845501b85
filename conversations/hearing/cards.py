"""Takes card numbers, and every long run of digits that is nobody's number on file, out of a text before it is"
" stored.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from conversations.hearing.card_numbers import LENGTHS, is_card
from conversations.hearing.digit_runs import Group, Harmless, chains
from conversations.hearing.text import fold_digits
from conversations.values import value

_RUN: Final = 8
# Longer chains are masked whole; looking for a card at every place in them would cost time and gain nothing.
_LONGEST_SEARCHED: Final = 120
_ANY_DIGITS: Final = re.compile(r"\d\D{0,14}?\d\D{0,14}?\d")
_SECURITY: Final = re.compile(
    r"\b(cvv2?|cvc2?|cvn|csc|cid|ccv|security code|sec code|card code|code on (?:the )?back|c[oó]digo de seguridad|"
    r"c[oó]digo cvv)"
    r"((?:[\s:=#.,-]|\bis\b|\bes\b|\bnumber\b){0,6})(\d(?:[ .-]?\d){2,3})(?![\d])",
    re.IGNORECASE,
)
_EXPIRY_DATE: Final = r"(?:0?[1-9]|1[0-2])[ ]?[/.\-– ][ ]?(?:20)?\d\d|(?:0[1-9]|1[0-2])(?:20)?\d\d"
_EXPIRY: Final = re.compile(
    r"\b(exp(?:\.|iry|iration|ires)?(?: ?date)?|valid (?:thru|through|until)|good thru|vence|vencimiento|caduca|"
    r"v[aá]lida hasta)"
    rf"((?:[\s:=#.,-]|\bis\b|\bon\b|\bel\b|\bes\b){{0,6}})({_EXPIRY_DATE})(?![\d/])",
    re.IGNORECASE,
)
_SURE_EXPIRY: Final = frozenset({"exp", "exp.", "exp date", "expdate", "exp. date"})
_AFTER_CARD: Final = re.compile(
    rf"(\[card ending \d{{4}}"
    rf" removed\])([\s,;:/-]{{1,3}})({_EXPIRY_DATE})(?![\d/.])(?:([\s,;:/-]{{1,3}})(\d{{3,4}})(?![\d/.]))?"
)
_CODE_AFTER_CARD: Final = re.compile(r"(\[card ending \d{4} removed\])([\s,;:/-]{1,3})(\d{3,4})(?![\d/.])")


@value(frozen=True, slots=True)
class Redacted:
    """A text that may be stored, and what was taken out of it."""

    text: str
    cards: int
    runs: int
    last4: str | None


@dataclass(frozen=True, slots=True)
class _Cut:
    start: int
    end: int
    label: str
    last4: str | None = None


def redact(raw: str, on_file: Collection[str] = ()) -> Redacted:
    """The text without card numbers, security codes, expiry dates and unknown runs of eight digits or more."""
    text = fold_digits(raw)
    if _ANY_DIGITS.search(text) is None:
        return Redacted(raw, 0, 0, None)
    cuts = list(_cuts(text, _national(on_file)))
    cards = [cut for cut in cuts if cut.last4 is not None]
    clean = _details_removed(_cut_out(text, cuts), card_seen=bool(cuts))
    last4 = cards[-1].last4 if cards else None
    return Redacted(raw if clean == text else clean, len(cards), len(cuts) - len(cards), last4)


def _cuts(text: str, numbers_on_file: frozenset[str]) -> Iterator[_Cut]:
    harmless = Harmless(text)
    for chain in chains(text):
        if sum([group.size for group in chain]) < _RUN:
            continue
        harmful = [not harmless.covers(group) for group in chain]
        taken = [False] * len(chain)
        for first, last, digits in _cards_in(chain, harmful):
            taken[first:last] = [True] * (last - first)
            yield _Cut(chain[first].start, chain[last - 1].end, f"[card ending {digits[-4:]} removed]", digits[-4:])
        for first, last in _known(chain, numbers_on_file):
            harmful[first:last] = [False] * (last - first)
        yield from _runs(chain, [bad and not cut for bad, cut in zip(harmful, taken, strict=True)])


def _cards_in(chain: list[Group], harmful: list[bool]) -> Iterator[tuple[int, int, str]]:
    if sum([group.size for group in chain]) > _LONGEST_SEARCHED:
        return
    first = 0
    while first < len(chain):
        found = _card_at(chain, harmful, first)
        if found is None:
            first += 1
        else:
            yield first, *found
            first = found[0]


def _card_at(chain: list[Group], harmful: list[bool], first: int) -> tuple[int, str] | None:
    ends: dict[int, int] = {}
    digits = ""
    for last in range(first, len(chain)):
        digits += chain[last].digits
        ends[len(digits)] = last + 1
        if len(digits) > LENGTHS[4]:
            break
    for length in LENGTHS:
        if length in ends and _mostly(harmful, chain, first, ends[length]) and is_card(digits[:length]):
            return ends[length], digits[:length]
    # Number, expiry and security code typed as one: still a card, though not where its digits end.
    glued = chain[first].digits
    for length in (16, 15):
        if len(glued) > LENGTHS[4] and len(glued) < 28 and is_card(glued[:length]):
            return first + 1, glued[:length]
    return None


def _mostly(harmful: list[bool], chain: list[Group], first: int, last: int) -> bool:
    # Dates and sums in a row pass the check digit once in ten times; a card is not made of those.
    return sum([group.size for group, bad in zip(chain[first:last], harmful[first:last], strict=True) if bad]) >= _RUN


def _known(chain: list[Group], numbers_on_file: frozenset[str]) -> Iterator[tuple[int, int]]:
    if not numbers_on_file:
        return
    for first in range(len(chain)):
        digits = ""
        for last in range(first, min(len(chain), first + 11)):
            digits += chain[last].digits
            if len(digits) > 15:
                break
            if _country_off(digits) in numbers_on_file:
                yield first, last + 1


def _runs(chain: list[Group], open_groups: list[bool]) -> Iterator[_Cut]:
    first = 0
    while first < len(chain):
        last = first
        while last < len(chain) and open_groups[last] and (last == first or chain[last].firmly_joined):
            last += 1
        size = sum([group.size for group in chain[first:last]])
        if size >= _RUN:
            yield _Cut(chain[first].start, chain[last - 1].end, f"[{size} digits removed]")
        first = max(last, first + 1)


def _cut_out(text: str, cuts: list[_Cut]) -> str:
    parts: list[str] = []
    at = 0
    for cut in sorted(cuts, key=lambda cut: cut.start):
        parts += (text[at : cut.start], cut.label)
        at = cut.end
    parts.append(text[at:])
    return "".join(parts)


def _details_removed(text: str, *, card_seen: bool) -> str:
    bare = _SECURITY.sub(r"\1\2[removed]", text)
    card_seen = card_seen or bare != text or "[card ending " in text
    text = _EXPIRY.sub(lambda found: _expiry(found, card_seen), bare)
    if "[card ending " in text:
        text = _AFTER_CARD.sub(_expiry_and_code, text)
        text = _CODE_AFTER_CARD.sub(r"\1\2[removed]", text)
    return text


def _expiry_and_code(found: re.Match[str]) -> str:
    code = f"{found[4]}[removed]" if found[5] else ""
    return f"{found[1]}{found[2]}[removed]{code}"


def _expiry(found: re.Match[str], card_seen: bool) -> str:
    certain = card_seen or found[1].casefold() in _SURE_EXPIRY
    return f"{found[1]}{found[2]}[removed]" if certain else found[0]


def _national(on_file: Collection[str]) -> frozenset[str]:
    return frozenset(_country_off(re.sub(r"\D", "", number)) for number in on_file)


def _country_off(digits: str) -> str:
    return digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
