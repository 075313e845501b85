"""Keywords: which flow a message asks for by a word of it, at any time."""

from collections.abc import Mapping

from conversations.flows import FLOWS
from conversations.flows.charged_twice_words import SUM_TWICE
from conversations.hearing import Amount, offered
from conversations.hearing.phrasebook import Phrasebook
from conversations.machine import Flow
from conversations.speaking import speak
from conversations.steps.ways_to_pay import MOVE, PAY, Way, how_they_would_pay
from conversations.turn import Turn

OTHERS = frozenset({"other", "others", "another", "switch", "otro", "otra", "otros", "cambiar"})


def phrasebook(flows: Mapping[str, Flow]) -> Phrasebook:
    """Every keyword of every flow; one that two flows own, or that is reserved, stops the start."""
    return Phrasebook(
        {f"{flow.name}.{k.trigger}": {"en": k.en, "es": k.es} for flow in flows.values() for k in flow.keywords}
    )


PHRASES = phrasebook(FLOWS)


def keyword(turn: Turn) -> Way | None:
    """A keyword of some flow. An unsure one (a typo) is asked back, never guessed."""
    match = PHRASES.find(turn.said.words)
    if match is None:
        return ("charged_twice", "asked") if SUM_TWICE.search(turn.said.words) else None
    flow, _, trigger = match.topic.partition(".")
    if match.sure and (flow, trigger) == PAY:
        flow, trigger = how_they_would_pay(turn)
    elif flow == "balance" and isinstance(turn.said.amount, Amount) and offered(turn.said.words, turn.said.raw):
        flow, trigger = PAY  # "put 70 on my bill"
    if (flow, trigger) == MOVE and turn.said.words in OTHERS and not _has_day(turn):
        return None  # on a shared phone: another person
    if match.sure:
        if match.language and not turn.said.asked_language and turn.said.language in (None, match.language):
            speak(turn, match.language)
        return flow, trigger
    word = next(k for k in FLOWS[flow].keywords if k.trigger == trigger)
    turn.remember("meant", [flow, trigger, (word.es if turn.kept.language == "es" else word.en)[0].upper()])
    return "idle", "half_understood"


def _has_day(turn: Turn) -> bool:
    """Does somebody here have an installment or a promise that has a day?"""
    return not turn.facts.shared or any(p.plan or p.promises for p in turn.facts.people)
