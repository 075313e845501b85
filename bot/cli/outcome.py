"""How a command ends, and the two voices it has: what it made on stdout, words on stderr."""

import sys

WORKED, FAILED, WRONG_USAGE = 0, 1, 2


class CommandFailedError(Exception):
    """The command could not do it; the message is what the person reads."""


class WrongUsageError(Exception):
    """The command was asked for something that makes no sense; the message is what the person reads."""


def say(words: str) -> None:
    """Words for the person, never for another program."""
    print(words, file=sys.stderr, flush=True)


def give(result: str) -> None:
    """What was made, alone on stdout."""
    print(result, flush=True)
