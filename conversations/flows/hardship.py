"""Money is short: small payments, the form for financial help, or a person; no reminders for two weeks."""

from datetime import timedelta

from conversations.effects import OpenTask, PauseNotices
from conversations.flows.hardship_words import KEYWORDS
from conversations.machine import ANY, END, Flow, Guard, Row
from conversations.turn import Turn

PAUSE = timedelta(days=14)
AID_DAYS = 2
"""Open days within which a person answers."""


def bills_go_elsewhere(turn: Turn) -> bool:
    """A minor asks about bills that somebody else answers for."""
    return turn.bills_go_elsewhere


def point_elsewhere(turn: Turn) -> None:
    """The account holder decides, and hears of it."""
    turn.enter("guarantor", "minor_asked")


def plan_charges(turn: Turn) -> bool:
    """A plan that goes on charging them; told only where nobody else reads."""
    plan = turn.facts.people[0].plan if len(turn.facts.people) == 1 else None
    return plan is not None and plan.state == "active" and not plan.paused


def rest_and_tell_staff(kind: str, *when: Guard, words: str = "") -> Row:
    """Two weeks without reminders, a task, and the words of that name, or others."""

    def offer_ways(turn: Turn) -> None:
        people = turn.chosen_ids or tuple(p.id for p in turn.facts.people)
        turn.do(OpenTask(kind, people, turn.facts.office.end_of_next_day(turn.now, AID_DAYS)))
        turn.do(PauseNotices(people, turn.now + PAUSE, "hardship"))
        turn.say(f"hardship/{words or kind}")

    return Row("told" if kind == "hardship" else kind, ANY, END, when=when, do=(offer_ways,))


flow = Flow(
    name="hardship",
    states=None,
    public=True,  # it tells nothing about anybody
    keywords=KEYWORDS,
    rows=(
        Row("told", ANY, END, when=(bills_go_elsewhere,), do=(point_elsewhere,)),
        rest_and_tell_staff("hardship", plan_charges, words="with_plan"),
        rest_and_tell_staff("hardship"),
        Row("aid", ANY, END, when=(bills_go_elsewhere,), do=(point_elsewhere,)),
        rest_and_tell_staff("aid"),
    ),
)
