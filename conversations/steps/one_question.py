"""The one question about what should stop: until it is answered nothing is sent, and silence means no more texts."""

from datetime import timedelta

from conversations.effects import DropQueued, KeepPromise, Kind, SetConsent, VoidCodes, WakeAt
from conversations.hearing import normalise
from conversations.hearing.calling_off import reminders_called_off, writing_named
from conversations.steps.ending_texts import ask_staff, disprove, has_plan, wording
from conversations.steps.holding_plans import hold_plans
from conversations.turn import Owner, Turn

SILENCE = timedelta(hours=24)


def about_reminder(turn: Turn) -> bool:
    """They have promised to pay on a day, and would end the reminder: of that day, or all that we write?"""
    promised = any(p.promises for p in turn.facts.people)
    return promised and turn.heard is not None and reminders_called_off(turn.heard.words)


def still_unclear(turn: Turn) -> bool:
    """No request; or what they wrote first named our texts: only one of the two answers says that they meant others."""
    named = writing_named(normalise(str(turn.recall("said") or ""))) or turn.recall("reminder") is True
    return named or turn.recall("wanted") is None


def asked_again(turn: Turn) -> bool:
    """Once is enough."""
    return turn.recall("asked_again") is True


def hold(turn: Turn) -> None:
    """Nothing more is sent until the question is answered."""
    turn.remember("before", turn.facts.consent)
    turn.remember("said", wording(turn))
    turn.do(SetConsent("held", turn.facts.channel, wording(turn), "words"))
    turn.do(VoidCodes())
    turn.do(DropQueued("held"))
    disprove(turn)


def wait_for_answer(turn: Turn) -> None:
    """Silence means no more texts."""
    turn.do(WakeAt(turn.now + SILENCE, "silence"))


def ask_what(turn: Turn) -> None:
    """The one clarifying question."""
    turn.say("consent/texts_or_plan" if has_plan(turn) else "consent/texts_or_bill", kind=Kind.OPT_OUT)


def ask_about_reminder(turn: Turn) -> None:
    """The same, where a reminder that they asked for may be all that they mean."""
    turn.remember("reminder", True)
    turn.say("consent/texts_or_reminder", kind=Kind.OPT_OUT)


def ask_again(turn: Turn) -> None:
    """Who we are, whom to call, and the question that is still open: no other word works until it is answered."""
    turn.remember("asked_again", True)
    reminder = turn.recall("reminder") is True
    turn.say("consent/help_held", kind=Kind.HELP, plan=has_plan(turn), reminder=reminder)


def lift(turn: Turn) -> None:
    """They did not mean texts: back to what was before the question."""
    never = turn.recall("before") == "none"
    turn.do(SetConsent("none" if never else "granted", turn.facts.channel, wording(turn), "words"))


def hand_plan_to_staff(turn: Turn) -> None:
    """Their plan pauses, and a person decides how it goes on, by a date."""
    hold_plans(turn)
    turn.say("consent/plan_meant", by_at=ask_staff(turn, "plan_hold_asked"))


def hand_bill_to_staff(turn: Turn) -> None:
    """Something about the bill should stop: a person looks at it, by a date."""
    turn.say("consent/bill_meant", by_at=ask_staff(turn, "bill_question"))


def drop_reminder(turn: Turn) -> None:
    """Only what they had asked to be reminded of."""
    turn.do(KeepPromise(turn.chosen_ids or tuple(p.id for p in turn.facts.people), ()))
    turn.say("consent/reminder_meant")


def say_texts_stay(turn: Turn) -> None:
    """What their request was taken for, and the word for the case that it was not."""
    turn.say("consent/texts_stay")


def do_as_asked(turn: Turn) -> None:
    """On with what they asked for; where a person owns the thread, that person answers."""
    wanted = turn.recall("wanted")
    turn.kept.memory.clear()
    if turn.kept.owner is Owner.STAFF:
        turn.enter("staff", "wrote")
    elif isinstance(wanted, list):
        turn.enter(str(wanted[0]), str(wanted[1]))
