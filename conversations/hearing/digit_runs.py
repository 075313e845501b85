"""Digits that belong together although spaces, dashes, dots, line ends or the word "dash" stand between them."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

_GROUP: Final = re.compile(r"\d+")
_LONGEST_GAP: Final = 14
_SIGN: Final = r"[\s.\-_\u00ad\u00b7\u2010-\u2015\u2022\u200d\u2212\ufe0e\ufe0f~|*+]"
_SPELLED: Final = r"(?:dash(?:es)?|hyphen|minus|dot|point|period|space|gui[oó]n|punto|espacio|raya)"
# Gaps that make a run of digits; the looser ones count only when the sum is a card's.
_FIRM: Final = re.compile(
    rf"{_SIGN}{{1,5}}|{_SIGN}{{0,3}}{_SPELLED}{_SIGN}{{0,3}}|[,/:;()]|\){_SIGN}|{_SIGN}\(", re.IGNORECASE
)
_SENTENCE_END: Final = re.compile(r"\.\s+")
_LOOSE: Final = re.compile(
    r"[\s.\-_,/:;()\[\]{}'\"\u2010-\u2015\u2022\\|*+#=<>]{1,8}"
    r"|[\s.,/-]{0,4}(?:and|then|y|luego|slash|comma|coma|barra|diagonal)[\s.,/-]{0,4}",
    re.IGNORECASE,
)

_MONTH: Final = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|febrero|marzo|abril|mayo|junio|julio|"
    r"agosto|septiembre"
    r"|octubre|noviembre|diciembre|enero|january|february|march|april|june|july|august|september|sept|october|"
    r"november|december)"
)
_M: Final = r"(?:0?[1-9]|1[0-2])"
_D: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_Y: Final = r"(?:19|20)\d\d"
_HARMLESS: Final = re.compile(
    rf"""(?<![\d]) (?<!\d[/.,-]) (?:
      {_Y}([-/.]){_M}\1{_D}
    | (?:{_M}([-/.\ ]){_D}|{_D}([-/.\ ]){_M}) (?:\2|\3) {_Y}
    | (?:{_M}/{_D}|{_D}/{_M}) (?:/\d\d)?
    | {_M}([-.]){_D}\4\d\d
    | {_MONTH}\.?\ {_D}(?:st|nd|rd|th)?,?\ {_Y}
    | {_D}(?:st|nd|rd|th)?\ (?:de\ |of\ )?{_MONTH}\.?,?(?:\ de(?:l)?|\ of)?\ {_Y}
    | {_Y}\s?[-/–]\s?{_Y}
    | \d{{1,2}}:\d\d (?::\d\d)?
    | \$\ ?\d{{1,3}}(?:,\d{{3}}){{0,2}}(?:\.\d\d)?
    | \$\ ?\d{{1,7}}(?:\.\d\d)?
    | \d{{1,3}}(?:,\d{{3}}){{1,2}}(?:\.\d\d)?
    | \d{{1,7}}\.\d\d
    | [a-z]{{2,4}}-\d{{5,6}}
    ) (?!\d) (?![/.,-]\d)""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Group:
    """Digits in a row; `firmly_joined` to the group before by what people put inside one number."""

    start: int
    end: int
    digits: str
    firmly_joined: bool

    @property
    def size(self) -> int:
        return self.end - self.start


def chains(text: str) -> list[list[Group]]:
    """Groups of digits, chained where what stands between them could stand inside one number."""
    found: list[list[Group]] = []
    end = -1
    for match in _GROUP.finditer(text):
        firm, loose = _joins(text, end, match.start())
        # A full stop between numbers of one length is a card's; otherwise it ends a sentence.
        if firm and _SENTENCE_END.fullmatch(text, end, match.start()):
            firm = found[-1][-1].size == match.end() - match.start()
        group = Group(match.start(), match.end(), match.group(), firm)
        if found and (firm or loose):
            found[-1].append(group)
        else:
            found.append([group])
        end = match.end()
    return found


def _joins(text: str, end: int, start: int) -> tuple[bool, bool]:
    if end < 0 or start - end > _LONGEST_GAP:
        return False, False
    if _FIRM.fullmatch(text, end, start):
        return True, True
    return False, _LOOSE.fullmatch(text, end, start) is not None


class Harmless:
    """Where dates, times, money and visit references stand: digits that nobody has to hide."""

    def __init__(self, text: str) -> None:
        spans = [match.span() for match in _HARMLESS.finditer(text)]
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def covers(self, group: Group) -> bool:
        """True when the whole group lies in one such place."""
        at = bisect_right(self._starts, group.start) - 1
        return at >= 0 and group.end <= self._ends[at]
