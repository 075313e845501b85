"""What is wrong with the tables of the flows stops the start, not a patient's message."""

from collections.abc import Iterator, Mapping
from typing import Any

from conversations.hearing import RESERVED_WORDS, normalise
from conversations.machine import ANY, BACK, END, START, STAY, Flow, Says


def check(flows: Mapping[str, Flow]) -> None:
    """Raise ValueError naming every fault."""
    faults = [
        fault for flow in flows.values() for fault in (*_strange_states(flow), *_dead_ends(flow), *_reserved(flow))
    ]
    events = [event for flow in flows.values() for event in flow.events]
    faults += [f"{event.__name__} is taken by more than one flow" for event in set(events) if events.count(event) > 1]
    if faults:
        raise ValueError("; ".join(faults))


def _strange_states(flow: Flow) -> Iterator[str]:
    known = {ANY, START, END, BACK, STAY, *(s.value for s in flow.states or ())}
    for number, row in enumerate(flow.rows):
        for state in (*sources(row.source, ()), row.dest):
            if state not in known:
                yield f"{flow.row_id(number)} names {state!r}, which is no state of {flow.name}"


def _dead_ends(flow: Flow) -> Iterator[str]:
    states = [s.value for s in flow.states or ()]
    for trigger in (*(k.trigger for k in flow.keywords), *flow.events.values()):
        for state in (START, *states):
            if not _covered(flow, trigger, state):
                yield f"no row of {flow.name} answers {trigger} in {state}"
    for state, answers in flow.answers.items():
        if state not in states:
            yield f"{flow.name} hears answers in {state}, which is no state of it"
        for answer in answers:
            if not _covered(flow, answer.trigger, state):
                yield f"no row of {flow.name} answers {answer.trigger} in {state}"


def _covered(flow: Flow, trigger: str, state: str) -> bool:
    return any(row.trigger == trigger and state in sources(row.source, (START, state)) for row in flow.rows)


def sources(source: str | tuple[str, ...], every: tuple[str, ...]) -> tuple[str, ...]:
    """The states that a row starts from."""
    return every if source == ANY else (source,) if isinstance(source, str) else source


def _reserved(flow: Flow) -> Iterator[str]:
    heard: list[Any] = [answer.hears for answers in flow.answers.values() for answer in answers]
    for says in heard:
        for phrase in (*says.en, *says.es) if isinstance(says, Says) else ():
            if phrase.upper() in RESERVED_WORDS:
                yield f"{flow.name} may not take the reserved word {phrase!r} for an answer"
            if phrase != normalise(phrase):
                yield f"{flow.name} would never hear {phrase!r}: heard words look like {normalise(phrase)!r}"
