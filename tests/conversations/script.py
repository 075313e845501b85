"""Reads scripts: plain text that is documentation and test at once; tests/conversations/scripts/README.md says how."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.chat.happenings import perform
from bot.chat.header import apply
from bot.chat.world import blank

SCRIPTS = Path(__file__).parent / "scripts"
TOLD = ("<", "!", "=")


@dataclass
class Script:
    """Lines of a file, and what the core made of them."""

    path: Path
    lines: list[str]
    played: list[str] = field(default_factory=list)
    walked: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, path: Path) -> "Script":
        return cls(path, path.read_text(encoding="utf-8").splitlines())

    def play(self) -> None:
        """Walk the file; `played` becomes what it should have said."""
        world, self.played = blank(datetime(2026, 5, 6, 10, 5, tzinfo=ZoneInfo("America/Los_Angeles"))), []
        state = world.talk.state
        for step in steps(self.lines):
            self.played.append(step.line)
            if step.is_header:
                apply(world, step.line)
                state = world.talk.state
                continue
            did = perform(world, step.line)
            self.played += tell(did, step.told, world.talk.state, changed=world.talk.state != state)
            state = world.talk.state
        self.walked = world.walked

    def difference(self) -> str:
        """Empty when the file told the truth."""
        return "\n".join(difflib.unified_diff(self.lines, self.played, str(self.path.name), "played", lineterm="", n=4))

    def update(self) -> None:
        """Write down what happened, every effect of it."""
        self.lines = [line for line in self.lines if not line.startswith(TOLD)]
        self.play()
        self.lines = self.played
        self.path.write_text("\n".join(self.played) + "\n", encoding="utf-8")


@dataclass
class Step:
    """A line that does something, and what the file says came of it; None: nothing is said, write down all."""

    line: str
    told: list[str] | None
    is_header: bool


def steps(lines: list[str]) -> Iterator[Step]:
    expecting = any(line.startswith(TOLD) for line in lines)
    number = 0
    while number < len(lines):
        line, told = lines[number], []
        number += 1
        if does_nothing(line) or is_header(line):
            yield Step(line, [], is_header=True)
            continue
        while number < len(lines) and lines[number].startswith(TOLD):
            told.append(lines[number])
            number += 1
        yield Step(line, told if expecting else None, is_header=False)


def does_nothing(line: str) -> bool:
    return not line.strip() or line.startswith("#")


def is_header(line: str) -> bool:
    return re.match(r"(clock|patient|practice|talk): ", line) is not None


def tell(did: list[str], told: list[str] | None, state: str, *, changed: bool) -> list[str]:
    """What the file should say: all our words; of effects and states those it mentions, or all when it says nothing."""
    if told is None:
        return [*did, *([f"= {state}"] if changed else [])]
    mentioned = [line for line in told if line.startswith("!")]
    kept = [line if line.startswith("<") else _mentioned(line, mentioned) for line in did]
    stands = any(line.startswith("=") for line in told)
    return [*(line for line in kept if line), *([f"= {state}"] if stands else [])]


def _mentioned(line: str, mentioned: list[str]) -> str:
    """The words with which the file mentions this effect: its name and as much of the rest as matters there."""
    return next((said for said in mentioned if line == said or line.startswith(f"{said} ")), "")


def every_script() -> list[Path]:
    return sorted(SCRIPTS.rglob("*.txt"))
