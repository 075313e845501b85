"""The dialogues that can be played. Each step says what it expects, so that the demo is a test as well."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.demo.scenes.family import family
from bot.demo.scenes.happy_path import happy_path
from bot.demo.scenes.in_words import spanish, stop
from bot.demo.scenes.plan import plan
from bot.demo.scenes.saved_card import saved_card
from bot.demo.stage import Stage
from bot.demo.telling import Teller


@dataclass(frozen=True, slots=True)
class Scene:
    """One dialogue."""

    title: str
    play: Callable[[Stage, Teller], Awaitable[None]]


SCENES = {
    "happy-path": Scene("From the notice to the receipt", happy_path),
    "plan": Scene("A payment plan, from the first word to the first installment", plan),
    "saved-card": Scene("A card is saved, and pays by a reply", saved_card),
    "family": Scene("One phone, three people", family),
    "spanish": Scene("In Spanish", spanish),
    "stop": Scene("STOP, and START again", stop),
}
MAIN_JOB = ("happy-path", "saved-card", "plan")
"""What is played when no scene is asked for. The plan comes last: it moves the clock on by days."""
