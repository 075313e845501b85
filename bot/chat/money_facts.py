"""What a talk may begin with about money, in words: cards, plans, promises, reviews, payments, and the plan policy."""

import re
from dataclasses import replace
from datetime import date
from typing import Any, Literal, cast

from conversations.facts import Person, Plan, Promised, RecentPayment, SavedCard
from conversations.policy import Policy

ACTIVE = Plan(1, "active", "", 4000, 6, 24000, date(2026, 5, 15), 4000, "Visa", "4242")
"""What `plan` alone means."""
MONEY = r"\d[\d,]*\.\d\d"
DAY = r"\d{4}-\d\d-\d\d"
PLAN = re.compile(
    rf"plan (?P<state>active|dormant|approval|signature)(?: (?P<monthly>{MONEY}) monthly)?(?: (?P<left>\d+) left)?"
    rf"(?: next (?P<next>{DAY}))?(?: day (?P<day>\d+))?(?: first (?P<first>{MONEY}))?"
    rf"(?: remaining (?P<remaining>{MONEY}))?"
    rf"(?: (?P<brand>[A-Z]\w+) (?P<last4>\d{{4}}))?(?: addable (?P<addable>{MONEY}))?(?P<paused> paused)?"
)
CARD = re.compile(r"(\w+) (\d{4}) saved( held)?( page only)?")
PROMISED = re.compile(rf"promised ({MONEY}) ({DAY})( told)?")
BROKEN = re.compile(r"broke (\d) promises?")
PAID = re.compile(rf"(taken|hold|paid elsewhere) ({MONEY}) ({DAY})(?: (\d{{4}}))?")
NOTHING: dict[str, dict[str, Any]] = {
    "plan": {"plan": ACTIVE},
    "no plan": {"plan": None},
    "no cards": {"cards": ()},
    "no promises": {"promises": (), "promises_broken": 0},
    "no review": {"review": ""},
    "nothing paid lately": {"paid_lately": ()},
}


def money_fact(person: Person, fact: str) -> Person | None:
    """The same person with this fact about their money; None where it is no such fact."""
    if fact in NOTHING:
        return replace(person, **NOTHING[fact])
    if fact.startswith("review "):
        return replace(person, review=fact.removeprefix("review "))
    if broken := BROKEN.fullmatch(fact):
        return replace(person, promises_broken=int(broken[1]))
    if plan := PLAN.fullmatch(fact):
        return replace(person, plan=_plan(plan))
    if card := CARD.fullmatch(fact):
        kept = SavedCard(len(person.cards) + 1, card[1], card[2], by_text=not card[4], held=bool(card[3]))
        return replace(person, cards=(*person.cards, kept))
    if promise := PROMISED.fullmatch(fact):
        day = date.fromisoformat(promise[2])
        kept_word = Promised(len(person.promises) + 1, day, cents(promise[1]), told=bool(promise[3]))
        return replace(person, promises=(*person.promises, kept_word))
    if paid := PAID.fullmatch(fact):
        state = cast(Literal["taken", "hold", "elsewhere"], paid[1].removeprefix("paid "))
        day = date.fromisoformat(paid[3])
        one = RecentPayment(len(person.paid_lately) + 1, state, cents(paid[2]), day, paid[4] or "")
        return replace(person, paid_lately=(*person.paid_lately, one))
    return None


def _plan(told: re.Match[str]) -> Plan:
    state, waits = told["state"], ""
    if state in ("approval", "signature"):
        state, waits = "pending", state
    next_on = date.fromisoformat(told["next"]) if told["next"] else None
    monthly, left = cents(told["monthly"] or "40.00"), int(told["left"] or 6)
    return Plan(
        1,
        cast(Literal["pending", "active", "dormant"], state),
        cast(Literal["", "approval", "signature"], waits),
        monthly,
        left,
        cents(told["remaining"]) if told["remaining"] else monthly * left,
        next_on,
        cents(told["first"]) if told["first"] else monthly,
        told["brand"] or "",
        told["last4"] or "",
        cents(told["addable"]) if told["addable"] else 0,
        bool(told["paused"]),
        int(told["day"]) if told["day"] else next_on.day if next_on else 0,
    )


OFFERED = re.compile(r"plans of (\d+)(?: or (\d+) with approval)?")


def money_policy(policy: Policy, fact: str) -> Policy | None:
    """The same policy with what this says about plans and cards; None where it says nothing about them."""
    words = fact.split()
    if fact == "saved cards on the page only":
        return replace(policy, saved_card_by_text=False)
    if fact == "no plans":
        return replace(policy, plans=replace(policy.plans, installments=1, installments_with_approval=1))
    if offered := OFFERED.fullmatch(fact):
        most = int(offered[2] or offered[1])
        lending = policy.plans.truth_in_lending or most > 4
        plans = replace(
            policy.plans, installments=int(offered[1]), installments_with_approval=most, truth_in_lending=lending
        )
        return replace(policy, plans=plans)
    if words[:2] == ["monthly", "minimum"]:
        return replace(policy, plans=replace(policy.plans, minimum_monthly_cents=cents(words[2])))
    if words[0] == "discount":
        return replace(policy, plans=replace(policy.plans, discount_percent=int(words[1])))
    return None


def cents(text: str) -> int:
    """Of a sum as scripts write it: 60.00, $1,250.00 or 60. Raises ValueError for anything else."""
    dollars, _, rest = text.lstrip("$").replace(",", "").partition(".")
    if len(rest) not in {0, 2}:
        raise ValueError("cents have two digits")
    return int(dollars) * 100 + int(rest or 0)
