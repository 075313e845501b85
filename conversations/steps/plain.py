"""The steps that nearly every flow has: words that need nothing, and silence."""

from conversations.machine import Step


def say(message: str) -> Step:
    """Words that need no values, by the name of their file."""
    return lambda turn: turn.say(message)


def skip(reason: str) -> Step:
    """No words, on purpose."""
    return lambda turn: turn.skip(reason)
