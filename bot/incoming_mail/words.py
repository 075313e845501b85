"""The new words of an answer: what stands above the quote, without greeting and signature."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from bot.incoming_mail import cuts, quotes

LONGEST_TEXT = 64 * 1024
LONGEST_LINE = 2000
WRAPPED = 4
"""Over so many lines programs break the line that introduces a quote."""
HEADS_WITHIN = 6
POINTING_WORDS = 8
SIGNATURE_LINES, SIGNATURE_LINE = 8, 80
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e\u2066-\u2069]")
_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " ", "\t": " ", "\r": ""})


@dataclass(frozen=True, slots=True)
class NewWords:
    """What the patient wrote, and what they wrote where only a person can tell it from ours."""

    above: str
    below: str
    quoted: bool
    quote: str = ""
    """All of the quote, where no sign marks its lines: what was typed into it does not show."""


def new_words(text: str, names: Collection[str] = ()) -> NewWords:
    """The words above the quote, and those below or inside it. `names` are the writer's own, which end a mail."""
    lines = [_plain(line) for line in text[:LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    cut = min(_first_cut(lines), quotes.cut(lines))
    above = _trimmed(_until_signature(lines[:cut]), names)
    below = _below(lines[cut:], strict=bool(above))
    unmarked = not any(cuts.QUOTED.match(line) for line in lines[cut:])
    return NewWords(_joined(above), _joined(below), cut < len(lines), _joined(lines[cut:]) if unmarked else "")


def points_down(above: str) -> bool:
    """Do they say that their words stand elsewhere, as in "see my answers below"?"""
    return len(above.split()) <= POINTING_WORDS and cuts.POINTS_DOWN.search(above) is not None


def _plain(line: str) -> str:
    return _INVISIBLE.sub("", line[:LONGEST_LINE]).translate(_SPACES).rstrip()


def _first_cut(lines: Sequence[str]) -> int:
    return next((at for at in range(len(lines)) if _cuts_here(lines, at)), len(lines))


def _cuts_here(lines: Sequence[str], at: int) -> bool:
    line = lines[at]
    if not line:
        return False
    if cuts.QUOTED.match(line) or cuts.MARKER.fullmatch(line) or cuts.ORIGINAL.fullmatch(line):
        return True
    return introduces(lines, at) or _heads(lines, at)


def introduces(lines: Sequence[str], at: int) -> bool:
    """Does a line like "On Wed, May 6, 2026 Harbor wrote:" begin here, however it is broken?"""
    if cuts.NAMED_ATTRIBUTION.fullmatch(lines[at]):
        return True
    if not cuts.ATTRIBUTION_BEGINS.match(lines[at]):
        return False
    whole = ""
    for line in lines[at : at + WRAPPED]:
        whole = f"{whole} {line}".strip()
        if cuts.ATTRIBUTION.fullmatch(whole):
            return any(char.isdigit() for char in whole) or "@" in whole
    return False


def _heads(lines: Sequence[str], at: int) -> bool:
    """Outlook: From, Sent, To, Subject, with or without a rule above."""
    if cuts.RULE.fullmatch(lines[at]):
        following = [line for line in lines[at + 1 : at + 4] if line]
        return bool(following and cuts.HEADS_BEGIN.fullmatch(following[0]))
    if not cuts.HEADS_BEGIN.fullmatch(lines[at]):
        return False
    nearby = [line for line in lines[at + 1 : at + 1 + 2 * HEADS_WITHIN] if line][:HEADS_WITHIN]
    return sum(bool(cuts.HEADS_GO_ON.fullmatch(line)) for line in nearby) >= 2


def _until_signature(lines: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for line in lines:
        if cuts.SIGNATURE.fullmatch(line) and line:
            break
        parts = cuts.INLINE_SIGNATURE.split(line, maxsplit=1)
        kept.append(parts[0])
        if len(parts) > 1:
            break
    return kept


def _trimmed(lines: list[str], names: Collection[str]) -> list[str]:
    """Without the greeting before and the farewell and name after, as long as something is left."""
    filled = [line for line in lines if line.strip()]
    if len(filled) > 1 and cuts.GREETING.fullmatch(filled[0]):
        filled = filled[1:]
    for at in range(1, len(filled)):
        rest = filled[at + 1 :]
        short = len(rest) <= SIGNATURE_LINES and all(len(line) <= SIGNATURE_LINE for line in rest)
        if short and cuts.FAREWELL.fullmatch(filled[at]):
            return filled[:at]
    own = {part for name in names for part in name.lower().split()}
    while len(filled) > 1 and own and set(filled[-1].lower().strip(" ,.-").split()) <= own:
        filled = filled[:-1]
    return filled


def _below(lines: Sequence[str], *, strict: bool) -> list[str]:
    """What is not marked as quoted, once a quote marked line by line has begun."""
    marks = [bool(cuts.QUOTED.match(line)) for line in lines]
    if not any(marks):
        return []
    first = marks.index(True)
    found: list[str] = []
    for block in _blocks(lines[first:], marks[first:], strict=strict):
        if cuts.SIGNATURE.fullmatch(block[0]):
            break
        if not introduces(block, 0):
            found += block
    return found


def _blocks(lines: Sequence[str], marks: Sequence[bool], *, strict: bool) -> Iterator[list[str]]:
    """Unmarked lines that belong together. `strict`: not those that some program broke off a quoted line."""
    block: list[str] = []
    begun_alone = False
    for at, line in enumerate([*lines, ">"]):
        plain = at < len(lines) and not marks[at] and bool(line)
        if plain:
            begun_alone = begun_alone if block else not lines[at - 1]
            block.append(line)
        elif block:
            if begun_alone or not strict or at >= len(lines) or not line:
                yield block
            block = []


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line.strip() for line in lines if line.strip())
