"""The only way in: advance(conversation, event, facts) -> Outcome. Pure: values in, values out."""

from collections.abc import Mapping
from datetime import timedelta

from conversations.checks import check
from conversations.effects import Effect, Kind, RedactAtProvider, Say, SendCode, SetConsent, Skip
from conversations.events import CodeAskedOnPage, Event, MessageReceived, WaitEnded
from conversations.flows import FLOWS
from conversations.hearing import Heard
from conversations.hearing.codes import holds_code
from conversations.machine import BACK, END, START
from conversations.order import GRAVE, beside, way_of
from conversations.repeats import repeats
from conversations.speaking import adopt_language
from conversations.steps.names import with_me
from conversations.steps.ways_to_pay import Way
from conversations.turn import READY, Conversation, Facts, Outcome, Owner, Proof, Result, Turn, Verdict
from conversations.usual import hear_all

RECENTLY = timedelta(days=7)
LONGEST_CHAIN = 8
LONGEST_WISH = 320
"""Whoever needs more words than that is asked again."""
WAITING = "staff.waiting"
REST: Mapping[Owner, str] = {Owner.BOT: READY, Owner.WAITING: WAITING, Owner.STAFF: "staff.talking"}
STRANGER = "unknown.told"
OFFER = "approval.offered"
ALWAYS_SAID = (Kind.OPT_OUT, Kind.OPT_IN, Kind.HELP)
"""All that may still be said to those who opted out."""
NO_MISS = ("not_understood", "reacted", "machine_wrote", "thanked", "unproven")

check(FLOWS)
PLACES = frozenset(f"{flow.name}.{place}" for flow in FLOWS.values() for place in flow.places)
"""Where a conversation may stand between two turns."""
EVENTS: Mapping[type, Way] = {event: (f.name, trigger) for f in FLOWS.values() for event, trigger in f.events.items()}


def advance(conversation: Conversation, event: Event, facts: Facts) -> Outcome:
    """What to do about `event`: the new conversation and the effects. Never raises for any text a person can send."""
    turn = Turn.begin(conversation, event, facts, _heard(event, facts))
    _come_home(turn)
    if turn.heard:
        adopt_language(turn)
        _hear(turn)
    else:
        _happen(turn)
    return _finish(turn)


def _heard(event: Event, facts: Facts) -> Heard | None:
    if not isinstance(event, MessageReceived):
        return None
    people = facts.people
    plan = any([p.plan is not None for p in people])
    return hear_all(event.text, plan=plan, names=[p.first_name for p in people])


def _come_home(turn: Turn) -> None:
    """A state that an earlier version knew and this one does not: the talk begins anew."""
    if turn.kept.state not in PLACES:
        turn.kept.memory = {}
        _stand(turn, REST[turn.kept.owner])


def _hear(turn: Turn) -> None:
    way, fresh = way_of(turn)
    turn.heard_as = ".".join(way)
    if way[1] not in NO_MISS:
        turn.kept.misses = 0
    if opt_out := beside(turn):
        _go(turn, opt_out)
    if turn.kept.state == OFFER and way in GRAVE.values():  # nothing is charged on an offer made before
        _go(turn, ("approval", "overtaken"))
    _go(turn, way, fresh=fresh)
    if repeats(turn):
        turn.effects.clear()
        _go(turn, ("staff", "needed"))
    _forget_code(turn)


def _forget_code(turn: Turn) -> None:
    """Six digits are a code of ours, or may be a piece of a card: whoever carried them here keeps neither."""
    carried = turn.message and turn.facts.channel == "text" and holds_code(turn.message.text)
    if carried and not any(isinstance(effect, RedactAtProvider) for effect in turn.effects):
        ours = turn.facts.codes.verdict not in (None, Verdict.NONE_OPEN)
        turn.do(RedactAtProvider("code" if ours else "card"))


def _happen(turn: Turn) -> None:
    """Something other than a message. A talk that it interrupts goes on where it was."""
    event, state = turn.event, turn.kept.state
    turn.heard_as = type(event).__name__
    if isinstance(event, WaitEnded):
        if event.state == WAITING and event.entered_turn == turn.kept.asked_turn and turn.kept.owner is Owner.WAITING:
            return _go(turn, ("staff", event.reason))
        name = state.partition(".")[0]
        known = any(row.trigger == event.reason for row in FLOWS[name].rows)
        if not known or (event.state, event.entered_turn) != (state, turn.kept.entered_turn):
            return turn.skip("late_timer")
        return _go(turn, (name, event.reason))
    way = EVENTS[type(event)]
    interrupted = state.partition(".")[0] != way[0] and state != READY
    return _go(turn, way, resume=interrupted)


# Walking


def _go(turn: Turn, way: Way, *, fresh: bool = False, resume: bool = False) -> None:
    """Walk the rows from `way` on, through every flow that a step enters, then come to rest.

    A `fresh` talk begins without what the last one remembered. With `resume` a talk that ends gives way to the one that
    stood here before, as an aside always does.
    """
    was = (turn.kept.state, turn.kept.entered_turn, dict(turn.kept.memory))
    if fresh:
        _new_talk(turn)
    following: Way | None = way
    for _ in range(LONGEST_CHAIN):
        if following is None:
            break
        following = _step(turn, *following)
    if turn.state == BACK or (turn.state == END and resume):
        turn.kept.state, turn.kept.entered_turn, turn.kept.memory = was
    elif turn.state == END:
        _new_talk(turn)
        _stand(turn, STRANGER if was[0] == STRANGER and not turn.facts.people else REST[turn.kept.owner])


def _step(turn: Turn, name: str, trigger: str) -> Way | None:
    """One row of one flow, and where it wants to go on."""
    name, trigger = _gate(turn, name, trigger)
    turn.state, turn.next = _where(turn, name), None
    if not FLOWS[name].fire(turn, trigger):
        raise LookupError(f"no row of {name} answers {trigger} in {turn.state}")
    _stand(turn, f"{name}.{turn.state}")
    return turn.next


def _where(turn: Turn, name: str) -> str:
    """The state of that flow: where it stands, where it was left for a code, or its start."""
    here, _, state = turn.kept.state.partition(".")
    if here == name and state not in (END, BACK):
        return state
    there, _, state = str(turn.recall("left") or "").partition(".")
    if there != name:
        return START
    turn.forget("left")
    return state


def _stand(turn: Turn, state: str) -> None:
    if turn.kept.state != state:
        turn.kept.state, turn.kept.entered_turn = state, turn.kept.turn


def _gate(turn: Turn, name: str, trigger: str) -> Way:
    """Proof before facts: where this flow needs it, ask whom it is about and for a code, and come back after."""
    flow = FLOWS[name]
    if flow.public:
        return name, trigger
    _pick_whom(turn)
    need = Proof.PERSON if turn.facts.shared else flow.needs
    turn.remember("need", int(need))
    if not turn.chosen:
        return _ask_first(turn, (name, trigger), ("whom", "needed"))
    if turn.bills_go_elsewhere:
        return "guarantor", "minor_asked"
    if need and not turn.proved(need):
        return _ask_first(turn, (name, trigger), ("identity", "needed"))
    return name, trigger


def _pick_whom(turn: Turn) -> None:
    """On a shared phone: whom they name; else, where only one of the people was texted in the last week, that one."""
    if not turn.facts.shared:
        return
    named = turn.named
    ids, chosen = {p.id for p in named}, set(turn.chosen_ids)
    beside_me = bool(named) and with_me(turn.said.words)
    if len(named) == 1 and not beside_me:  # perhaps one of several whom the talk is about
        turn.remember("people", [named[0].id])
        return
    if named and not (ids <= chosen and len(chosen) >= len(ids) + beside_me):
        turn.forget("people")  # never what one of them owes as an answer about another
        return
    if turn.chosen:
        return
    living = [p for p in turn.facts.people if not p.deceased]
    lately = [p for p in living if p.noticed_at and turn.now - p.noticed_at <= RECENTLY]
    if len(lately) == 1 or len(living) == 1:
        turn.remember("people", [(lately or living)[0].id])


def _ask_first(turn: Turn, wanted: Way, question: Way) -> Way:
    turn.remember("after", list(wanted))
    if turn.kept.state.startswith(f"{wanted[0]}."):
        turn.remember("left", turn.kept.state)
    if turn.amount_cents is not None:
        turn.remember("asked_cents", turn.amount_cents)
    elif turn.amount_unreadable:
        turn.remember("asked_cents", "unreadable")
    if turn.wish:
        turn.remember("asked_text", turn.wish[:LONGEST_WISH])
    return question


def _new_talk(turn: Turn) -> None:
    """Forget what the last talk was about, but not whom, as long as that is proved."""
    kept = turn.kept.memory.get("people") if turn.kept.proof else None
    turn.kept.memory = {"people": kept} if kept else {}


# Coming to an end


def _finish(turn: Turn) -> Outcome:
    effects = _hushed(turn)
    here = turn.facts.channel
    told, skipped = False, ""
    for effect in effects:
        if isinstance(effect, Say) or (isinstance(effect, SendCode) and effect.way == here):
            told = True
        elif isinstance(effect, Skip):
            skipped = skipped or effect.reason
    silent = Result.SILENT if turn.kept.owner is Owner.BOT else Result.STAFF
    result = Result.ANSWERED if told else silent
    return Outcome(turn.kept, effects, result, turn.heard_as, skipped, tuple(turn.walked))


def _hushed(turn: Turn) -> tuple[Effect, ...]:
    """After STOP, and while a hold lasts: the one confirmation, answers to HELP and START, nothing else."""
    if turn.message and turn.message.silence_asked:
        return _without_words(turn)
    out = turn.facts.blocked or turn.facts.consent in ("revoked", "held")
    if not out or any(isinstance(e, SetConsent) and e.status in ("none", "granted") for e in turn.effects):
        return tuple(turn.effects)
    kept = tuple(e for e in turn.effects if not _tells(turn, e))
    return kept if len(kept) == len(turn.effects) else (*kept, Skip("opted_out"))


def _without_words(turn: Turn) -> tuple[Effect, ...]:
    """All that is done, nothing that is said here."""
    kept = tuple(e for e in turn.effects if not isinstance(e, Say) and not _tells(turn, e))
    return kept if len(kept) == len(turn.effects) else (*kept, Skip("silence_asked"))


def _tells(turn: Turn, effect: Effect) -> bool:
    if isinstance(effect, SendCode):
        # By mail a code that was asked for on our page still comes to who wants no more notices.
        asked = isinstance(turn.event, CodeAskedOnPage) and turn.facts.channel == "email" and not turn.facts.blocked
        return effect.way == turn.facts.channel and not asked
    return isinstance(effect, Say) and effect.kind not in ALWAYS_SAID
