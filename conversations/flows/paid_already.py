"""ALREADY PAID: reminders rest at once, we look for the sum, and what we do not find a person does, by a date."""

from datetime import timedelta
from enum import StrEnum

from conversations.effects import OpenTask, PauseNotices, WakeAt
from conversations.facts import RecentPayment
from conversations.flows.paid_already_words import KEYWORDS
from conversations.hearing import Amount, yes_no
from conversations.machine import ANY, END, STAY, Answer, Flow, Row, Says
from conversations.steps.asking_again import WHY
from conversations.turn import Proof, Turn

ABOUT = 100
"""Cents by which the sum that they remember may be off."""
PATIENCE = timedelta(hours=1)


class Waits(StrEnum):
    """What we wait for."""

    AMOUNT = "amount"  # about how much it was


# Guards


def amount_named(turn: Turn) -> bool:
    """They said how much in the same breath."""
    return turn.amount_cents is not None


def found(turn: Turn) -> bool:
    """Money of about that sum is in the books."""
    return _found(turn) is not None


def may_tell(turn: Turn) -> bool:
    """Sums are named once the phone is proved; on a phone that several people share, once the person is."""
    return turn.proved(Proof.PERSON if turn.facts.shared else Proof.PHONE)


# Steps


def pause(turn: Turn) -> None:
    """No reminders while we look."""
    turn.do(PauseNotices(_whom(turn), turn.facts.office.end_of_next_day(turn.now), "paid_already"))


def ask_amount(turn: Turn) -> None:
    """One question; whoever does not answer it is looked after all the same."""
    turn.say("paid_already/how_much")
    turn.do(WakeAt(turn.now + PATIENCE, "no_amount"))


def ask_again(turn: Turn) -> None:
    """Yes is no sum."""
    turn.say("paid_already/again")


def tell_found(turn: Turn) -> None:
    """What it was and what is owed now."""
    if paid := _found(turn):
        turn.say(
            "paid_already/found",
            amount_cents=paid.amount_cents,
            paid_on=paid.paid_on.isoformat(),
            at_office=paid.state == "elsewhere",
            balance_cents=max(0, turn.owed_cents),
        )


def tell_found_unnamed(turn: Turn) -> None:
    """The same to whom no sum may be named."""
    turn.say("paid_already/found_unnamed")


def open_task(turn: Turn) -> None:
    """A person looks, by the date that we promise."""
    turn.do(OpenTask("paid_already", _whom(turn), turn.facts.office.end_of_next_day(turn.now)))


def say_not_seen(turn: Turn) -> None:
    turn.say("paid_already/not_seen", by_at=turn.facts.office.end_of_next_day(turn.now).isoformat())


def stay_silent(turn: Turn) -> None:
    turn.skip("no_amount")


def _found(turn: Turn) -> RecentPayment | None:
    """Nobody's payment but theirs: on a phone that several people share, whose is known only once it is proved."""
    cents = _cents(turn)
    if cents is None or not (len(turn.facts.people) == 1 or may_tell(turn)):
        return None
    theirs = [paid for person in turn.chosen for paid in person.paid_lately if paid.state != "hold"]
    near = [paid for paid in theirs if abs(paid.amount_cents - cents) < ABOUT]
    exact = [paid for paid in near if paid.amount_cents == cents and paid.state == "elsewhere"]
    return next(iter(exact or sorted(near, key=lambda paid: (abs(paid.amount_cents - cents), -paid.id))), None)


def _cents(turn: Turn) -> int | None:
    """The sum that they think it was: "not sure, maybe 60" will do, for nothing is charged by it."""
    if turn.amount_cents is not None or turn.heard_as != "paid_already.amount_told":
        return turn.amount_cents
    return _only_sum(turn)


def _only_sum(turn: Turn) -> int | None:
    sums = turn.parts.sums
    return sums[0] if len(sums) == 1 and isinstance(sums[0], int) and sums[0] > 0 else None


def _whom(turn: Turn) -> tuple[int, ...]:
    return turn.chosen_ids or tuple(p.id for p in turn.facts.people)


# Answers


def names_amount(turn: Turn) -> bool:
    return turn.heard is not None and (isinstance(turn.heard.amount, Amount) or _only_sum(turn) is not None)


def names_none(turn: Turn) -> bool:
    """Yes, or why do we ask: the question is how much."""
    return WHY(turn) or (turn.heard is not None and yes_no(turn.heard.words) is True)


skips = Says(
    en=("skip", "dont know", "i dont know", "not sure", "im not sure", "dont remember", "i dont remember", "idk"),
    es=("omitir", "saltar", "no se", "no recuerdo", "no me acuerdo", "no estoy seguro", "no estoy segura"),
)


says_all = Says(
    en=(
        "all", "all of it", "everything", "the full amount", "full amount", "in full", "the whole thing", "the total",
        "the balance", "what i owed", "half", "half of it", "about half", "part of it", "some of it", "my copay",
        "the copay",
    ),
    es=(
        "todo", "la cantidad completa", "completo", "el total", "todo completo", "lo que debia", "la mitad",
        "como la mitad", "una parte", "mi copago", "el copago",
    ),
)  # fmt: skip
"""Of which bill we cannot tell: a person looks."""


def any_words(turn: Turn) -> bool:
    """In their own words: a person reads them."""
    return bool(turn.heard and turn.heard.words)


flow = Flow(
    name="paid_already",
    states=Waits,
    public=True,  # at rest it tells nothing; what it finds it names to those who have proved who they are
    keywords=KEYWORDS,
    answers={
        Waits.AMOUNT: (
            Answer("amount_told", names_amount),
            Answer("skipped", skips),
            Answer("skipped", says_all),
            Answer("again", names_none),
            Answer("skipped", any_words, otherwise=True),
        )
    },
    rows=(
        Row("asked", ANY, END, when=(amount_named, found, may_tell), do=(pause, tell_found)),
        Row("asked", ANY, END, when=(amount_named, found), do=(pause, tell_found_unnamed)),
        Row("asked", ANY, END, when=(amount_named,), do=(pause, open_task, say_not_seen)),
        Row("asked", ANY, Waits.AMOUNT, do=(pause, ask_amount)),
        Row("amount_told", Waits.AMOUNT, END, when=(found, may_tell), do=(tell_found,)),
        Row("amount_told", Waits.AMOUNT, END, when=(found,), do=(tell_found_unnamed,)),
        Row("amount_told", Waits.AMOUNT, END, do=(open_task, say_not_seen)),
        Row("again", Waits.AMOUNT, STAY, do=(ask_again,)),
        Row("skipped", Waits.AMOUNT, END, do=(open_task, say_not_seen)),
        Row("no_amount", Waits.AMOUNT, END, do=(open_task, stay_silent)),
    ),
)
