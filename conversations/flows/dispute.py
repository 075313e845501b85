"""Why do I owe this? The page shows it; DISPUTE opens a numbered review, and reminders rest until it is answered."""

from datetime import timedelta
from enum import StrEnum

from conversations.effects import OpenPayLink, OpenReview, OpenTask, WakeAt
from conversations.flows.dispute_words import KEYWORDS
from conversations.machine import ANY, END, Answer, Flow, Row
from conversations.turn import Turn

REVIEW_DAYS = 5
"""Open days in which billing looks into it and answers."""
DETAILS_WITHIN = timedelta(days=1)


class Waits(StrEnum):
    """What we wait for."""

    DETAILS = "details"  # what they know about it, in one text


# Guards


def bills_go_elsewhere(turn: Turn) -> bool:
    """A minor asks about bills that somebody else answers for."""
    return turn.bills_go_elsewhere


def review_open(turn: Turn) -> bool:
    """Billing is looking at it already."""
    return bool(_number(turn))


# Steps


def point_elsewhere(turn: Turn) -> None:
    """The account holder decides, and hears of it."""
    turn.enter("guarantor", "minor_asked")


def explain(turn: Turn) -> None:
    """The page shows each visit and what insurance paid; on a shared phone PAY asks first whose."""
    alone = len(turn.facts.people) == 1
    turn.say("dispute/why", link=OpenPayLink(turn.chosen_ids) if alone else None, linked=alone)


def open_review(turn: Turn) -> None:
    """With a number and a date."""
    number = f"D-{turn.facts.case_number}"
    due = turn.facts.office.end_of_next_day(turn.now, REVIEW_DAYS)
    turn.remember("number", number)
    turn.do(OpenReview(number, _whom(turn), due))
    turn.say("dispute/opened", number=number, by_at=due.isoformat())


def wait_for_details(turn: Turn) -> None:
    """For a day the next words are taken as part of it."""
    turn.do(WakeAt(turn.now + DETAILS_WITHIN, "no_details"))


def add_details(turn: Turn) -> None:
    """Staff read them in the thread, and know that they are there."""
    turn.do(OpenTask("review_details", _whom(turn)))
    turn.say("dispute/added", number=str(turn.recall("number") or _number(turn)))


def stay_silent(turn: Turn) -> None:
    """Nothing was added."""
    turn.skip("no_details")


def _whom(turn: Turn) -> tuple[int, ...]:
    return turn.chosen_ids or tuple(p.id for p in turn.facts.people)


def _number(turn: Turn) -> str:
    people = turn.chosen or turn.facts.people
    return next((p.review for p in people if p.review), "")


# Answers


def any_words(turn: Turn) -> bool:
    """In their own words."""
    return bool(turn.heard and turn.heard.words)


flow = Flow(
    name="dispute",
    states=Waits,
    public=True,  # it tells nothing about anybody
    keywords=KEYWORDS,
    rows=(
        Row("why", Waits.DETAILS, END, do=(add_details,)),
        Row("why", ANY, END, when=(bills_go_elsewhere,), do=(point_elsewhere,)),
        Row("why", ANY, END, do=(explain,)),
        Row("opened", Waits.DETAILS, END, do=(add_details,)),
        Row("opened", ANY, END, when=(bills_go_elsewhere,), do=(point_elsewhere,)),
        Row("opened", ANY, Waits.DETAILS, when=(review_open,), do=(add_details, wait_for_details)),
        Row("opened", ANY, Waits.DETAILS, do=(open_review, wait_for_details)),
        Row("details", Waits.DETAILS, END, do=(add_details,)),
        Row("no_details", Waits.DETAILS, END, do=(stay_silent,)),
    ),
    answers={Waits.DETAILS: (Answer("details", any_words, otherwise=True),)},
)
