"""Money is short: small payments, the form for financial help, or a person; no reminders for two weeks."""

from datetime import timedelta

from conversations.effects import OpenTask, PauseNotices
from conversations.flows.hardship_words import KEYWORDS
from conversations.machine import ANY, END, Flow, Row
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


def rest_and_tell_staff(kind: str) -> Row:
    """Two weeks without reminders, a task, and the words of that name."""

    def offer_ways(turn: Turn) -> None:
        people = turn.chosen_ids or tuple(p.id for p in turn.facts.people)
        turn.do(OpenTask(kind, people, turn.facts.office.end_of_next_day(turn.now, AID_DAYS)))
        turn.do(PauseNotices(people, turn.now + PAUSE, "hardship"))
        turn.say(f"hardship/{kind}")

    return Row("told" if kind == "hardship" else kind, ANY, END, do=(offer_ways,))


flow = Flow(
    name="hardship",
    states=None,
    public=True,  # it tells nothing about anybody
    keywords=KEYWORDS,
    rows=(
        Row("told", ANY, END, when=(bills_go_elsewhere,), do=(point_elsewhere,)),
        rest_and_tell_staff("hardship"),
        Row("aid", ANY, END, when=(bills_go_elsewhere,), do=(point_elsewhere,)),
        rest_and_tell_staff("aid"),
    ),
)
