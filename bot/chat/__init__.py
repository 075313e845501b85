"""`paybot chat`: a patient's phone in the terminal, on the same core; the talk comes out as a test script."""

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TextIO
from zoneinfo import ZoneInfo

from bot.chat.happenings import perform
from bot.chat.header import ScriptError, apply
from bot.chat.world import World, blank

CLOCK = "clock: 2026-05-06 10:05 America/Los_Angeles"
SAMPLE: dict[str, Sequence[str]] = {
    "ana": ("patient: Ana Ruiz, visit 2026-03-14 120.00, visit 2026-04-02 64.50, email",),
    "ben": ("patient: Ben Okafor, visit 2026-04-20 300.00, plan",),
    "maria": (
        "patient: Leo Ruiz, minor, owes 75.00",
        "patient: Jon Ruiz, owes 33.00, email",
        "patient: Maria Ruiz, owes 20.00, email, pays for Leo",
    ),
    "leo": ("patient: Leo Ruiz, guarantor elsewhere, owes 75.00",),
    "nobody": (),
}
HELP = """Write as a patient would. A line that begins with / is something else that happens:
  /+ 25h   /staff> Hi Ana   /staff closes   /page> code 482913   /paid> 184.50   /notice> Ana   /quit
"""
PROMPT = "you> "


class UnknownPatientError(LookupError):
    """Nobody of that name in the sample."""


def run_chat(
    patient: str | None = None, language: str | None = None, *, lines: TextIO | None = None, out: TextIO | None = None
) -> None:
    """Talk until the input ends, then print what was said as a script."""
    told, given = out or sys.stdout, lines or sys.stdin
    world, script = _begin(patient or "ana", language)
    told.write(HELP)
    while (line := _read(given, told)) is not None:
        _take(world, line, script, told)
    told.write("\n" + "\n".join(script) + "\n")


def _begin(patient: str, language: str | None) -> tuple[World, list[str]]:
    if patient.lower() not in SAMPLE:
        raise UnknownPatientError(f"The sample knows {', '.join(SAMPLE)}, but nobody called {patient}.")
    header = [CLOCK, *SAMPLE[patient.lower()], *(["talk: Spanish"] if language == "es" else [])]
    world = blank(datetime(2026, 5, 6, 10, 5, tzinfo=ZoneInfo("America/Los_Angeles")))
    for line in header:
        apply(world, line)
    return world, ["# A talk from paybot chat", *header]


def _read(given: TextIO, told: TextIO) -> str | None:
    """The next line; None at the end of the input, on /quit or when interrupted."""
    if given.isatty():
        told.write(PROMPT)
        told.flush()
    try:
        line = given.readline()
    except KeyboardInterrupt:
        return None
    return None if not line or line.strip() == "/quit" else line.rstrip("\r\n")


def _take(world: World, line: str, script: list[str], told: TextIO) -> None:
    step = line[1:].strip() if line.startswith("/") else f"> {line}"
    before, state = len(world.codes), world.talk.state
    try:
        did = perform(world, step)
    except (ScriptError, LookupError, ValueError) as error:
        told.write(f"     ({error})\n")
        return
    told.writelines(f"bot> {said[2:]}\n" if said.startswith("<") else f"     ({said[2:]})\n" for said in did)
    for code in world.codes[before:]:
        if code.order.way != world.facts.channel:
            told.write(f"mail> Your code is {code.digits}. It works for 10 minutes.\n")
    script += [step, *did, *([f"= {world.talk.state}"] if world.talk.state != state else [])]
