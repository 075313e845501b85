"""`paybot chat`: a patient's phone in the terminal, on the same core; the talk comes out as a test script."""

import sys
from copy import deepcopy
from datetime import datetime
from typing import TextIO
from zoneinfo import ZoneInfo

from bot.chat.happenings import perform
from bot.chat.header import ScriptError, apply
from bot.chat.sample import NOBODY, UnknownPatientError, header
from bot.chat.world import Code, World, blank

__all__ = ["NOBODY", "UnknownPatientError", "run_chat"]

BEGINS = datetime(2026, 5, 6, 10, 5, tzinfo=ZoneInfo("America/Los_Angeles"))
"""Some weeks after the visits of the sample."""
HELP = """Write as a patient would. A line that begins with / is something else that happens:
  /+ 25h   /staff> Hi Ana   /staff closes   /page> code 482913   /paid> 184.50   /notice> Ana   /quit
"""
PROMPT = "you> "


def run_chat(
    patient: str | None = None,
    language: str | None = None,
    *,
    lines: TextIO | None = None,
    out: TextIO | None = None,
    told: TextIO | None = None,
) -> None:
    """Talk on `told` until the input ends, then print what was said as a script, which stands alone on `out`."""
    given, told, out = lines or sys.stdin, told or sys.stderr, out or sys.stdout
    begins = f"clock: {BEGINS:%Y-%m-%d %H:%M} {BEGINS.tzinfo}"
    script = ["# A talk from paybot chat", begins, *header(patient or "ana", language, BEGINS)]
    world = blank(BEGINS)
    for fact in script[1:]:
        apply(world, fact)
    told.write(HELP)
    while (line := _read(given, told)) is not None:
        world = _take(world, line, script, told)
    out.write("\n".join(script) + "\n")


def _read(given: TextIO, told: TextIO) -> str | None:
    """The next line; None at the end of the input, on /quit or when interrupted."""
    if given.isatty():
        told.write(PROMPT)
        told.flush()
    try:
        line = given.readline()
    except KeyboardInterrupt:
        line = ""
    if not line and given.isatty():
        told.write("\n")
    # A script is read line by line: what would end a line there is a space here, as it is in a text.
    return None if not line or line.strip() == "/quit" else " ".join(line.splitlines()).rstrip()


def _take(world: World, line: str, script: list[str], told: TextIO) -> World:
    """One line. What cannot happen leaves the world as it was, and stays out of the script."""
    step = line[1:].strip() if line.startswith("/") else f"> {line}"
    before = deepcopy(world)
    try:
        did = perform(world, step)
    except (ScriptError, LookupError, ValueError, ArithmeticError) as error:
        told.write(f"     ({error})\n")
        return before
    told.writelines(f"bot> {said[2:]}\n" if said.startswith("<") else f"     ({said[2:]})\n" for said in did)
    told.writelines(_elsewhere(code, world.facts.channel) for code in world.codes[len(before.codes) :])
    script += [step, *did, *([f"= {world.talk.state}"] if world.talk.state != before.talk.state else [])]
    return world


def _elsewhere(code: Code, channel: str) -> str:
    """A code that is no line of this talk: whoever tries it must be able to read it."""
    if code.order.way == channel == "text":
        return ""
    return f"{'mail' if code.order.way == 'email' else 'text'}> Your code is {code.digits}. It works for 10 minutes.\n"
