"""What a person at the practice must decide: a plan, a promise, help with the bill, a mistake in it. Each by a date."""

from datetime import datetime, timedelta
from enum import StrEnum

from conversations.effects import OpenPayLink, OpenTask, PauseNotices, WakeAt
from conversations.flows.requests_words import KEYWORDS
from conversations.machine import ANY, END, Answer, Flow, Row, Step
from conversations.turn import Turn

HARDSHIP_PAUSE = timedelta(days=14)
REVIEW_DAYS = 5
AID_DAYS = 2
DETAILS_WITHIN = timedelta(hours=1)


ABOUT_PAYING = ("plan", "promise", "hardship", "aid", "why_owed")
"""What only whoever answers for the bills can ask for."""


class Waits(StrEnum):
    """Whatever else staff should know, after each kind of request."""

    PLAN = "plan"
    PROMISE = "promise"
    DISPUTE = "dispute"
    REFUND = "refund"


def asks(kind: str, days: int = 1) -> Step:
    """A task for staff with the date that we promise, no reminders until then, and the words that say so."""

    def ask(turn: Turn) -> None:
        due = turn.facts.office.end_of_next_day(turn.now, days)
        _task(turn, kind, due)
        turn.do(PauseNotices(_whom(turn), due, kind))
        turn.say(f"requests/{kind}", by_at=due.isoformat())

    return ask


def offer_ways(turn: Turn) -> None:
    """Money is short: what there is, no reminders for two weeks, and staff know."""
    _task(turn, "hardship", turn.facts.office.end_of_next_day(turn.now, AID_DAYS))
    turn.do(PauseNotices(_whom(turn), turn.now + HARDSHIP_PAUSE, "hardship"))
    turn.say("requests/hardship")


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


def explain(turn: Turn) -> None:
    """The page shows each visit and what insurance paid; on a shared phone PAY asks first whose."""
    alone = len(turn.facts.people) == 1
    turn.say("requests/why_owed", link=OpenPayLink(turn.chosen_ids) if alone else None, linked=alone)


def bills_go_elsewhere(turn: Turn) -> bool:
    """A minor asks about bills that somebody else answers for."""
    return turn.bills_go_elsewhere


def point_elsewhere(turn: Turn) -> None:
    """The account holder decides, and hears of it."""
    turn.enter("guarantor", "minor_asked")


def _whom(turn: Turn) -> tuple[int, ...]:
    return turn.chosen_ids or tuple(p.id for p in turn.facts.people)


def _task(turn: Turn, kind: str, due: datetime) -> None:
    turn.do(OpenTask(kind, _whom(turn), due))


flow = Flow(
    name="requests",
    states=Waits,
    public=True,  # it tells nothing about anybody
    keywords=KEYWORDS,
    rows=(
        Row("plan", Waits.PLAN, END, do=(thank_for_details,)),
        Row("promise", Waits.PROMISE, END, do=(thank_for_details,)),
        Row("dispute", Waits.DISPUTE, END, do=(thank_for_details,)),
        Row("refund", Waits.REFUND, END, do=(thank_for_details,)),
        *(Row(asked, ANY, END, when=(bills_go_elsewhere,), do=(point_elsewhere,)) for asked in ABOUT_PAYING),
        Row("plan", ANY, Waits.PLAN, do=(asks("plan"), wait_for_details)),
        Row("promise", ANY, Waits.PROMISE, do=(asks("promise"), wait_for_details)),
        Row("dispute", ANY, Waits.DISPUTE, do=(asks("dispute", REVIEW_DAYS), wait_for_details)),
        Row("refund", ANY, Waits.REFUND, do=(asks("refund"), wait_for_details)),
        Row("hardship", ANY, END, do=(offer_ways,)),
        Row("aid", ANY, END, do=(asks("aid", AID_DAYS),)),
        Row("why_owed", tuple(Waits), END, do=(thank_for_details,)),
        Row("why_owed", ANY, END, do=(explain,)),
        Row("details", tuple(Waits), END, do=(thank_for_details,)),
        Row("no_details", tuple(Waits), END, do=(stay_silent,)),
    ),
    answers={state: (Answer("details", any_words, otherwise=True),) for state in Waits},
)
