"""Flows as tables. The only file that imports transitions.

A flow is a name, its states and a table of rows; it is built once per process into a `transitions.Machine` that has no
model, and is fired through `machine.events[row].trigger(turn)`. A machine or a model per message would cost
0.5 to 1.4 ms and leak (decision 8). Each row is an event of its own: asking the guards here costs a tenth of letting
the machine try one transition after the other. An event that no row answers changes nothing and says so.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from transitions import Event, Machine, MachineError

from conversations.turn import Proof, Turn

Guard = Callable[[Turn], bool]
Step = Callable[[Turn], None]
Place = tuple[str, str]
"""A trigger and the state it finds us in."""
Way = tuple[tuple[Guard, ...], str, Event]
"""One row from there: its guards, its name, and the event of the machine that walks it."""

START = "start"
"""Where a flow is entered from elsewhere."""
END = "end"
"""Where a talk is over: the engine goes back to rest (or to waiting for staff)."""
BACK = "back"
"""Where an aside is over: the talk goes on where it was, with its question still open."""
ANY = "*"
"""As a row's source: whatever the state, START included."""
STAY = "="
"""As a row's destination: the state we are in."""


@dataclass(frozen=True, slots=True)
class Row:
    """In `source`, on `trigger`, when all guards hold: take the steps, stand in `dest`. The first that fits wins."""

    trigger: str
    source: str | tuple[str, ...]
    dest: str
    when: tuple[Guard, ...] = ()
    do: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Keyword:
    """Words with which a patient asks for something at any time. The first phrase of a language is the one we teach."""

    trigger: str
    en: tuple[str, ...]
    es: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Says:
    """Hears exactly these words, in either language, as an answer to a waiting question."""

    en: tuple[str, ...]
    es: tuple[str, ...]

    def __post_init__(self) -> None:
        _are_phrases("an answer", self.en, self.es)

    def __call__(self, turn: Turn) -> bool:
        words = turn.heard.words if turn.heard else ""
        return words in self.en or words in self.es


@dataclass(frozen=True, slots=True)
class Answer:
    """What a waiting question takes for an answer, and the trigger it fires."""

    trigger: str
    hears: Guard
    to_pictures: bool = False
    """Also asked about reactions and lone emoji, which are no answer to anything else."""
    otherwise: bool = False
    """Asked last: takes what nothing else understands, such as details in somebody's own words."""


class _Walk(Event):
    """A row being walked: its steps, then its state.

    Machines of ours hang nothing else on their events; that the library looks and logs seven times for what there might
    be took a quarter of a turn.
    """

    def trigger(self, model: Any, *_: Any, **__: Any) -> bool:
        changes: Any = self.transitions.get(model.state)
        if not changes:
            raise MachineError(f"{self.name} does not start from {model.state}")
        for step in changes[0].before:
            step(model)
        model.state = changes[0].dest
        return True


class _Table(Machine):
    event_cls = _Walk


@dataclass(frozen=True, slots=True)
class Flow:
    """One capability of the bot. Private by default: the engine asks for proof before it lets anybody in."""

    name: str
    states: type[StrEnum] | None
    rows: tuple[Row, ...]
    keywords: tuple[Keyword, ...] = ()
    answers: Mapping[str, Sequence[Answer]] = field(default_factory=dict)
    events: Mapping[type, str] = field(default_factory=dict)
    needs: Proof = Proof.PERSON
    """The proof it takes on a phone of one person. On a phone that several people share it is always PERSON."""
    public: bool = False
    """Never gated, not even on a shared phone: only for flows that tell nothing about anybody."""
    machine: Machine = field(init=False, repr=False, compare=False)
    places: frozenset[str] = field(init=False, repr=False, compare=False)
    """Where a conversation may stand between two turns."""
    _ways: Mapping[Place, tuple[Way, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for keyword in self.keywords:
            _are_phrases(f"{self.name}.{keyword.trigger}", keyword.en, keyword.es)
        names: list[Any] = [START, END, BACK, *(s.value for s in self.states or ())]
        machine = _Table(
            model=None, states=names, initial=START, auto_transitions=False, send_event=False, name=self.name
        )
        ways: dict[Place, list[Way]] = {}
        for number, row in enumerate(self.rows):
            row_id, sources = self.row_id(number), names if row.source == ANY else _plain(_tuple(row.source))
            machine.add_transition(row_id, sources, _plain(row.dest), before=list(row.do))
            for state in sources:
                ways.setdefault((row.trigger, state), []).append((row.when, row_id, machine.events[row_id]))
        object.__setattr__(self, "machine", machine)
        object.__setattr__(self, "places", frozenset(s.value for s in self.states or ()))
        object.__setattr__(self, "_ways", {place: tuple(rows) for place, rows in ways.items()})

    def row_id(self, number: int) -> str:
        """How tests and outcomes call a row: `pay#3 asked`."""
        return f"{self.name}#{number} {self.rows[number].trigger}"

    def fire(self, turn: Turn, trigger: str) -> bool:
        """Walk the first row that fits. False, and nothing changed, when none does."""
        for when, row_id, event in self._ways.get((trigger, turn.state), ()):
            for guard in when:
                if not guard(turn):
                    break
            else:
                turn.walked.append(row_id)
                return bool(event.trigger(turn))
        return False


def _are_phrases(owner: str, en: object, es: object) -> None:
    """`en=("parking")` is one string, and its letters would be the phrases."""
    for language, phrases in (("en", en), ("es", es)):
        if isinstance(phrases, str):
            message = f"{owner}: {language} must be a tuple of phrases; a comma is missing"
            raise ValueError(message)  # noqa: TRY004  as every other fault of a table


def _plain(state: str | tuple[str, ...]) -> Any:
    """Values, not members: a state from a column is a plain string, and `transitions` looks members up by name."""
    return [str(s) for s in state] if isinstance(state, tuple) else str(state)


def _tuple(source: str | tuple[str, ...]) -> tuple[str, ...]:
    return source if isinstance(source, tuple) else (source,)
