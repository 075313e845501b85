"""STOP, START and HELP, in any words; the one question when it is unclear what should stop (RULES 1.1 to 1.11)."""

from datetime import timedelta
from enum import StrEnum

from conversations.effects import DropQueued, Kind, OpenTask, SetConsent, VoidCodes, WakeAt
from conversations.events import UnsubscribedByClick, Way
from conversations.flows.consent_words import (
    HELP_WANTED,
    MEANS_TEXTS,
    about_plan,
    ends_mail,
    has_plan,
    meant,
    says_bill,
    says_plan,
)
from conversations.hearing import Grave, OptOut
from conversations.holding_plans import hold_plans
from conversations.machine import ANY, BACK, END, STAY, Answer, Flow, Row, Step
from conversations.turn import Owner, Proof, Turn

SILENCE = timedelta(hours=24)


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


def provider_answered(turn: Turn) -> bool:
    """The provider has said it already (RULES 2.17)."""
    return turn.message is not None and turn.message.provider_answered


def answered_enough(turn: Turn) -> bool:
    """Two machines that answer each other end in silence (RULES 2.23)."""
    return turn.facts.answered_enough


def about_other_channel(turn: Turn) -> bool:
    """A mail about texts, or a text about mail."""
    return turn.facts.channel not in _meant(turn)


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


def revoke(turn: Turn) -> None:
    """No more of what they meant, from this moment: codes void, the queue empty, nothing proved."""
    here = turn.facts.channel
    keyword = provider_answered(turn) or (turn.heard is not None and turn.heard.reserved)
    channels = [channel for channel in _meant(turn) if not (channel == here and out(turn))]
    for channel in channels:
        _revoke(turn, channel, _wording(turn), "keyword" if keyword else "words")
    if here in channels:
        _forget_all(turn)
    if channels and has_plan(turn):
        if about_plan(turn):
            hold_plans(turn)
        _ask_staff(turn, "plan_cancel_asked" if about_plan(turn) else "plan_without_texts")


def revoke_after_question(turn: Turn) -> None:
    """The question was answered with TEXTS, or with 24 hours of silence (RULES 1.6)."""
    silent = turn.message is None
    _revoke(turn, turn.facts.channel, str(turn.recall("said") or _wording(turn)), "silence" if silent else "words")
    _forget_all(turn)


def revoke_by_click(turn: Turn) -> None:
    """No more notices by mail; codes and receipts that they ask for still come. The page says so, no mail does."""
    turn.do(SetConsent("revoked", turn.facts.channel, "List-Unsubscribe=One-Click", "one_click"))
    turn.do(DropQueued("opted_out", only_notices=True))


def hold(turn: Turn) -> None:
    """Nothing more is sent until the question is answered."""
    turn.remember("before", turn.facts.consent)
    turn.remember("said", _wording(turn))
    turn.do(SetConsent("held", turn.facts.channel, _wording(turn), "words"))
    turn.do(VoidCodes())
    turn.do(DropQueued("held"))
    turn.kept.proof, turn.kept.proof_until, turn.kept.proof_people = Proof.NONE, None, ()


def wait_for_answer(turn: Turn) -> None:
    """Silence means no more texts."""
    turn.do(WakeAt(turn.now + SILENCE, "silence"))


def lift(turn: Turn) -> None:
    """They did not mean texts: back to what was before the question."""
    never = turn.recall("before") == "none"
    turn.do(SetConsent("none" if never else "granted", turn.facts.channel, _wording(turn), "words"))


def grant(turn: Turn) -> None:
    """A new consent, with their words and the time (RULES 1.9)."""
    turn.do(SetConsent("granted", turn.facts.channel, _wording(turn), "keyword"))


def note_reply_while_out(turn: Turn) -> None:
    """One task, however much they write."""
    _ask_staff(turn, "reply_while_out")
    turn.skip("opted_out")


def hand_plan_to_staff(turn: Turn) -> None:
    """Their plan pauses, and a person decides how it goes on, by a date."""
    hold_plans(turn)
    due = _ask_staff(turn, "plan_hold_asked")
    turn.say("consent/plan_meant", by_at=due)


def hand_bill_to_staff(turn: Turn) -> None:
    """Something about the bill should stop: a person looks at it, by a date."""
    due = _ask_staff(turn, "bill_question")
    turn.say("consent/bill_meant", by_at=due)


def confirm(turn: Turn) -> None:
    """The only confirmation there will be (RULES 1.5)."""
    turn.say("consent/stopped_both" if len(_meant(turn)) > 1 else "consent/stopped", kind=Kind.OPT_OUT)


def confirm_other(turn: Turn) -> None:
    """They told us here to end what we send there."""
    turn.say("consent/texts_stopped" if turn.facts.channel == "email" else "consent/mail_stopped")


def ask_what(turn: Turn) -> None:
    """The one clarifying question."""
    turn.say("consent/texts_or_plan" if has_plan(turn) else "consent/texts_or_bill", kind=Kind.OPT_OUT)


def welcome(turn: Turn) -> None:
    """The one answer to START."""
    turn.say("consent/started", kind=Kind.OPT_IN, bot=_answers(turn))


def say_already_in(turn: Turn) -> None:
    """START from somebody whose texts are on."""
    turn.say("consent/already_in", kind=Kind.OPT_IN, bot=_answers(turn))


def help_them(turn: Turn) -> None:
    """Who we are and whom to call, whoever asks (RULES 1.10)."""
    turn.say("consent/help", kind=Kind.HELP, bot=turn.kept.owner is not Owner.STAFF)


def help_who_is_held(turn: Turn) -> None:
    """The same, and the question that is still open: no other word works until it is answered."""
    turn.say("consent/help_held", kind=Kind.HELP, plan=has_plan(turn))


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


def _meant(turn: Turn) -> tuple[Way, ...]:
    here = turn.facts.channel
    named = meant(turn.heard.words if turn.heard else "", here)
    # What the provider has ended is over, whatever else the words name.
    return (here, *named) if provider_answered(turn) and here not in named else named


def _revoke(turn: Turn, channel: Way, wording: str, source: str) -> None:
    turn.do(SetConsent("revoked", channel, wording, source))


def _forget_all(turn: Turn) -> None:
    turn.do(VoidCodes())
    turn.do(DropQueued("opted_out"))
    turn.kept.proof, turn.kept.proof_until, turn.kept.proof_people = Proof.NONE, None, ()
    turn.kept.memory.clear()


def _ask_staff(turn: Turn, kind: str) -> str:
    due = turn.facts.office.end_of_next_day(turn.now)
    turn.do(OpenTask(kind, tuple(p.id for p in turn.facts.people), due))
    return due.isoformat()


def _wording(turn: Turn) -> str:
    return turn.message.text if turn.message else ""


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
        Row("unsure", ANY, Waits.ASKED, do=(hold, ask_what, wait_for_answer)),
        Row("texts_meant", Waits.ASKED, END, do=(revoke_after_question, confirm)),
        Row("plan_meant", Waits.ASKED, END, do=(lift, hand_plan_to_staff)),
        Row("bill_meant", Waits.ASKED, END, do=(lift, hand_bill_to_staff)),
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
        Row("help", ANY, BACK, when=(held,), do=(help_who_is_held,)),
        Row("help", ANY, BACK, do=(help_them,)),
        Row("wrote_while_out", Waits.NOTED, STAY, do=(stay_silent,)),
        Row("wrote_while_out", ANY, Waits.NOTED, do=(note_reply_while_out,)),
        Row("wrote_while_held", ANY, Waits.ASKED, do=(stay_silent,)),
    ),
    answers={
        Waits.ASKED: (
            Answer("texts_meant", MEANS_TEXTS),
            Answer("plan_meant", says_plan),
            Answer("bill_meant", says_bill),
        )
    },
)
