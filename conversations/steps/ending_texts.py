"""What an opt-out does: consent ends on the channels they mean, codes are void, the queue is empty."""

from conversations.effects import DropQueued, Kind, OpenTask, SetConsent, VoidCodes
from conversations.events import Way
from conversations.hearing.ways_named import meant
from conversations.steps.holding_plans import hold_plans
from conversations.turn import Proof, Turn

ABOUT_PLAN = frozenset("cancel plan plans payment payments autopay cargos pagos cuotas mensualidades".split())


def has_plan(turn: Turn) -> bool:
    """A payment plan may be what they mean."""
    return any(p.has_plan for p in turn.facts.people)


def about_plan(turn: Turn) -> bool:
    """They name the plan, or what it takes: not only texts should end."""
    return turn.heard is not None and not ABOUT_PLAN.isdisjoint(turn.heard.words.split())


def provider_answered(turn: Turn) -> bool:
    """The provider has said it already."""
    return turn.message is not None and turn.message.provider_answered


def ways_meant(turn: Turn) -> tuple[Way, ...]:
    """Which of our channels should end."""
    here = turn.facts.channel
    named = meant(turn.heard.words if turn.heard else "", here)
    # What the provider has ended is over, whatever else the words name.
    return (here, *named) if provider_answered(turn) and here not in named else named


def revoke(turn: Turn) -> None:
    """No more of what they meant, from this moment: codes void, the queue empty, nothing proved."""
    here = turn.facts.channel
    out = turn.facts.consent == "revoked"
    keyword = provider_answered(turn) or (turn.heard is not None and turn.heard.reserved)
    channels = [channel for channel in ways_meant(turn) if not (channel == here and out)]
    for channel in channels:
        turn.do(SetConsent("revoked", channel, wording(turn), "keyword" if keyword else "words"))
    if here in channels:
        _forget_all(turn)
    if channels and has_plan(turn):
        if about_plan(turn):
            hold_plans(turn)
        ask_staff(turn, "plan_cancel_asked" if about_plan(turn) else "plan_without_texts")


def revoke_after_question(turn: Turn) -> None:
    """The question was answered with TEXTS, or with 24 hours of silence (47 CFR 64.1200(a)(12))."""
    source = "silence" if turn.message is None else "words"
    turn.do(SetConsent("revoked", turn.facts.channel, str(turn.recall("said") or wording(turn)), source))
    _forget_all(turn)


def revoke_by_click(turn: Turn) -> None:
    """No more notices by mail; codes and receipts that they ask for still come. The page says so, no mail does."""
    turn.do(SetConsent("revoked", turn.facts.channel, "List-Unsubscribe=One-Click", "one_click"))
    turn.do(DropQueued("opted_out", only_notices=True))


def confirm(turn: Turn) -> None:
    """The only confirmation there will be (47 CFR 64.1200(a)(12))."""
    turn.say("consent/stopped_both" if len(ways_meant(turn)) > 1 else "consent/stopped", kind=Kind.OPT_OUT)


def confirm_other(turn: Turn) -> None:
    """They told us here to end what we send there."""
    turn.say("consent/texts_stopped" if turn.facts.channel == "email" else "consent/mail_stopped")


def disprove(turn: Turn) -> None:
    """Nothing is proved any more."""
    turn.kept.proof, turn.kept.proof_until, turn.kept.proof_people = Proof.NONE, None, ()


def ask_staff(turn: Turn, kind: str) -> str:
    """A task about everybody here, and the time by which it is done."""
    due = turn.facts.office.end_of_next_day(turn.now)
    turn.do(OpenTask(kind, tuple(p.id for p in turn.facts.people), due))
    return due.isoformat()


def wording(turn: Turn) -> str:
    """Their own words, as evidence."""
    return turn.message.text if turn.message else ""


def _forget_all(turn: Turn) -> None:
    turn.do(VoidCodes())
    turn.do(DropQueued("opted_out"))
    disprove(turn)
    turn.kept.memory.clear()
