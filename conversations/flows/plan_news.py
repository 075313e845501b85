"""What became of a plan beside this talk: told where it was asked for, in neutral words where several people read."""

from conversations.effects import Kind, OpenPayLink, Value
from conversations.events import (
    InstallmentComing,
    PlanActivated,
    PlanApproved,
    PlanChanged,
    PlanRefused,
    PlanUnsigned,
)
from conversations.machine import ANY, END, Flow, Guard, Row, Step
from conversations.steps.plan_steps import told
from conversations.steps.plan_terms import Terms
from conversations.steps.running_days import move_example
from conversations.turn import Owner, Person, Turn

# Guards


def gone(turn: Turn) -> bool:
    """Nobody on this address any more, or the patient has died: no further word from us."""
    return _person(turn) is None or turn.facts.all_deceased


def shared(turn: Turn) -> bool:
    """Several people read this: no sum, no card, no day."""
    return turn.facts.shared


def change(*among: str) -> Guard:
    """It was changed like this."""
    return lambda turn: isinstance(turn.event, PlanChanged) and turn.event.change in among


def undated(turn: Turn) -> bool:
    """Nobody said when the next installment is."""
    return isinstance(turn.event, PlanChanged) and turn.event.next_on is None


# Steps


def keep_silent(turn: Turn) -> None:
    """There is nobody to tell."""
    turn.skip("nobody_to_tell")


def say_neutrally(turn: Turn) -> None:
    """That there is news."""
    turn.say("plan_news/neutral", kind=Kind.NOTICE, bot=_bot(turn))


def say_approved(turn: Turn) -> None:
    """The terms, and the agreement to sign."""
    event = turn.event
    if isinstance(event, PlanApproved):
        total = event.monthly_cents * (event.count - 1) + event.last_cents
        count, last_cents = told(Terms(total, event.monthly_cents, event.count))
        turn.say(
            "plan_news/approved",
            kind=Kind.NOTICE,
            link=OpenPayLink((event.person_id,), page="agreement"),
            count=count,
            monthly_cents=event.monthly_cents,
            last_cents=last_cents,
            first_on=event.first_on.isoformat(),
        )


def say_refused(turn: Turn) -> None:
    """What else there is."""
    turn.say("plan_news/refused", kind=Kind.NOTICE, bot=_bot(turn))


def say_unsigned(turn: Turn) -> None:
    """Once: it can still be signed."""
    person = _person(turn)
    if person:
        link = OpenPayLink((person.id,), page="agreement")
        turn.say("plan_news/unsigned", kind=Kind.NOTICE, link=link)


def say_signed(turn: Turn) -> None:
    """It runs: the next installment, and the card."""
    event = turn.event
    if isinstance(event, PlanActivated):
        turn.say(
            "plan_news/signed",
            kind=Kind.NOTICE,
            next_cents=event.next_cents,
            next_on=event.next_on.isoformat(),
            brand=event.card_brand,
            last4=event.card_last4,
            bot=_bot(turn),
        )


def announce(turn: Turn) -> None:
    """What will be charged, when, to which card, and how to move it."""
    event = turn.event
    if isinstance(event, InstallmentComing):
        turn.say(
            "plan_news/coming",
            kind=Kind.NOTICE,
            next_cents=event.amount_cents,
            next_on=event.on.isoformat(),
            brand=event.card_brand,
            last4=event.card_last4,
            move_on=move_example(event.on).isoformat(),
            bot=_bot(turn),
        )


def say_next(turn: Turn) -> None:
    """The plan has changed; what comes next."""
    event = turn.event
    if isinstance(event, PlanChanged) and event.next_on:
        next_on = event.next_on.isoformat()
        turn.say("plan_news/next", kind=Kind.NOTICE, next_cents=event.next_cents, next_on=next_on, bot=_bot(turn))


def say(message: str) -> Step:
    """Words about what has changed."""
    return lambda turn: turn.say(f"plan_news/{message}", kind=Kind.NOTICE, bot=_bot(turn))


def _bot(turn: Turn) -> Value:
    """Would the bot's own words work now? Not while a person talks with them."""
    return turn.kept.owner is not Owner.STAFF


def _person(turn: Turn) -> Person | None:
    return turn.facts.person(getattr(turn.event, "person_id", 0))


def news(trigger: str, *steps: Step) -> tuple[Row, ...]:
    """The same for every event: nobody, several people, one."""
    return (
        Row(trigger, ANY, END, when=(gone,), do=(keep_silent,)),
        Row(trigger, ANY, END, when=(shared,), do=(say_neutrally,)),
        Row(trigger, ANY, END, do=steps),
    )


flow = Flow(
    name="plan_news",
    states=None,
    public=True,
    events={
        PlanApproved: "approved",
        PlanRefused: "refused",
        PlanUnsigned: "unsigned",
        PlanActivated: "signed",
        InstallmentComing: "coming",
        PlanChanged: "changed",
    },
    rows=(
        *news("approved", say_approved),
        *news("refused", say_refused),
        *news("unsigned", say_unsigned),
        *news("signed", say_signed),
        *news("coming", announce),
        Row("changed", ANY, END, when=(gone,), do=(keep_silent,)),
        Row("changed", ANY, END, when=(shared,), do=(say_neutrally,)),
        Row("changed", ANY, END, when=(change("paused"),), do=(say("paused"),)),
        Row("changed", ANY, END, when=(change("cancelled"),), do=(say("cancelled"),)),
        Row("changed", ANY, END, when=(change("paid_off"),), do=(say("paid_off"),)),
        Row("changed", ANY, END, when=(change("defaulted"),), do=(say("defaulted"),)),
        Row("changed", ANY, END, when=(undated,), do=(say("changed"),)),
        Row("changed", ANY, END, do=(say_next,)),
    ),
)
