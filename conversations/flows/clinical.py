"""A life in danger, an emergency or a question of care on the billing line: where to turn, and a person is called."""

from datetime import timedelta

from conversations.effects import Kind, OpenTask, PauseNotices, SetConsent
from conversations.machine import ANY, BACK, Flow, Row
from conversations.turn import Turn

QUIET = timedelta(hours=24)


def out_already(turn: Turn) -> bool:
    """After STOP we say nothing, not even this; a person is called all the same."""
    return turn.facts.blocked or turn.facts.consent == "revoked"


def answered_enough(turn: Turn) -> bool:
    """Two machines that answer each other end in silence, but nobody is kept from reading 911 or 988 once."""
    return turn.facts.answered_enough and turn.kept.last_answer.startswith("clinical/")


def held(turn: Turn) -> bool:
    """They may also want no more texts, said now or before: one answer asks that as well."""
    return _held_now(turn) or turn.facts.consent == "held"


def call_staff(turn: Turn) -> None:
    """Somebody should look at this now."""
    kind = "care_question" if turn.heard_as == "clinical.care_asked" else "emergency"
    turn.do(OpenTask(kind, _everybody(turn), turn.facts.office.reply_by(turn.now), urgent=True))


def hush(turn: Turn) -> None:
    """No word about money for a day."""
    turn.do(PauseNotices(_everybody(turn), turn.now + QUIET, "clinical"))


def point_to_911(turn: Turn) -> None:
    """The emergency number first."""
    turn.say("clinical/emergency", kind=_kind(turn))


def point_to_988(turn: Turn) -> None:
    """Somebody who listens, by call or text, before anything else."""
    turn.say("clinical/crisis", kind=_kind(turn))


def point_to_office(turn: Turn) -> None:
    """The office first, 911 all the same: we cannot judge how bad it is."""
    turn.say("clinical/care", kind=_kind(turn))


def point_and_ask(turn: Turn) -> None:
    """Where to turn, and the one question about texts."""
    if not _held_now(turn):
        turn.do(SetConsent("held", turn.facts.channel, turn.message.text if turn.message else "", "words"))
    plan = any(p.has_plan for p in turn.facts.people)
    crisis = turn.heard_as == "clinical.crisis"
    turn.say("clinical/care_and_texts", kind=Kind.OPT_OUT, plan=plan, crisis=crisis)


def stay_silent(turn: Turn) -> None:
    """Staff know."""
    turn.skip("opted_out" if out_already(turn) else "answered_enough")


def _kind(turn: Turn) -> Kind:
    # Beside an opt-out this is the one message that may still follow it.
    return Kind.OPT_OUT if any(isinstance(e, SetConsent) for e in turn.effects) else Kind.REPLY


def _held_now(turn: Turn) -> bool:
    return any(isinstance(e, SetConsent) and e.status == "held" for e in turn.effects)


def _everybody(turn: Turn) -> tuple[int, ...]:
    return turn.chosen_ids or tuple(p.id for p in turn.facts.people)


flow = Flow(
    name="clinical",
    states=None,
    public=True,
    rows=(
        Row("crisis", ANY, BACK, when=(out_already,), do=(call_staff, stay_silent)),
        Row("crisis", ANY, BACK, when=(answered_enough,), do=(call_staff, stay_silent)),
        Row("crisis", ANY, BACK, when=(held,), do=(call_staff, hush, point_and_ask)),
        Row("crisis", ANY, BACK, do=(call_staff, hush, point_to_988)),
        Row("emergency", ANY, BACK, when=(out_already,), do=(call_staff, stay_silent)),
        Row("emergency", ANY, BACK, when=(answered_enough,), do=(call_staff, stay_silent)),
        Row("emergency", ANY, BACK, when=(held,), do=(call_staff, hush, point_and_ask)),
        Row("emergency", ANY, BACK, do=(call_staff, hush, point_to_911)),
        Row("care_asked", ANY, BACK, when=(out_already,), do=(call_staff, stay_silent)),
        Row("care_asked", ANY, BACK, when=(answered_enough,), do=(call_staff, stay_silent)),
        Row("care_asked", ANY, BACK, when=(held,), do=(call_staff, hush, point_and_ask)),
        Row("care_asked", ANY, BACK, do=(call_staff, hush, point_to_office)),
    ),
)
