"""PLAN: an interest-free plan is offered, asked for, approved by staff where it must be, and left to be signed."""

from enum import StrEnum

from conversations.effects import Value
from conversations.flows.plan_words import ASK, CHEAPER, JUST_PAY, KEYWORDS, LATER, NEW, WHEN, WHY_SO_MANY
from conversations.hearing import yes_no
from conversations.machine import ANY, END, STAY, Answer, Flow, Guard, Row
from conversations.steps.asking_again import WHY, unclear
from conversations.steps.plain import say
from conversations.steps.plan_asked import (
    candidates,
    half_meant,
    names_terms,
    owed,
    pick_unclear,
    policy,
    said,
    shown,
    subject,
    too_often,
    verdict,
)
from conversations.steps.plan_steps import (
    ask_amount,
    ask_for_less,
    ask_staff,
    ask_which_half,
    kept_terms,
    note_day,
    offer,
    offer_less,
    offer_signature,
    offer_to_ask,
    pass_to_staff,
    pay_whole,
    propose,
    say_first_day,
    say_small,
    say_too_little,
    say_too_long,
    say_why,
    say_why_ask,
    withdraw,
)
from conversations.steps.plan_terms import FEWEST, Verdict, judge
from conversations.steps.whom_meant import meant
from conversations.turn import Person, Turn

MOST_PEOPLE = 4


class Waits(StrEnum):
    """What we wait for."""

    WHOM = "whom"  # a plan is one person's: which one
    CHOOSING = "choosing"  # one of the offers, or their own amount
    ASKING = "asking"  # whether to ask staff for these terms
    WHOLE = "whole"  # whether to ask staff for the smaller sum of those who pay at once
    UNSIGNED = "unsigned"  # a signature, or the wish for other terms


# Guards


def in_doubt(turn: Turn) -> bool:
    """A payment is under way: what is left to spread is not known."""
    return turn.facts.payment_in_doubt


def several(turn: Turn) -> bool:
    """It may be one of several people's."""
    return subject(turn) is None


def too_many(turn: Turn) -> bool:
    """More than fit into a text."""
    return len(candidates(turn)) > MOST_PEOPLE


def plan_is(state: str, waits: str = "") -> Guard:
    """There is one already, and it stands like that."""

    def check(turn: Turn) -> bool:
        person = subject(turn)
        return bool(person and person.plan and (person.plan.state, person.plan.waits) == (state, waits))

    return check


unsigned = plan_is("pending", "signature")
signed = plan_is("active")
dormant = plan_is("dormant")


def without_plan(turn: Turn) -> bool:
    """There is none, for anybody."""
    return not any(p.plan for p in turn.chosen)


def no_terms_named(turn: Turn) -> bool:
    """They only ask for the plan; whoever names other terms begins anew."""
    return verdict(turn) in (None, Verdict.WHOLE)


def nothing_owed(turn: Turn) -> bool:
    """Nothing to spread."""
    return owed(turn) <= 0


def by_staff_only(turn: Turn) -> bool:
    """This practice offers none by itself."""
    return policy(turn).installments_with_approval < FEWEST


def small(turn: Turn) -> bool:
    """So little that one installment takes it."""
    return owed(turn) <= policy(turn).minimum_monthly_cents


def asks(answer: Verdict) -> Guard:
    """They ask for terms, and that is what the practice says to them."""
    return lambda turn: verdict(turn) is answer


def only_day(turn: Turn) -> bool:
    """From when, but not what."""
    return verdict(turn) is None and bool(said(turn).days) and not too_often(turn)


def less_at_once(turn: Turn) -> bool:
    """The practice takes less from those who pay in full."""
    return turn.facts.policy.plans.discount_percent > 0


def nothing_to_offer(turn: Turn) -> bool:
    """Even two installments would be below the smallest; a first and a smaller last one may do."""
    return not shown(turn)


def still_fits(turn: Turn) -> bool:
    """What they were about to ask staff for is still something that staff may agree to."""
    kept = kept_terms(turn)
    return kept is not None and judge(kept, policy(turn)) in (Verdict.FINE, Verdict.NEEDS_APPROVAL)


# Steps


def ask_whom(turn: Turn) -> None:
    """By initials."""
    if turn.wish:
        turn.remember("asked_text", turn.wish)
    initials: list[Value] = [p.initials for p in candidates(turn)]
    turn.say("plan/whom", initials=initials)


def take_one(turn: Turn) -> None:
    """That one, and on with what they wanted."""
    if person := _picked_person(turn):
        turn.remember("people", [person.id])
    then = turn.recall("then")
    turn.enter(*((str(then[0]), str(then[1])) if isinstance(then, list) else ("plan", "asked")))


def begin_again(turn: Turn) -> None:
    """Something was paid or charged meanwhile."""
    turn.enter("plan", "asked")


def fetch_staff(turn: Turn) -> None:
    """A person sorts out whose."""
    turn.enter("staff", "asked")


def show_running(turn: Turn) -> None:
    """They have one."""
    turn.enter("running_plan", "asked")


def say_which_day(turn: Turn) -> None:
    """The day that they chose to pay on, or none."""
    turn.enter("promise", "when_asked")


def _picked_person(turn: Turn) -> Person | None:
    return meant(candidates(turn), turn.heard.words) if turn.heard else None


# Answers


def picks_person(turn: Turn) -> bool:
    """1, M.R., Maria."""
    return _picked_person(turn) is not None


def declines(turn: Turn) -> bool:
    """No, never mind, not now; not "no, i'll just pay it"."""
    if turn.heard and JUST_PAY.search(turn.heard.words):
        return False
    return LATER(turn) or (turn.heard is not None and yes_no(turn.heard.words) is False)


def agrees_to_none(turn: Turn) -> bool:
    """Yes, but not to which."""
    return turn.heard is not None and yes_no(turn.heard.words) is True


def agrees_to_ask(turn: Turn) -> bool:
    """ASK, or yes."""
    return ASK(turn) or (turn.heard is not None and yes_no(turn.heard.words) is True)


def negotiation(trigger: str) -> tuple[Row, ...]:
    """What the practice says to the terms that they ask for."""
    return (
        Row(trigger, ANY, Waits.CHOOSING, when=(too_often,), do=(note_day, say("plan/monthly_only"))),
        Row(trigger, ANY, Waits.CHOOSING, when=(asks(Verdict.TOO_LITTLE),), do=(note_day, say_too_little)),
        Row(trigger, ANY, Waits.CHOOSING, when=(asks(Verdict.TOO_LONG),), do=(note_day, say_too_long)),
        Row(trigger, ANY, Waits.ASKING, when=(asks(Verdict.NEEDS_APPROVAL),), do=(note_day, offer_to_ask)),
        Row(trigger, ANY, Waits.UNSIGNED, when=(asks(Verdict.FINE),), do=(note_day, propose)),
        Row(trigger, ANY, Waits.CHOOSING, when=(nothing_to_offer,), do=(note_day, ask_amount)),
        Row(trigger, ANY, Waits.CHOOSING, do=(note_day, offer)),
    )


def wonders(turn: Turn) -> bool:
    """Why, or why only so many payments: that asks for no terms."""
    words = turn.heard.words if turn.heard else ""
    return WHY(turn) or WHY_SO_MANY.match(words) is not None


LEAVES = Answer("left", declines)
CHOOSES = Answer("chosen", names_terms)
ASKS_BACK = (Answer("why", wonders), Answer("cheaper", CHEAPER), Answer("when", WHEN))
ASKS_AGAIN = Answer("unclear", unclear, otherwise=True)

flow = Flow(
    name="plan",
    states=Waits,
    keywords=KEYWORDS,
    rows=(
        Row("asked", ANY, END, when=(in_doubt,), do=(say("pay/in_doubt"),)),
        Row("asked", ANY, END, when=(several, too_many), do=(fetch_staff,)),
        Row("asked", ANY, Waits.WHOM, when=(several,), do=(ask_whom,)),
        Row("asked", ANY, END, when=(signed,), do=(show_running,)),
        Row("asked", ANY, END, when=(plan_is("pending", "approval"),), do=(say("plan/waiting"),)),
        Row("asked", ANY, Waits.UNSIGNED, when=(unsigned, no_terms_named), do=(offer_signature("unsigned"),)),
        Row("asked", ANY, END, when=(nothing_owed,), do=(say("pay/nothing"),)),
        Row("asked", ANY, Waits.UNSIGNED, when=(dormant, no_terms_named), do=(offer_signature("dormant"),)),
        Row("asked", ANY, END, when=(by_staff_only,), do=(pass_to_staff,)),
        Row("asked", ANY, END, when=(small,), do=(say_small,)),
        *negotiation("asked"),
        Row("next_asked", ANY, END, when=(without_plan,), do=(say_which_day,)),
        Row("next_asked", ANY, END, do=(begin_again,)),
        Row("which", ANY, END, when=(too_many,), do=(fetch_staff,)),
        Row("which", ANY, Waits.WHOM, do=(ask_whom,)),
        Row("one_picked", Waits.WHOM, END, do=(take_one,)),
        Row("chosen", Waits.UNSIGNED, END, do=(begin_again,)),
        Row("chosen", ANY, Waits.CHOOSING, when=(half_meant,), do=(ask_which_half,)),
        Row("chosen", ANY, Waits.CHOOSING, when=(pick_unclear,), do=(note_day, offer)),
        Row("chosen", ANY, Waits.WHOLE, when=(asks(Verdict.WHOLE), less_at_once), do=(offer_less,)),
        Row("chosen", ANY, END, when=(asks(Verdict.WHOLE),), do=(pay_whole,)),
        Row("chosen", ANY, Waits.CHOOSING, when=(only_day,), do=(note_day, say_first_day)),
        *negotiation("chosen"),
        Row("cheaper", ANY, Waits.CHOOSING, do=(ask_amount,)),
        Row("when", ANY, Waits.CHOOSING, do=(say_first_day,)),
        Row("why", Waits.ASKING, STAY, do=(say_why_ask,)),
        Row("why", ANY, Waits.CHOOSING, do=(say_why,)),
        Row("unclear", Waits.ASKING, STAY, when=(still_fits,), do=(offer_to_ask,)),
        Row("unclear", Waits.WHOLE, STAY, do=(offer_less,)),
        Row("unclear", ANY, END, do=(begin_again,)),
        Row("ask", Waits.ASKING, END, when=(still_fits,), do=(ask_staff,)),
        Row("ask", Waits.ASKING, END, do=(begin_again,)),
        Row("ask", Waits.WHOLE, END, do=(ask_for_less,)),
        Row("anew", Waits.UNSIGNED, END, when=(signed,), do=(show_running,)),
        Row("anew", Waits.UNSIGNED, END, when=(small,), do=(say_small,)),
        Row("anew", Waits.UNSIGNED, Waits.CHOOSING, when=(nothing_to_offer,), do=(note_day, ask_amount)),
        Row("anew", Waits.UNSIGNED, Waits.CHOOSING, do=(note_day, offer)),
        Row("left", Waits.UNSIGNED, END, when=(signed,), do=(show_running,)),
        Row("left", Waits.UNSIGNED, END, when=(unsigned,), do=(withdraw, say("plan/left"))),
        Row("left", ANY, Waits.UNSIGNED, when=(unsigned,), do=(offer_signature("unsigned"),)),
        Row("left", ANY, END, do=(say("plan/left"),)),
    ),
    answers={
        Waits.WHOM: (Answer("one_picked", picks_person), Answer("which", unclear, otherwise=True)),
        Waits.CHOOSING: (LEAVES, *ASKS_BACK, CHOOSES, Answer("unclear", agrees_to_none), ASKS_AGAIN),
        Waits.ASKING: (Answer("ask", agrees_to_ask), LEAVES, *ASKS_BACK, CHOOSES, ASKS_AGAIN),
        Waits.WHOLE: (Answer("ask", agrees_to_ask), LEAVES, ASKS_AGAIN),
        Waits.UNSIGNED: (Answer("anew", NEW), LEAVES, CHOOSES, ASKS_AGAIN),
    },
)
