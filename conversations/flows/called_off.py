"""What patients call off that is not our texts: an offer, a link, a promise, a payment, their plan."""

from datetime import timedelta

from conversations.effects import KeepPromise, OpenTask, VoidCodes
from conversations.hearing.calling_off import made_already
from conversations.machine import ANY, END, Flow, Row, Step
from conversations.steps.holding_plans import hold_plans
from conversations.turn import Proof, Turn

LATELY = timedelta(days=3)
"""A payment so young may still be what they mean."""


def has_plan(turn: Turn) -> bool:
    """Agreed, or being agreed."""
    return any(p.has_plan for p in turn.facts.people)


def may_decide(turn: Turn) -> bool:
    """It runs, and they have proved that it is theirs: what it means is told, and they end it themselves."""
    return turn.proved(Proof.PERSON) and any(p.plan and p.plan.state == "active" for p in turn.chosen)


def promised(turn: Turn) -> bool:
    """They would have paid on a day."""
    return any(p.promises for p in turn.facts.people)


def paid_lately(turn: Turn) -> bool:
    """Money has moved, or is moving."""
    taken = [one for p in turn.facts.people for one in p.paid_lately if one.state != "elsewhere"]
    made = turn.heard is not None and made_already(turn.heard.words)
    return made or turn.facts.payment_in_doubt or any(turn.today - one.paid_on <= LATELY for one in taken)


def only_linked(turn: Turn) -> bool:
    """All there is of it is the link that we have just sent."""
    return turn.recall("linked") is True


def go(flow: str, trigger: str) -> Step:
    """On there."""
    return lambda turn: turn.enter(flow, trigger)


def hold_plan(turn: Turn) -> None:
    """Whoever has this phone may stop what is charged, at once; how it goes on a person settles."""
    hold_plans(turn)
    due = turn.facts.office.end_of_next_day(turn.now)
    turn.do(OpenTask("plan_hold_asked", tuple(p.id for p in turn.facts.people), due))
    turn.say("called_off/plan_held", by_at=due.isoformat())


def drop_promise(turn: Turn) -> None:
    """No day is set any more."""
    turn.do(KeepPromise(turn.chosen_ids or tuple(p.id for p in turn.facts.people), ()))
    turn.say("called_off/promise_dropped")


def leave_it(turn: Turn) -> None:
    """A link that is not used charges nothing, and a code that is not typed opens nothing."""
    if turn.facts.codes.open:
        turn.do(VoidCodes())
    turn.say("called_off/left")


flow = Flow(
    name="called_off",
    states=None,
    public=True,  # it tells nothing; what charges is stopped without proof, and starts again only with it
    rows=(
        Row("offer", ANY, END, do=(leave_it,)),
        Row("promise", ANY, END, do=(drop_promise,)),
        Row("plan", ANY, END, when=(may_decide,), do=(go("running_plan", "stop"),)),
        Row("plan", ANY, END, when=(has_plan,), do=(hold_plan,)),
        Row("plan", ANY, END, do=(go("staff", "needed"),)),
        Row("payment", ANY, END, when=(has_plan,), do=(hold_plan,)),
        Row("payment", ANY, END, when=(paid_lately,), do=(go("requests", "refund"),)),
        Row("payment", ANY, END, when=(promised,), do=(drop_promise,)),
        Row("payment", ANY, END, when=(only_linked,), do=(leave_it,)),
        Row("payment", ANY, END, do=(go("staff", "needed"),)),
    ),
)
