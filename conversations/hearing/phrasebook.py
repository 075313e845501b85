"""Keywords and sentences to topics: exact, inside polite sentences, or one typing slip away."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from conversations.hearing.reserved import RESERVED_WORDS, reserved
from conversations.hearing.text import impersonal, normalise
from conversations.hearing.typos import Speller

_FILLERS: Final = tuple(
    tuple(phrase.split())
    for phrase in (
        "hi,hello,hey,hiya,good morning,good afternoon,good evening,please,pls,plz,thanks,thank you,thx,ty,can"
        " you,could you,"
        "would you,will you,can i,could i,may i,can we,i want to,i wanna,i want,i would like to,id like to,i would"
        " like,id like,"
        "i need to,i need,i just want to,just,let me,lets,me,my,the,a,an,to,ok,okay,um,uh,so,well,sir,maam,yes,"
        "hola,buenos dias,buenas tardes,buenas noches,buenas,por favor,porfavor,porfa,favor,gracias,muchas"
        " gracias,quisiera,"
        "quiero,yo quiero,me gustaria,necesito,deseo,puedo,puede,podria,mi,el,la,los,las,un,una,si,de"
    ).split(",")
)
_NEGATIONS: Final = frozenset(
    "dont not never cant cannot wont didnt doesnt isnt havent hasnt shouldnt without"
    " unable refuse nunca ni sin tampoco nor".split()
)
# "no" governs only what follows it at once; alone it may be an answer ("no, pay").
_AFTER_NO: Final = frozenset(
    "quiero puedo voy vamos pienso deseo necesito quisiera podemos podre pagare longer more mas need want"
    " way se".split()
)
# "I don't know how much I owe" denies the knowing, not the owing.
_DENIED_KNOWING: Final = frozenset(
    "know mind understand remember see sure recall think tengo get have se entiendo recuerdo sabe veo why agree find"
    " seguro".split()
)
ALONE: Final = "="
"""Before a phrase that is heard only where nothing stands beside it but a courtesy: "how come", "half"."""
_SHORT_MESSAGE: Final = 6
_LONGEST_KEPT: Final = 40
_MOST_KEPT: Final = 1000
_REACH_OF_NEGATION: Final = 4

_Entries = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Match:
    """A topic heard; `sure` is False after a typing slip; `language` is "" where a phrase is both languages'."""

    topic: str
    sure: bool
    language: str
    rest: str


@dataclass(frozen=True, slots=True)
class _Phrase:
    words: tuple[str, ...]
    topic: str
    language: str
    alone: bool = False


class Phrasebook:
    """All phrases of all topics, indexed once; two owners of a phrase, or a reserved word, refuse to start."""

    def __init__(self, entries: _Entries) -> None:
        phrases = _collect(entries)
        self._exact = {" ".join(phrase.words): phrase for phrase in phrases.values()}
        self._phrases = phrases
        lengths: dict[tuple[str, ...], set[int]] = {}
        for words in (words for words, phrase in phrases.items() if not phrase.alone):
            lengths.setdefault(words[:2], set()).add(len(words))
        self._lengths = {first: sorted(sizes, reverse=True) for first, sizes in lengths.items()}
        self._begins = {words[0] for words in lengths}
        vocabulary = {word for phrase in phrases.values() for word in phrase.words}
        known = vocabulary | {word for filler in _FILLERS for word in filler} | _NEGATIONS | _AFTER_NO | _DENIED_KNOWING
        self._speller = Speller(vocabulary, known)
        self._ours = known.union(*(normalise(words).split() for words in RESERVED_WORDS))
        self._found: dict[str, Match | None] = {}

    def find(self, words: str) -> Match | None:
        """The one topic that normalised words speak of; None when nobody or two topics equally claim them.

        What is made of our own words and a small sum comes again and again, and is nobody's secret: that is found once.
        """
        if words in self._found:
            return self._found[words]
        found = self._find(words)
        if len(words) <= _LONGEST_KEPT and impersonal(words, self._ours):
            if len(self._found) >= _MOST_KEPT:
                self._found.clear()
            self._found[words] = found
        return found

    def _find(self, words: str) -> Match | None:
        exact = self._exact.get(words)
        if exact is not None:
            return Match(exact.topic, True, exact.language, "")
        tokens = words.split()
        found = self._best(tokens)
        if found is not None or not tokens:
            return None if found is None else _match(found, tokens, sure=True)
        mended = self._speller.mend(tokens)
        if mended == tokens:
            return None
        found = self._best(mended)
        return None if found is None else _match(found, mended, sure=len(found[0].words) > 1)

    def _best(self, tokens: list[str]) -> tuple[_Phrase, int] | None:
        core = _without_fillers(tokens)
        whole = self._exact.get(" ".join(core))
        if whole is not None and (len(whole.words) > 1 or whole.alone) and not _negated(tokens, tokens.index(core[0])):
            return whole, -1
        best: list[tuple[_Phrase, int]] = []
        for phrase, at in self._occurrences(tokens):
            if len(phrase.words) == 1 and len(core) > _SHORT_MESSAGE and whole is not phrase:
                continue
            if best and len(phrase.words) < len(best[0][0].words):
                continue
            if _negated(tokens, at):
                continue
            if best and len(phrase.words) > len(best[0][0].words):
                best.clear()
            best.append((phrase, at))
        if not best or len({phrase.topic for phrase, _ in best}) > 1:
            return None
        return best[0]

    def _occurrences(self, tokens: list[str]) -> Iterator[tuple[_Phrase, int]]:
        for at, token in enumerate(tokens):
            if token not in self._begins:
                continue
            for size in (*self._lengths.get(tuple(tokens[at : at + 2]), ()), 1):
                phrase = self._phrases.get(tuple(tokens[at : at + size]))
                if phrase is not None and not phrase.alone:
                    yield phrase, at
                    break


def _collect(entries: _Entries) -> dict[tuple[str, ...], _Phrase]:
    phrases: dict[tuple[str, ...], _Phrase] = {}
    for topic, languages in entries.items():
        for language, texts in languages.items():
            for text in texts:
                phrase = _Phrase(tuple(normalise(text).split()), topic, language)
                _check(phrase, text, phrases.get(phrase.words))
                other = phrases.get(phrase.words)
                shared = other is not None and other.language != language
                phrases[phrase.words] = _Phrase(phrase.words, topic, "" if shared else language, text.startswith(ALONE))
    return phrases


def _check(phrase: _Phrase, text: str, other: _Phrase | None) -> None:
    if not phrase.words:
        raise ValueError(f"{phrase.topic} has a phrase without words: {text!r}")
    words = " ".join(phrase.words)
    if words.upper() in RESERVED_WORDS or reserved(words) is not None:
        raise ValueError(f"{phrase.topic} may not own the reserved word {text!r}")
    if other is not None and other.topic != phrase.topic:
        raise ValueError(f"phrase {text!r} is owned by both {other.topic} and {phrase.topic}")


def _filler_index() -> dict[str, list[tuple[str, ...]]]:
    index: dict[str, list[tuple[str, ...]]] = {}
    for filler in sorted(_FILLERS, key=len, reverse=True):
        index.setdefault(filler[0], []).append(filler)
    return index


_FILLERS_BY_FIRST: Final = _filler_index()


def _without_fillers(tokens: list[str]) -> list[str]:
    kept: list[str] = []
    at = 0
    while at < len(tokens):
        for filler in _FILLERS_BY_FIRST.get(tokens[at], ()):
            if len(filler) == 1 or tuple(tokens[at : at + len(filler)]) == filler:
                at += len(filler)
                break
        else:
            kept.append(tokens[at])
            at += 1
    return kept


def _negated(tokens: list[str], at: int) -> bool:
    for before in range(max(0, at - _REACH_OF_NEGATION), at):
        word, following = tokens[before], tokens[before + 1]
        if word == "do" and following == "not":
            continue
        if word in _NEGATIONS and following not in _DENIED_KNOWING:
            return True
        if word == "no" and (following in _AFTER_NO or before + 1 == at) and following not in _DENIED_KNOWING:
            return True
    return False


def _match(found: tuple[_Phrase, int], tokens: list[str], *, sure: bool) -> Match:
    phrase, at = found
    if at < 0:
        return Match(phrase.topic, sure, phrase.language, "")
    left = tokens[:at] + tokens[at + len(phrase.words) :]
    return Match(phrase.topic, sure, phrase.language, " ".join(_without_fillers(left)))
