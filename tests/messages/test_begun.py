"""Who gets a text out of the blue reads first whom it is from: held against all that the scripts hear us say."""

from functools import cache

import pytest

from bot.chat.world import World
from bot.rendering import Renderer, limits
from bot.rendering.limits import CODE, HOST, LINK, PRACTICE
from conversations.effects import Kind, Say, SendCode
from conversations.events import CodeAcceptedOnPage, Event, MessageReceived
from tests.conversations.script import Script, every_script

GOES_ON = frozenset(
    {
        "approval/ended", "card/digits_erased", "identity/code_after_mail", "identity/code_sent_for",
        "identity/on_page", "identity/too_many", "staff/handed_back", "staff/words",
    }
)  # fmt: skip
"""Nobody wrote just then, but they did a moment before: the next words of a talk."""
TOLD_INSIDE = frozenset({"charge/paid", "charge/plan_paid"})
""""Paid $40.00 to Harbor Family Med"."""
CONFIRMED = frozenset({"consent/stopped", "consent/stopped_both", "unknown/told"})
"""Answers, but the last for good, or the only one."""


@cache
def begun() -> frozenset[str]:
    """What is said by itself: when nobody wrote, or of a kind that may come without a talk. Scripts walk every row."""
    found: set[str] = set()
    happen = World.happen

    def listening(world: World, event: Event) -> list[str]:
        lines = happen(world, event)
        for effect in world.last.effects if world.last else ():
            if isinstance(effect, SendCode) or (isinstance(effect, Say) and by_itself(effect, event)):
                found.add(effect.message)
        return lines

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(World, "happen", listening)
        for path in every_script():
            Script.read(path).play()
    return frozenset(found)


def by_itself(said: Say, event: Event) -> bool:
    # A code that is typed into our page is an answer as well: the talk goes on with what they had asked.
    return not isinstance(event, MessageReceived | CodeAcceptedOnPage) or said.kind not in {Kind.REPLY, Kind.OPT_OUT}


def test_what_we_begin_names_the_practice_first() -> None:
    assert {"notice/new", "identity/code", "plan_news/coming", "charge/paid"} <= begun()
    nameless = [
        text for text in texts((begun() | CONFIRMED) - GOES_ON - TOLD_INSIDE) if not text.startswith(PRACTICE.text_name)
    ]
    assert not nameless, "these are begun by us, and do not say first by whom"


def test_a_receipt_names_it_in_its_sentence() -> None:
    assert all(PRACTICE.text_name in text for text in texts(TOLD_INSIDE))


def test_no_exception_has_outlived_its_message() -> None:
    assert begun() >= GOES_ON | TOLD_INSIDE


def texts(messages: frozenset[str]) -> list[str]:
    """With the longest values, in every language."""
    return [
        Renderer().text(message, language, given, PRACTICE, link=LINK, code=CODE, host=HOST)
        for message in sorted(messages)
        for language in limits.LANGUAGES
        for given in limits.variants(message, language, "sms.txt")
    ]
