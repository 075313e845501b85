"""What a patient asks of a payment plan in their own words, held against what the practice allows."""

import re
from dataclasses import replace
from datetime import date, timedelta

from conversations.facts import Person
from conversations.hearing import Parts, Share, choice, normalise, parts
from conversations.hearing.corrections import corrected
from conversations.policy import PlanPolicy
from conversations.steps.plan_terms import FEWEST, Terms, Verdict, by_count, by_month, due_days, judge, offers
from conversations.steps.ways_to_pay import PAYING
from conversations.turn import Turn

MOST_SHOWN = 3
USUAL_DAY = 15
AHEAD = timedelta(days=7)
"""The first installment is not due sooner than that: there is an agreement to read, and a charge to announce."""
WITHOUT_DISCLOSURE = 4
"""More installments by written agreement are credit under 12 CFR 1026.2(a)(17)."""
MONTHLY = frozenset("month monthly months mo mes meses mensual mensuales mensualidad mensualidades".split())
OFTENER = frozenset("week weekly weeks biweekly paycheck semana semanas semanal semanales quincena quincenal".split())
EVERY = re.compile(
    r"\b(?:every|each|cada) (?:other )?"
    r"(?:mon|tue|wed|thu|fri|sat|sun|lunes|martes|miercoles|jueves|viernes|sabado|domingo)"
)
STARTING = frozenset("first start starts starting begin primer primero empezar empiece empieza comience".split())
AROUND_PICK = frozenset("on starting start from begin beginning desde del empezando due date day dia".split())
LONGEST_ANSWER = 14


def candidates(turn: Turn) -> list[Person]:
    """Those this talk is about who may want a plan, or have one."""
    return [p for p in turn.chosen if p.balance_cents > 0 or p.plan]


def subject(turn: Turn) -> Person | None:
    """Whose plan it is. A plan is one person's: None while it may be several."""
    found = candidates(turn) or list(turn.chosen[:1])
    return found[0] if len(found) == 1 else None


def owed(turn: Turn) -> int:
    """What a plan would spread."""
    person = subject(turn)
    return person.balance_cents if person else 0


def policy(turn: Turn) -> PlanPolicy:
    """The practice's, within the law."""
    chosen = turn.facts.policy.plans
    if chosen.truth_in_lending:
        return chosen
    most = min(chosen.installments_with_approval, WITHOUT_DISCLOSURE)
    return replace(chosen, installments=min(chosen.installments, most), installments_with_approval=most)


def shown(turn: Turn) -> tuple[Terms, ...]:
    """What is offered, at most three: the shortest, the longest, and what lies between them."""
    every = offers(owed(turn), policy(turn))
    if len(every) <= MOST_SHOWN:
        return every
    return (every[0], every[len(every) // 2], every[-1])


def smallest(turn: Turn) -> int:
    """The least cents a month that even staff may agree to: as little as the longest of our offers."""
    allowed = policy(turn)
    longest = -(-owed(turn) // max(allowed.installments_with_approval, 1))
    return max(allowed.minimum_monthly_cents, longest)


def said(turn: Turn) -> Parts:
    """Sums, days and numbers of payments in what they wrote."""
    return parts(turn.wish, turn.today)


def answering(turn: Turn) -> bool:
    """Do they answer our offers, rather than ask for a plan?"""
    return turn.heard_as == "plan.chosen"


def terms(turn: Turn) -> Terms | None:
    """The terms they ask for: one of our offers, a sum a month, or a number of payments."""
    told, total = said(turn), owed(turn)
    if total <= 0:
        return None
    if answering(turn) and (picked := _picked(turn, told)) is not None:
        return picked
    sums = [one for one in told.sums if isinstance(one, int) and one > 0]
    if len(sums) == 1 and len(told.sums) == 1:
        return by_month(total, sums[0])
    if not told.sums and told.count:
        counted = by_count(total, told.count)
        return counted if counted.last_cents > 0 else None
    return None


def verdict(turn: Turn) -> Verdict | None:
    """What the practice says to them."""
    asked = terms(turn)
    return judge(asked, policy(turn)) if asked else None


def _picked(turn: Turn, told: Parts) -> Terms | None:
    """A letter, or a number where it can mean only one of them."""
    offered = shown(turn)
    words = _pick(told)
    at = choice(" ".join(words), len(offered))
    digit = next((int(word) for word in words if word.isdecimal() and len(word) == 1), None)
    if digit is None:
        return offered[at - 1] if at else None
    meant = {one for one in (offered[at - 1] if at else None, _of_count(offered, digit)) if one}
    return meant.pop() if len(meant) == 1 else None


def _pick(told: Parts) -> list[str]:
    """What may be a letter of ours: "B" of "no wait, B on the 20th"."""
    return [word for word in corrected(" ".join(told.left)).split() if word not in AROUND_PICK]


def _of_count(offered: tuple[Terms, ...], count: int) -> Terms | None:
    return next((one for one in offered if one.count == count), None)


def pick_unclear(turn: Turn) -> bool:
    """Two may be the second offer, or two payments."""
    words = _pick(said(turn))
    return answering(turn) and len(words) == 1 and words[0].isdecimal() and len(words[0]) == 1 and _none(turn)


def _none(turn: Turn) -> bool:
    return _picked(turn, said(turn)) is None


def too_often(turn: Turn) -> bool:
    """So much a week: plans go by the month."""
    wish = normalise(turn.wish)
    words = set(wish.split())
    return bool(words & OFTENER or EVERY.search(wish)) and not words & MONTHLY


def half_meant(turn: Turn) -> bool:
    """Half of it, and no sum: now, or each month of two?"""
    told = said(turn)
    offered = shown(turn)
    return told.sums[:1] == (Share.HALF,) and _only_shares(told) and bool(offered) and offered[0].count == FEWEST


def _only_shares(told: Parts) -> bool:
    return not told.count and all(isinstance(one, Share) for one in told.sums)


def names_terms(turn: Turn) -> bool:
    """Is this an answer to our offers? PAY 50 is not: it pays."""
    if turn.heard is None:
        return False
    words = turn.heard.words.split()
    told = parts(turn.heard.raw, turn.today)
    pays = words[:1] and words[0] in PAYING and MONTHLY.isdisjoint(words) and not told.count
    if pays or len(words) > LONGEST_ANSWER:
        return False
    letter = choice(" ".join(_pick(told)), MOST_SHOWN)
    day = told.days and (len(words) <= MOST_SHOWN + 1 or not STARTING.isdisjoint(words))
    return bool(letter or told.sums or told.count or too_often(turn) or day)


def first_on(turn: Turn) -> date:
    """The first installment: on the 15th, or on the day of the month that they named, and never within a week."""
    days = said(turn).days
    kept = turn.recall("day")
    return first_after(turn.today, days[0].day if days else kept if isinstance(kept, int) else USUAL_DAY)


def first_after(today: date, day: int) -> date:
    """The first day with that number, or the last of a month that is too short for it, a week from today or later."""
    starts = (due_days(date(today.year, 1, min(day, 31)), 12 + today.month + 2))[today.month - 1 :]
    return next(one for one in starts if one - today >= AHEAD)
