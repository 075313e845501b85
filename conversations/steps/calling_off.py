"""Which of our own things somebody calls off, heard before anybody is asked whether they mean our texts."""

from collections.abc import Mapping
from datetime import timedelta

from conversations.hearing import OptOut
from conversations.hearing.calling_off import payment_called_off, plan_called_off, taken_back
from conversations.steps.ways_to_pay import Way
from conversations.turn import Owner, Turn

JUST_NOW = timedelta(minutes=15)
"""As long as "that" is what we said last."""
OFFER: Way = ("called_off", "offer")
REFUND: Way = ("requests", "refund")
WAITING: Mapping[str, Way] = {
    "approval.offered": ("approval", "left"),
    "approval.ended": OFFER,
    "approval.charged": REFUND,
    "running_plan.adding": ("running_plan", "left"),
    "running_plan.moving": ("running_plan", "left"),
    "running_plan.paused": ("running_plan", "stop"),
    "requests.refund": ("requests", "details"),
    "dispute.details": ("dispute", "details"),
    "plan": ("plan", "left"),
    "promise": ("promise", "left"),
    "identity": OFFER,
    "whom": OFFER,
    "balance": OFFER,
    "pay": OFFER,
}
"""By the question that waits, or by its flow."""
SAID: Mapping[str, Way] = {
    "promise/kept": ("called_off", "promise"),
    "running_plan/shown": ("called_off", "plan"),
    "running_plan/moved": ("running_plan", "asked"),
    "running_plan/paused": ("running_plan", "resume"),
    "plan/sign": ("plan", "left"),
    "plan/sent": ("staff", "needed"),
    "plan/whole": OFFER,
    "hardship/aid": OFFER,
    "pay/in_doubt": ("called_off", "payment"),
    "pay": OFFER,
}
"""By our last answer, or by its folder, where no question of it waits any more."""


def called_off(turn: Turn) -> Way | None:
    """An offer, a payment or a plan: where they plainly name it, or "cancel that" can mean nothing else."""
    if turn.said.opt_out is not OptOut.HELD or not _may_ask(turn):
        return None
    words = turn.said.words
    plan, payment = plan_called_off(words), payment_called_off(words)
    way = _just_offered(turn) if taken_back(words) else None
    if (plan and turn.kept.state.startswith("plan.")) or (payment and turn.kept.state == "approval.offered"):
        way = _just_offered(turn)
    elif plan:
        way = ("called_off", "plan")
    elif payment:
        way = ("called_off", "payment")
        turn.remember("linked", _just_offered(turn) == OFFER)
    return ("staff", "wrote") if way and turn.kept.owner is Owner.STAFF else way


def offer_called_off(turn: Turn) -> Way | None:
    """The same of an offer only, said with a word that nobody would take for an opt-out: "mejor cancélelo"."""
    return _just_offered(turn) if taken_back(turn.said.words) and _may_ask(turn) else None


def _may_ask(turn: Turn) -> bool:
    """Somebody we know and talk with, by phone or from a mail address that is theirs for certain."""
    facts = turn.facts
    talking = facts.consent in ("granted", "none") and bool(facts.people) and not (facts.blocked or facts.all_deceased)
    return talking and turn.message is not None and turn.message.mail_trouble is None


def _just_offered(turn: Turn) -> Way | None:
    flow = turn.kept.state.partition(".")[0]
    if way := WAITING.get(turn.kept.state) or WAITING.get(flow):
        return way
    since = turn.kept.same_since
    if since is None or turn.now - since > JUST_NOW:
        return None
    answer = turn.kept.last_answer.partition(":")[0]
    said = SAID.get(answer) or SAID.get(answer.partition("/")[0])
    # Whoever waits for a person says it to that person.
    return said or (("staff", "details_added") if turn.kept.owner is Owner.WAITING else None)
