"""The only way in: advance(conversation, event, facts) -> Outcome. Pure: values in, values out."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from conversations.effects import Effect, Say, SetLanguage, Skip
from conversations.events import Event, MessageReceived, WaitEnded
from conversations.flows import FLOWS
from conversations.hearing import Grave, OptOut, Reserved, hear
from conversations.hearing.phrasebook import Phrasebook
from conversations.machine import END, START, Flow
from conversations.turn import READY, Conversation, Facts, Outcome, Owner, Proof, Result, Turn

Way = tuple[str, str]
"""A flow and the trigger to fire in it."""

ANSWERS_IN_TEN_MINUTES = 10
ANSWERS_A_DAY = 50
"""Bounds on automatic answers to one address, so that two robots end in silence (RULES 2.23)."""
RECENTLY = timedelta(days=7)
LONGEST_CHAIN = 8


def _phrasebook(flows: Mapping[str, Flow]) -> Phrasebook:
    return Phrasebook(
        {f"{flow.name}.{k.trigger}": {"en": k.en, "es": k.es} for flow in flows.values() for k in flow.keywords}
    )


PHRASES = _phrasebook(FLOWS)
EVENTS: Mapping[type, Way] = {event: (f.name, trigger) for f in FLOWS.values() for event, trigger in f.events.items()}


def advance(conversation: Conversation, event: Event, facts: Facts) -> Outcome:
    """What to do about `event`: the new conversation and the effects. Never raises for any text a person can send."""
    plan = any(p.has_plan for p in facts.people)
    heard = hear(event.text, plan=plan) if isinstance(event, MessageReceived) else None
    turn = Turn.begin(conversation, event, facts, heard)
    if isinstance(event, MessageReceived):
        _adopt_language(turn)
        _hear(turn)
    else:
        _happen(turn)
    return _finish(turn)


# The order of hearing (DESIGN, "The core")


def _from_robot(turn: Turn) -> Way | None:
    """Automatic mail and reactions are recorded, never answered."""
    if turn.message and turn.message.from_machine:
        return "idle", "machine_wrote"
    return ("idle", "reacted") if turn.heard and turn.heard.reaction else None


def _reserved_word(turn: Turn) -> Way | None:
    """Exactly STOP, START or HELP, whatever the question was. YES is START only while opted out (RULES 1.9)."""
    assert turn.heard
    if turn.heard.yes_exact and turn.facts.consent == "revoked":
        return "consent", "start"
    match turn.heard.reserved:
        case Reserved.STOP:
            return "consent", "stop"
        case Reserved.START:
            return "consent", "start"
        case Reserved.HELP:
            return "consent", "help"
    return None


def _grave(turn: Turn) -> Way | None:
    """Death, emergency, wrong number. An opt-out in the same breath is kept as well; the graver one is answered."""
    assert turn.heard
    ways: Mapping[Grave, Way] = {
        Grave.DEATH: ("bereavement", "reported"),
        Grave.EMERGENCY: ("clinical", "emergency"),
        Grave.CLINICAL: ("clinical", "care_asked"),
        Grave.WRONG_NUMBER: ("wrong_number", "said"),
    }
    if turn.heard.grave is None:
        return None
    if turn.heard.opt_out in (OptOut.REVOKED, OptOut.HELD):
        _go(turn, ("consent", "stop_beside"))
    return ways[turn.heard.grave]


def _opt_out_words(turn: Turn) -> Way | None:
    """Opt-out in other words than the exact ones; unsure means held until one question is answered."""
    assert turn.heard
    ways: Mapping[OptOut, Way] = {OptOut.REVOKED: ("consent", "stop"), OptOut.HELD: ("consent", "unsure")}
    return ways.get(turn.heard.opt_out) if turn.heard.opt_out else None


def _silenced(turn: Turn) -> Way | None:
    """Opted out, held or blocked: nothing more is answered, except what lifts it."""
    if turn.facts.blocked:
        return "idle", "wrote_while_blocked"
    if turn.facts.people and all(p.deceased for p in turn.facts.people):
        return "bereavement", "wrote_after"
    if turn.facts.consent == "revoked":
        return "consent", "wrote_while_out"
    if turn.facts.consent == "held":
        return _answer(turn) or ("consent", "wrote_while_held")
    return None


def _stranger(turn: Turn) -> Way | None:
    """An address that is on nobody's file."""
    return None if turn.facts.people else ("unknown", "wrote")


def _card(turn: Turn) -> Way | None:
    """A card number, a piece of one, or a photo, which may show one. The digits are gone already."""
    assert turn.message
    if turn.message.cards_removed:
        return "card", "sent"
    if turn.message.media:
        return "card", "photo_sent"
    # "My account is [10 digits removed], what do I owe" is a question, not a piece of a card.
    asks = turn.heard and PHRASES.find(turn.heard.words)
    return ("card", "piece_sent") if turn.message.digits_removed and not asks else None


def _staff_thread(turn: Turn) -> Way | None:
    """A person from the practice owns the thread: the bot stays out of it."""
    return ("staff", "wrote") if turn.kept.owner is Owner.STAFF else None


def _too_many(turn: Turn) -> Way | None:
    """Somebody, most likely a robot, has had enough automatic answers."""
    many = turn.facts.answers_lately >= ANSWERS_IN_TEN_MINUTES or turn.facts.answers_today >= ANSWERS_A_DAY
    return ("idle", "wrote_too_often") if many else None


def _answer(turn: Turn) -> Way | None:
    """What the waiting question declares as an answer."""
    name, _, state = turn.kept.state.partition(".")
    answers = FLOWS[name].answers.get(state, ()) if name in FLOWS else ()
    return next(((name, answer.trigger) for answer in answers if answer.hears(turn)), None)


def _keyword(turn: Turn) -> Way | None:
    """A keyword of some flow. An unsure one (a typo) is asked back, never guessed."""
    assert turn.heard
    match = PHRASES.find(turn.heard.words)
    if match is None:
        return None
    if match.language != turn.kept.language and match.sure:
        _speak(turn, match.language)
    flow, _, trigger = match.topic.partition(".")
    if match.sure:
        _new_talk(turn)
        return flow, trigger
    word = next(k for k in FLOWS[flow].keywords if k.trigger == trigger)
    turn.remember("meant", (word.es if turn.kept.language == "es" else word.en)[0].upper())
    return "idle", "half_understood"


def _not_understood(turn: Turn) -> Way:
    """Nothing fits. Words about stopping that are not about texts go to a person at once."""
    assert turn.heard
    if turn.heard.opt_out is OptOut.NOT_TEXTS:
        return "staff", "needed"
    return "idle", "not_understood"


ORDER: tuple[Callable[[Turn], Way | None], ...] = (
    _from_robot,
    _reserved_word,
    _grave,
    _opt_out_words,
    _silenced,
    _stranger,
    _card,
    _staff_thread,
    _too_many,
    _answer,
    _keyword,
    _not_understood,
)


def _hear(turn: Turn) -> None:
    way = next(way for listen in ORDER if (way := listen(turn)))
    turn.heard_as = ".".join(way)
    if way[1] not in ("not_understood", "reacted", "machine_wrote"):
        turn.kept.misses = 0
    before = turn.kept.state, turn.kept.entered_turn, dict(turn.kept.memory)
    _go(turn, way)
    if turn.aside:
        turn.kept.state, turn.kept.entered_turn, turn.kept.memory = before


def _happen(turn: Turn) -> None:
    """Something other than a message. A talk that it interrupts goes on where it was."""
    event = turn.event
    turn.heard_as = type(event).__name__
    if isinstance(event, WaitEnded):
        if (event.state, event.entered_turn) != (turn.kept.state, turn.kept.entered_turn):
            return turn.skip("late timer")
        return _go(turn, (turn.kept.state.partition(".")[0], event.reason))
    state, entered, memory = turn.kept.state, turn.kept.entered_turn, dict(turn.kept.memory)
    way = EVENTS[type(event)]
    _go(turn, way)
    if turn.state == END and state.partition(".")[0] != way[0] and state != READY:
        turn.kept.state, turn.kept.entered_turn, turn.kept.memory = state, entered, memory
    return None


# Walking


def _go(turn: Turn, way: Way) -> None:
    """Walk the rows from `way` on, through every flow that a step enters, then come to rest."""
    for _ in range(LONGEST_CHAIN):
        name, trigger = _gate(turn, *way)
        flow = FLOWS[name]
        here, _, state = turn.kept.state.partition(".")
        turn.state, turn.next = (state if here == name else START), None
        if not flow.fire(turn, trigger):
            raise LookupError(f"no row of {name} answers {trigger} in {turn.state}")
        _stand(turn, f"{name}.{turn.state}")
        if turn.next is None:
            break
        way = turn.next
    if turn.state == END:
        _new_talk(turn)
        _stand(turn, "staff.waiting" if turn.kept.owner is Owner.WAITING else READY)


def _stand(turn: Turn, state: str) -> None:
    if turn.kept.state != state:
        turn.kept.state, turn.kept.entered_turn = state, turn.kept.turn


def _gate(turn: Turn, name: str, trigger: str) -> Way:
    """Proof before facts: where this flow needs it, ask whom it is about and for a code, and come back after."""
    flow = FLOWS[name]
    if flow.public:
        return name, trigger
    _pick_whom(turn)
    shared = len(turn.facts.people) > 1
    need = Proof.PERSON if shared else flow.needs
    turn.remember("need", int(need))
    if not turn.chosen:
        return _ask_first(turn, (name, trigger), ("whom", "needed"))
    if all(p.guarantor_elsewhere for p in turn.chosen) and turn.facts.policy.notices_to_minors == "guarantor":
        return "guarantor", "minor_asked"
    if need and not turn.proved(need):
        return _ask_first(turn, (name, trigger), ("identity", "needed"))
    return name, trigger


def _pick_whom(turn: Turn) -> None:
    """On a shared phone where only one of the people was texted in the last week, the talk is about that one."""
    if turn.chosen or len(turn.facts.people) < 2:
        return
    lately = [p.id for p in turn.facts.people if p.noticed_at and turn.now - p.noticed_at <= RECENTLY]
    if len(lately) == 1:
        turn.remember("people", [lately[0]])


def _ask_first(turn: Turn, wanted: Way, question: Way) -> Way:
    turn.remember("after", list(wanted))
    if turn.amount_cents is not None:
        turn.remember("asked_cents", turn.amount_cents)
    elif turn.amount_unreadable:
        turn.remember("asked_cents", "unreadable")
    return question


def _new_talk(turn: Turn) -> None:
    """Forget what the last talk was about, but not whom, as long as that is proved."""
    kept = turn.kept.memory.get("people") if turn.kept.proof else None
    turn.kept.memory = {"people": kept} if kept else {}


def _adopt_language(turn: Turn) -> None:
    """Answer in the language we are spoken to in, where the practice has it."""
    assert turn.heard
    if turn.heard.language:
        _speak(turn, turn.heard.language)


def _speak(turn: Turn, language: str) -> None:
    if language != turn.kept.language and language in turn.facts.languages:
        turn.kept.language = language
        turn.do(SetLanguage(tuple(p.id for p in turn.facts.people), language))


def _finish(turn: Turn) -> Outcome:
    effects: tuple[Effect, ...] = tuple(turn.effects)
    result = Result.ANSWERED if any(isinstance(e, Say) for e in effects) else Result.SILENT
    if turn.kept.owner is not Owner.BOT and result is Result.SILENT:
        result = Result.STAFF
    reason = next((e.reason for e in effects if isinstance(e, Skip)), "")
    return Outcome(turn.kept, effects, result, turn.heard_as, reason, tuple(turn.walked))
