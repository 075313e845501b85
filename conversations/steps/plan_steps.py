"""What we say and do about a plan that is being agreed; the flow `plan` says when."""

from conversations.effects import ChangePlan, OpenPayLink, OpenTask, PauseNotices, ProposePlan, Value
from conversations.machine import Step
from conversations.money import typed
from conversations.steps.amounts_shown import example_part
from conversations.steps.plan_asked import (
    first_on,
    owed,
    policy,
    said,
    shown,
    smallest,
    subject,
    terms,
)
from conversations.steps.plan_terms import Terms, by_month
from conversations.turn import Turn

LETTERS = "ABC"


def offer_signature(message: str) -> Step:
    """It only lacks a signature; other terms are there for the asking."""

    def step(turn: Turn) -> None:
        person = subject(turn)
        if person and person.plan:
            turn.say(f"plan/{message}", link=_agreement(turn), monthly_cents=person.plan.monthly_cents)

    return step


def pass_to_staff(turn: Turn) -> None:
    """A person offers one, by a date."""
    due = turn.facts.office.end_of_next_day(turn.now)
    turn.do(OpenTask("plan", plan_of(turn), due))
    turn.do(PauseNotices(plan_of(turn), due, "plan"))
    turn.say("plan/by_staff", by_at=due.isoformat())


def say_small(turn: Turn) -> None:
    """The whole, or a part of it now."""
    turn.say("plan/too_small", owed_cents=owed(turn), part=example_part(turn))


def offer(turn: Turn) -> None:
    """A, B and C."""
    turn.say("plan/offers", owed_cents=owed(turn), options=_options(turn))


def say_why(turn: Turn) -> None:
    """What a plan is."""
    turn.say("plan/why", owed_cents=owed(turn), options=_options(turn))


def say_first_day(turn: Turn) -> None:
    """When it would begin."""
    turn.say("plan/first_day", first_on=first_on(turn).isoformat(), options=_options(turn))


def ask_which_half(turn: Turn) -> None:
    """Half a month, or half of it now: each has its own answer."""
    half = shown(turn)[0].monthly_cents
    now = turn.facts.policy.partial_payments
    turn.say("plan/half", half_cents=half, half=typed(half) if now else None)


def ask_amount(turn: Turn) -> None:
    """Their own amount, from the smallest on."""
    turn.say("plan/how_much", owed_cents=owed(turn), minimum=typed(smallest(turn)))


def say_too_little(turn: Turn) -> None:
    """The smallest a month."""
    turn.say("plan/too_little", minimum_cents=smallest(turn), minimum=typed(smallest(turn)))


def say_too_long(turn: Turn) -> None:
    """The nearest that fits."""
    asked = terms(turn)
    if asked:
        least, most = smallest(turn), policy(turn).installments_with_approval
        turn.say(
            "plan/too_long",
            monthly_cents=asked.monthly_cents, count=asked.count, most=most,
            minimum=typed(least), minimum_cents=least,
        )  # fmt: skip


def offer_to_ask(turn: Turn) -> None:
    """What it comes to, and that staff must agree; or what they need not agree to."""
    asked = terms(turn) or kept_terms(turn)
    if asked:
        turn.remember("monthly_cents", asked.monthly_cents)
        count, last_cents = told(asked)
        letter, other_count, other_cents = _without_asking(turn)
        turn.say(
            "plan/needs_approval",
            count=count,
            monthly_cents=asked.monthly_cents,
            last_cents=last_cents,
            letter=letter,
            other_count=other_count,
            other_cents=other_cents,
        )


def say_why_ask(turn: Turn) -> None:
    """So many payments are the practice's to give; they may have those."""
    letter, count, cents = _without_asking(turn)
    most = policy(turn).installments
    turn.say("plan/why_approval", most=most, letter=letter, other_count=count, other_cents=cents)


def ask_staff(turn: Turn) -> None:
    """Pending, until staff agree; no reminders meanwhile."""
    kept = kept_terms(turn)
    if kept:
        due = turn.facts.office.end_of_next_day(turn.now)
        _propose(turn, kept, needs_approval=True)
        turn.do(PauseNotices(plan_of(turn), due, "plan"))
        turn.say("plan/sent", by_at=due.isoformat())


def propose(turn: Turn) -> None:
    """Pending, until it is signed."""
    asked = terms(turn)
    if asked:
        _propose(turn, asked, needs_approval=False)
        count, last_cents = told(asked)
        turn.say(
            "plan/sign",
            link=_agreement(turn),
            count=count,
            monthly_cents=asked.monthly_cents,
            last_cents=last_cents,
            first_on=first_on(turn).isoformat(),
        )


def withdraw(turn: Turn) -> None:
    """They will not sign: nobody reminds them of it."""
    person = subject(turn)
    if person and person.plan:
        turn.do(ChangePlan(person.plan.id, "cancel"))


def pay_whole(turn: Turn) -> None:
    """So much a month is all of it."""
    minutes = turn.facts.policy.link_minutes
    turn.say("plan/whole", link=OpenPayLink(plan_of(turn)), owed_cents=owed(turn), minutes=minutes)


def offer_less(turn: Turn) -> None:
    """What the practice takes from those who pay at once; staff set it up."""
    percent = turn.facts.policy.plans.discount_percent
    turn.say("plan/whole_less", owed_cents=owed(turn), less_cents=owed(turn) * (100 - percent) // 100)


def ask_for_less(turn: Turn) -> None:
    """A task, with the date by which they hear."""
    due = turn.facts.office.end_of_next_day(turn.now)
    turn.do(OpenTask("discount_in_full", plan_of(turn), due))
    turn.do(PauseNotices(plan_of(turn), due, "discount_in_full"))
    turn.say("plan/sent", by_at=due.isoformat())


def _options(turn: Turn) -> list[Value]:
    return [
        {"letter": letter, "count": one.count, "cents": one.monthly_cents}
        for letter, one in zip(LETTERS, shown(turn), strict=False)
    ]


def _without_asking(turn: Turn) -> tuple[str, int, int] | tuple[None, None, None]:
    """The longest that they may have without staff: its letter, how many payments, and of how much."""
    offered = shown(turn)
    if not offered:
        return None, None, None
    return LETTERS[len(offered) - 1], offered[-1].count, offered[-1].monthly_cents


def _propose(turn: Turn, asked: Terms, *, needs_approval: bool) -> None:
    due = turn.facts.office.end_of_next_day(turn.now) if needs_approval else None
    for person_id in plan_of(turn):
        turn.do(
            ProposePlan(
                person_id, asked.total_cents, asked.monthly_cents, asked.count, first_on(turn), needs_approval, due
            )
        )


def told(asked: Terms) -> tuple[int, int | None]:
    """As we say it: 4 x $75.00, or 7 x $40.00, then $20.00."""
    return (asked.count, None) if asked.even else (asked.count - 1, asked.last_cents)


def kept_terms(turn: Turn) -> Terms | None:
    """What they were about to ask staff for, at what is owed now."""
    monthly = turn.recall("monthly_cents")
    return by_month(owed(turn), monthly) if isinstance(monthly, int) and owed(turn) > 0 else None


def note_day(turn: Turn) -> None:
    """The day of the month that they named: it holds until they name another."""
    days = said(turn).days
    if days:
        turn.remember("day", days[0].day)


def _agreement(turn: Turn) -> OpenPayLink:
    return OpenPayLink(plan_of(turn), asks_code=turn.facts.shared, page="agreement")


def plan_of(turn: Turn) -> tuple[int, ...]:
    """The one whose plan it is."""
    person = subject(turn)
    return (person.id,) if person else ()
