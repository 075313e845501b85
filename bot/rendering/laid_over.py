"""Looks at a folder that is laid over our templates before anybody is sent what it says: file, line and the way out."""

import filecmp
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from math import inf
from pathlib import Path
from typing import Any

from jinja2 import TemplateSyntaxError, meta, nodes

from bot.rendering import Renderer, limits, messages
from bot.rendering.gsm7 import ALPHABET, segments
from bot.rendering.layers import WRITTEN, Layers, templates_folder

SUFFIXES = ("sms.txt", "email.txt", "subject.txt", "email.html")
"""What a message may have; each of them may be laid over whether ours has it or not."""
DRAWN = (".txt", ".html")
NEVER = "agreements"
LAYOUT = frozenset({"words", "paragraphs"})
"""What the layouts of mails are given besides."""
PAGE = frozenset({"language", "other_language", "practice", "notice", "status", "who", "path"})
PUBLIC = frozenset({"practice", "language"})
MOST_SETS = 64
"""So many sets of the longest values are tried on one file."""
A_MESSAGE = "notice/new"
"""Any one, to try a layout with."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a file. Where it is broken, ours is taken in its place."""

    file: str
    line: int
    said: str
    way_out: str
    broken: bool = False

    @property
    def sentence(self) -> str:
        """File, line and what is wrong there."""
        return f"{self.file} line {self.line} {self.said}." if self.line else f"{self.file} {self.said}."

    def __str__(self) -> str:
        return f"{self.sentence} {self.way_out}"


UNSEEN = Fault("It", 0, "has more files than could be looked at now", "Run paybot check, which looks at all of them.")


def faults(folder: Path, patience_seconds: float = inf) -> Iterator[Fault]:
    """Everything that is wrong, file by file, as far as patience goes. Only what differs from ours is compiled."""
    told = set()
    for fault in _Look(folder.resolve(), time.monotonic() + patience_seconds).under(Path()):
        if fault not in told:
            told.add(fault)
            yield fault


class _Look:
    """One walk through the folder."""

    def __init__(self, folder: Path, until: float) -> None:
        self._folder, self._own, self._until = folder, templates_folder(), until
        self._ours, self._theirs = Renderer(), Renderer(folder, strict=True)
        self._layers = Layers(folder)
        self._known = frozenset(messages())

    def under(self, where: Path) -> Iterator[Fault]:
        """A folder. One that ours has not is told and not gone into."""
        try:
            names = sorted(entry.name for entry in (self._folder / where).iterdir())
        except OSError as error:
            yield Fault(str(where), 0, f"cannot be read: {error.strerror}", "Let this user read it.", broken=True)
            return
        for name in names:
            place = where / name
            if name.startswith(".") or name.endswith("~"):
                continue
            if (self._folder / place).is_dir() and (self._own / place).is_dir() and name != NEVER:
                yield from self.under(place)
            else:
                yield from self._at(place)

    def _at(self, place: Path) -> Iterator[Fault]:
        if time.monotonic() > self._until:
            yield UNSEEN
            return
        file, own = self._folder / place, self._own / place
        message = self._message(place)
        if not (own.is_file() or message):
            yield Fault(str(place), 0, *_nobody_reads(place))
        elif not file.is_file():
            yield Fault(str(place), 0, "is no file, so nobody reads it", "Put a text there, or take it away.")
        elif place.suffix in DRAWN and not (own.is_file() and _same(file, own)):
            written = self._written(place)
            yield from written
            if not any(fault.broken for fault in written):
                yield from self._said(place, message)

    def _message(self, place: Path) -> str:
        """The message that this file is of, as `flow/name`."""
        if len(place.parts) != 4 or place.parts[0] != "messages" or place.parts[1] not in limits.LANGUAGES:
            return ""
        name, _, suffix = place.name.partition(".")
        message = f"{place.parts[2]}/{name}"
        return message if message in self._known and suffix in SUFFIXES else ""

    # What is written in the file

    def _written(self, place: Path) -> list[Fault]:
        try:
            self._layers.both.get_template(place.as_posix())
        except TemplateSyntaxError as error:
            said = f"cannot be read: {(error.message or '').rstrip('.')}"
            return [Fault(str(place), error.lineno, said, "Mend that line.", broken=True)]
        tree, given = limits.parsed(self._folder / place), _given(place)
        names = _names(tree)
        unknown = [_unknown(place, one, given) for one in names if one.name not in given]
        return unknown or [_told_to_all(place, one) for one in names if _is_subject(place) and one.name not in PUBLIC]

    # What it says

    def _said(self, place: Path, message: str) -> Iterator[Fault]:
        if place.parts[0] != "messages":
            return
        suffix = place.name.partition(".")[2]
        spoken = (place.parts[1],) if place.parts[1] in limits.LANGUAGES else limits.LANGUAGES
        for language in spoken:
            for values in islice(limits.variants(message or A_MESSAGE, language, *SUFFIXES), MOST_SETS):
                try:
                    told = list(self._with(place, message or A_MESSAGE, language, values, as_text=suffix == "sms.txt"))
                except Exception as error:  # noqa: BLE001 - a file may fail in any way; these values are nobody's
                    yield self._failed(error)
                    return
                if told:
                    yield from told
                    return

    def _with(
        self, place: Path, message: str, language: str, values: dict[str, Any], *, as_text: bool
    ) -> Iterator[Fault]:
        secrets = {"link": limits.LINK, "code": limits.CODE, "host": limits.HOST}
        self._theirs.mail(message, language, values, limits.PRACTICE, **secrets)
        if not as_text:
            return
        theirs = self._theirs.text(message, language, values, limits.PRACTICE, **secrets)
        has_own = (self._own / place).is_file()
        ours = self._ours.text(message, language, values, limits.PRACTICE, **secrets) if has_own else ""
        yield from _too_long(place, self._folder / place, theirs, ours)
        name = limits.PRACTICE.text_name
        if ours.startswith(name) and not theirs.startswith(name):
            yield Fault(str(place), 1, "does not open with the name of the practice", "Begin with practice.text_name.")
        if "STOP" in ours and "STOP" not in theirs:
            yield Fault(str(place), 0, "does not say how to opt out", "Add: STOP to opt out.")

    def _failed(self, error: Exception) -> Fault:
        file, line = self._layers.place(error)
        path = Path(file)
        place = path.relative_to(self._folder) if path.is_relative_to(self._folder) else path
        said = error.message if isinstance(error, WRITTEN) else f"{error} ({type(error).__name__})"
        return Fault(str(place), line, f"cannot be used: {said}", "Mend it, or take the file away.", broken=True)


def _same(file: Path, own: Path) -> bool:
    try:
        return filecmp.cmp(file, own, shallow=False)
    except OSError:
        return False


def _too_long(place: Path, file: Path, theirs: str, ours: str) -> Iterator[Fault]:
    if segments(theirs) <= max(1, segments(ours)):
        return
    way_out = "A text has 160 characters: é, ñ and ü are among them, á, í, curly quotes and emoji are not."
    lines = enumerate(file.read_text("utf-8").splitlines(), 1)
    if foreign := [(line, mark) for line, words in lines for mark in words if mark not in ALPHABET]:
        line, mark = foreign[0]
        yield Fault(str(place), line, f"has {mark}, with which a text holds 70 characters only", way_out)
    else:
        said = f"takes {segments(theirs)} segments, with {len(theirs)} characters for the longest names and sums"
        yield Fault(str(place), 0, said, way_out)


def _names(tree: nodes.Template) -> list[nodes.Name]:
    """Values that are asked for, in the order of their lines; asking whether there is one is no fault."""
    wanted = meta.find_undeclared_variables(tree)
    asked = {
        test.node.name
        for test in tree.find_all(nodes.Test)
        if test.name in ("defined", "undefined") and isinstance(test.node, nodes.Name)
    }
    found: dict[str, nodes.Name] = {}
    for one in tree.find_all(nodes.Name):
        if one.name in wanted - asked:
            found.setdefault(one.name, one)
    return sorted(found.values(), key=lambda one: one.lineno)


def _unknown(place: Path, name: nodes.Name, given: frozenset[str]) -> Fault:
    from difflib import get_close_matches

    near = get_close_matches(name.name, given, n=1)
    way_out = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(sorted(given))}."
    broken = place.parts[0] == "messages"
    return Fault(str(place), name.lineno, f"asks for {name.name}, which is not given to it", way_out, broken=broken)


def _is_subject(place: Path) -> bool:
    return place.parts[0] == "messages" and place.name.endswith("subject.txt")


def _told_to_all(place: Path, name: nodes.Name) -> Fault:
    way_out = "Name the practice only: a subject is read on locked screens."
    return Fault(str(place), name.lineno, f"tells {name.name} in the subject of a mail", way_out)


def _given(place: Path) -> frozenset[str]:
    """What our own files of this message, or of these pages, ask for: that is what they are given."""
    if place.parts[0] != "messages":
        return PAGE | _asked(templates_folder() / place.parts[0], "*.html")
    root = templates_folder() / "messages"
    if len(place.parts) < 4:
        return limits.GIVEN | LAYOUT
    message = f"{place.parts[2]}/{place.name.partition('.')[0]}"
    more = LAYOUT if place.suffix == ".html" else frozenset()
    return limits.GIVEN | more | _asked(root, f"*/{message}.*")


@cache
def _asked(root: Path, pattern: str) -> frozenset[str]:
    return frozenset().union(*(meta.find_undeclared_variables(limits.parsed(path)) for path in root.glob(pattern)))


def _nobody_reads(place: Path) -> tuple[str, str]:
    """What is wrong with where it lies, and where it may have been meant to lie."""
    if place.parts[0] == NEVER:
        return "replaces nothing: what patients sign is always in our own words", "Take it away."
    languages = " and ".join(limits.LANGUAGES)
    if len(place.parts) == 2 and place.parts[0] == "messages" and not place.suffix:
        return f"is no language of ours, so nobody reads it: there are {languages}", "See the name of the folder."
    meant = _meant(place)
    way_out = f"Did you mean {' or '.join(meant)}?" if meant else "It must be named as the file in templates/ is."
    return "replaces no file of ours, so nobody reads it", way_out


def _meant(place: Path) -> list[str]:
    from difflib import get_close_matches

    root = templates_folder()
    every = sorted(str(path.relative_to(root)) for path in root.rglob("*") if NEVER not in path.parts)
    level = [one for one in every if Path(one).parts[-len(place.parts) :] == place.parts]
    level = level or [one for one in every if Path(one).name == place.name]
    return level[:2] if 0 < len(level) <= 2 else get_close_matches(str(place), every, n=1, cutoff=0.8)
