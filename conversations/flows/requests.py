"""What only a person at the practice can decide: money back. With the date by which they answer."""

from datetime import timedelta
from enum import StrEnum

from conversations.effects import OpenTask, PauseNotices, WakeAt
from conversations.flows.requests_words import KEYWORDS
from conversations.machine import ANY, END, Answer, Flow, Row, Step
from conversations.turn import Turn

DETAILS_WITHIN = timedelta(hours=1)


class Waits(StrEnum):
    """Whatever else staff should know."""

    REFUND = "refund"


def bills_go_elsewhere(turn: Turn) -> bool:
    """A minor asks about bills that somebody else answers for."""
    return turn.bills_go_elsewhere


def point_elsewhere(turn: Turn) -> None:
    """The account holder decides, and hears of it."""
    turn.enter("guarantor", "minor_asked")


def asks(kind: str) -> Step:
    """A task for staff with the date that we promise, no reminders until then, and the words that say so."""

    def ask(turn: Turn) -> None:
        due = turn.facts.office.end_of_next_day(turn.now)
        turn.do(OpenTask(kind, _whom(turn), due))
        turn.do(PauseNotices(_whom(turn), due, kind))
        turn.say(f"requests/{kind}", by_at=due.isoformat())

    return ask


def wait_for_details(turn: Turn) -> None:
    """For a while the next words are taken as part of what was asked."""
    turn.do(WakeAt(turn.now + DETAILS_WITHIN, "no_details"))


def thank_for_details(turn: Turn) -> None:
    """Staff read them in the thread."""
    turn.say("requests/details_noted")


def stay_silent(turn: Turn) -> None:
    """Nothing was added."""
    turn.skip("no_details")


def any_words(turn: Turn) -> bool:
    """In their own words."""
    return bool(turn.heard and turn.heard.words)


def _whom(turn: Turn) -> tuple[int, ...]:
    return turn.chosen_ids or tuple(p.id for p in turn.facts.people)


flow = Flow(
    name="requests",
    states=Waits,
    public=True,  # it tells nothing about anybody
    keywords=KEYWORDS,
    rows=(
        Row("refund", ANY, END, when=(bills_go_elsewhere,), do=(point_elsewhere,)),
        Row("refund", Waits.REFUND, END, do=(thank_for_details,)),
        Row("refund", ANY, Waits.REFUND, do=(asks("refund"), wait_for_details)),
        Row("details", Waits.REFUND, END, do=(thank_for_details,)),
        Row("no_details", Waits.REFUND, END, do=(stay_silent,)),
    ),
    answers={Waits.REFUND: (Answer("details", any_words, otherwise=True),)},
)
