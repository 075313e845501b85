"""Reads scripts: plain text that is documentation and test at once; tests/conversations/scripts/README.md says how."""

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from conversations.events import (
    ChargeFailed,
    ChargeInDoubt,
    ChargeSettled,
    CodeAcceptedOnPage,
    CodeAskedOnPage,
    CodeUndelivered,
    Event,
    MessageReceived,
    NoticeDue,
    StaffReleased,
    StaffReplied,
    StaffTook,
)
from conversations.hearing import redact
from tests.conversations.header import apply, change
from tests.conversations.world import World, blank

SCRIPTS = Path(__file__).parent / "scripts"
SPAN = re.compile(r"(\d+) ?(s|m|h|d)")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
FLAG = re.compile(r"\[(machine|provider|photo)\] ?")
TOLD = ("<", "!", "=")
ON_FILE = ("2065550142", "2065550100")


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


def perform(world: World, line: str) -> list[str]:
    """One line of a talk."""
    if line.startswith("+"):
        return world.pass_time(span(line[1:]))
    if line.startswith("given> "):
        change(world, line.removeprefix("given> "))
        return []
    event = event_of(world, line)
    return world.happen(event) if event else []


def span(text: str) -> timedelta:
    found = SPAN.findall(text)
    assert found, f"no span of time in {text!r}"
    return sum((timedelta(**{UNITS[unit]: int(number)}) for number, unit in found), timedelta())


def event_of(world: World, line: str) -> Event | None:
    """What a line says happened."""
    head, _, rest = line.partition(">") if ">" in line else (line, "", "")
    rest = rest.strip()
    happened: dict[str, Callable[[], Event | None]] = {
        "": lambda: message(rest),
        "staff": lambda: StaffReplied(rest, "Kim"),
        "staff takes": lambda: StaffTook("Kim"),
        "staff closes": StaffReleased,
        "notice": lambda: NoticeDue(next(p.id for p in world.facts.people if p.first_name == rest)),
        "undelivered": lambda: CodeUndelivered("email" if rest == "email" else "text", _last_code(world)),
        "page": lambda: _page(world, rest),
        "paid": lambda: _paid(world, rest),
        "declined": lambda: ChargeFailed(_payers(world), cents(rest), "Visa", "4242"),
        "declined, card unknown": lambda: ChargeFailed(_payers(world), cents(rest)),
        "undone": lambda: ChargeFailed(_payers(world), cents(rest), "Visa", "4242", after_doubt=True),
        "doubt": lambda: ChargeInDoubt(_payers(world), cents(rest)),
    }
    assert head in happened, f"no such line in a script: {line!r}"
    return happened[head]()


def _payers(world: World) -> tuple[int, ...]:
    return world.talk.proof_people or tuple(p.id for p in world.facts.people)


def _last_code(world: World) -> tuple[int, ...]:
    return world.codes[-1].order.person_ids if world.codes else _payers(world)


def message(text: str) -> MessageReceived:
    """As the door would pass it on: card numbers are gone before anybody reads it."""
    flags = set(FLAG.findall(text))
    clean = redact(FLAG.sub("", text).replace("⏎", "\n"), on_file=ON_FILE)
    return MessageReceived(
        clean.text,
        cards_removed=clean.cards,
        digits_removed=clean.runs,
        media=int("photo" in flags),
        provider_answered="provider" in flags,
        from_machine="machine" in flags,
    )


def _page(world: World, rest: str) -> Event | None:
    if rest.startswith("asks "):
        return CodeAskedOnPage("email" if rest == "asks email" else "text", _payers(world))
    proved = world.page_code(rest.removeprefix("code "))
    return CodeAcceptedOnPage(proved) if proved else None


def _paid(world: World, rest: str) -> ChargeSettled:
    ids = _payers(world)
    amount, *more = rest.split()
    people = [p for p in (world.facts.person(i) for i in ids) if p]
    left = cents(amount)
    for person in people:
        part = min(left, person.balance_cents)
        left -= part
        visits = () if person.balance_cents == part else person.visits
        world.change_people((person.id,), balance_cents=person.balance_cents - part, visits=visits)
    balance = sum(p.balance_cents for p in (world.facts.person(i) for i in ids) if p)
    brand, last4 = more[:2] if len(more) > 1 else ("Visa", "4242")
    emailed = "unmailed" not in more
    return ChargeSettled(ids, cents(amount), balance, "HFM-20931", brand, last4, world.now, emailed)


def cents(text: str) -> int:
    return int(text.lstrip("$").replace(".", "").replace(",", ""))


def every_script() -> list[Path]:
    return sorted(SCRIPTS.rglob("*.txt"))
