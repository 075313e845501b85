"""STOP, START and HELP, in any words; the one question when it is unclear what should stop (47 CFR 64.1200(a)(10))."""

from enum import StrEnum

from conversations.effects import Kind, SetConsent
from conversations.events import UnsubscribedByClick
from conversations.flows.consent_words import HELP_WANTED, MEANS_TEXTS, says_bill, says_plan, says_reminder
from conversations.hearing import Grave, OptOut
from conversations.hearing.ways_named import ends_mail
from conversations.machine import ANY, BACK, END, STAY, Answer, Flow, Row, Step
from conversations.steps.ending_texts import (
    ask_staff,
    confirm,
    confirm_other,
    provider_answered,
    revoke,
    revoke_after_question,
    revoke_by_click,
    ways_meant,
    wording,
)
from conversations.steps.one_question import (
    about_reminder,
    ask_about_reminder,
    ask_again,
    ask_what,
    asked_again,
    do_as_asked,
    drop_reminder,
    hand_bill_to_staff,
    hand_plan_to_staff,
    hold,
    lift,
    say_texts_stay,
    still_unclear,
    wait_for_answer,
)
from conversations.turn import Owner, Turn


class Waits(StrEnum):
    """What we wait for."""

    ASKED = "asked"  # texts, or something else?
    NOTED = "noted"  # opted out, and staff know that they still write


# Guards


def out(turn: Turn) -> bool:
    """Opted out already."""
    return turn.facts.consent == "revoked"


def unreachable(turn: Turn) -> bool:
    """A number that is not the patient's, or whose patient has died: nothing is said any more."""
    return turn.facts.blocked or turn.facts.all_deceased


def answered_enough(turn: Turn) -> bool:
    """Two machines that answer each other end in silence."""
    return turn.facts.answered_enough


def about_other_channel(turn: Turn) -> bool:
    """A mail about texts, or a text about mail."""
    return turn.facts.channel not in ways_meant(turn)


def plainly_about_mail(turn: Turn) -> bool:
    """They name our mail as what should end; there is nothing to ask."""
    return turn.heard is not None and ends_mail(turn.heard.words)


def stranger(turn: Turn) -> bool:
    """On nobody's file (any more), and not somebody who opted out here."""
    return turn.facts.blocked or not (turn.facts.people or out(turn))


def in_already(turn: Turn) -> bool:
    """Texts are on."""
    return turn.facts.consent == "granted"


def held(turn: Turn) -> bool:
    """Nothing is sent until the question is answered."""
    return turn.facts.consent == "held"


def unclear_beside_care(turn: Turn) -> bool:
    """Unclear, and in the same breath something about their health: that is answered first."""
    care = (Grave.CRISIS, Grave.EMERGENCY, Grave.CLINICAL)
    return turn.heard is not None and turn.heard.opt_out is OptOut.HELD and turn.heard.grave in care


# Steps


def grant(turn: Turn) -> None:
    """A new consent, with their words and the time."""
    turn.do(SetConsent("granted", turn.facts.channel, wording(turn), "keyword"))


def note_reply_while_out(turn: Turn) -> None:
    """One task, however much they write."""
    ask_staff(turn, "reply_while_out")
    turn.skip("opted_out")


def welcome(turn: Turn) -> None:
    """The one answer to START."""
    turn.say("consent/started", kind=Kind.OPT_IN, bot=_answers(turn))


def say_already_in(turn: Turn) -> None:
    """START from somebody whose texts are on."""
    turn.say("consent/already_in", kind=Kind.OPT_IN, bot=_answers(turn))


def help_them(turn: Turn) -> None:
    """Who we are and whom to call, whoever asks."""
    turn.say("consent/help", kind=Kind.HELP, bot=turn.kept.owner is not Owner.STAFF)


def help_with(message: str) -> Step:
    """Whom to call and how to come back; no word that would not work for them."""
    return lambda turn: turn.say(f"consent/{message}", kind=Kind.HELP)


def answer_stranger(turn: Turn) -> None:
    """There is nothing to turn on."""
    turn.enter("unknown", "wrote")


def stay_silent(turn: Turn) -> None:
    """Nothing to say: it has been said, or must not be."""
    known = "opted_out" if out(turn) else "held" if held(turn) else "nothing_to_add"
    turn.skip("provider_answered" if provider_answered(turn) else known)


def _answers(turn: Turn) -> bool:
    """Would the bot's own words work now? Not while a person talks with them, nor for somebody on nobody's file."""
    return turn.kept.owner is not Owner.STAFF and bool(turn.facts.people)


flow = Flow(
    name="consent",
    states=Waits,
    public=True,
    keywords=(HELP_WANTED,),
    events={UnsubscribedByClick: "clicked"},
    rows=(
        Row("stop", ANY, END, when=(out,), do=(revoke, stay_silent)),
        Row("stop", ANY, END, when=(unreachable,), do=(revoke, stay_silent)),
        Row("stop", ANY, BACK, when=(about_other_channel,), do=(revoke, confirm_other)),
        Row("stop", ANY, END, when=(provider_answered,), do=(revoke, stay_silent)),
        Row("stop", ANY, END, do=(revoke, confirm)),
        Row("stop_beside", ANY, END, when=(out,)),
        Row("stop_beside", ANY, Waits.ASKED, when=(held, unclear_beside_care)),
        Row("stop_beside", ANY, Waits.ASKED, when=(unclear_beside_care,), do=(hold, wait_for_answer)),
        Row("stop_beside", ANY, END, do=(revoke,)),
        Row("clicked", ANY, BACK, when=(out,), do=(stay_silent,)),
        Row("clicked", ANY, BACK, do=(revoke_by_click,)),
        Row("unsure", ANY, END, when=(unreachable,), do=(stay_silent,)),
        Row("unsure", ANY, BACK, when=(plainly_about_mail, out), do=(revoke, stay_silent)),
        Row("unsure", Waits.NOTED, STAY, when=(out,), do=(stay_silent,)),
        Row("unsure", ANY, Waits.NOTED, when=(out,), do=(note_reply_while_out,)),
        Row("unsure", ANY, Waits.ASKED, when=(held,), do=(stay_silent,)),
        Row("unsure", ANY, BACK, when=(plainly_about_mail, about_other_channel), do=(revoke, confirm_other)),
        Row("unsure", ANY, END, when=(plainly_about_mail,), do=(revoke, confirm)),
        Row("unsure", ANY, Waits.ASKED, when=(about_reminder,), do=(hold, ask_about_reminder, wait_for_answer)),
        Row("unsure", ANY, Waits.ASKED, do=(hold, ask_what, wait_for_answer)),
        Row("texts_meant", Waits.ASKED, END, do=(revoke_after_question, confirm)),
        Row("plan_meant", Waits.ASKED, END, do=(lift, hand_plan_to_staff)),
        Row("bill_meant", Waits.ASKED, END, do=(lift, hand_bill_to_staff)),
        Row("reminder_meant", Waits.ASKED, END, do=(lift, drop_reminder)),
        # Whoever asks for more about the bill has answered; what leaves it unclear is asked about once more.
        Row("requested", Waits.ASKED, STAY, when=(still_unclear, asked_again), do=(stay_silent,)),
        Row("requested", Waits.ASKED, STAY, when=(still_unclear,), do=(ask_again,)),
        Row("requested", Waits.ASKED, END, do=(lift, say_texts_stay, do_as_asked)),
        Row("silence", Waits.ASKED, END, when=(held,), do=(revoke_after_question, stay_silent)),
        Row("silence", Waits.ASKED, END, do=(stay_silent,)),
        Row("start", ANY, END, when=(unreachable,), do=(stay_silent,)),
        Row("start", ANY, END, when=(stranger, provider_answered), do=(stay_silent,)),
        Row("start", ANY, END, when=(stranger,), do=(answer_stranger,)),
        Row("start", ANY, BACK, when=(in_already, provider_answered), do=(stay_silent,)),
        Row("start", ANY, BACK, when=(in_already, answered_enough), do=(stay_silent,)),
        Row("start", ANY, BACK, when=(in_already,), do=(say_already_in,)),
        Row("start", ANY, END, when=(provider_answered,), do=(grant, stay_silent)),
        Row("start", ANY, END, do=(grant, welcome)),
        Row("help", ANY, BACK, when=(provider_answered,), do=(stay_silent,)),
        Row("help", ANY, BACK, when=(answered_enough,), do=(stay_silent,)),
        Row("help", ANY, BACK, when=(unreachable,), do=(help_with("help_unreachable"),)),
        Row("help", ANY, BACK, when=(stranger,), do=(help_with("help_stranger"),)),
        Row("help", ANY, BACK, when=(out,), do=(help_with("help_out"),)),
        Row("help", ANY, BACK, when=(held,), do=(ask_again,)),
        Row("help", ANY, BACK, do=(help_them,)),
        Row("wrote_while_out", Waits.NOTED, STAY, do=(stay_silent,)),
        Row("wrote_while_out", ANY, Waits.NOTED, do=(note_reply_while_out,)),
        Row("wrote_while_held", ANY, Waits.ASKED, do=(stay_silent,)),
    ),
    answers={
        Waits.ASKED: (
            Answer("reminder_meant", says_reminder),
            Answer("texts_meant", MEANS_TEXTS),
            Answer("plan_meant", says_plan),
            Answer("bill_meant", says_bill),
        )
    },
)
