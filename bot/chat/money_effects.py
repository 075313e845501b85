"""What becomes of a simulated patient's plan, promises and reviews when the core asks for something."""

from dataclasses import replace
from datetime import date
from typing import Any

from conversations.effects import ChangePlan, Effect, KeepPromise, OpenReview, ProposePlan
from conversations.facts import Facts, Person, Plan, Promised

Changes = dict[str, Any]


def changes(facts: Facts, effect: Effect) -> dict[int, Changes]:
    """Per person what changes about them."""
    match effect:
        case ProposePlan():
            return {effect.person_id: {"plan": _proposed(effect)}}
        case ChangePlan():
            everybody = (*facts.people, *facts.family)
            return {p.id: {"plan": _changed(p, effect)} for p in everybody if p.plan and p.plan.id == effect.plan_id}
        case KeepPromise():
            kept = tuple(Promised(n, day, cents) for n, (day, cents) in enumerate(effect.parts, 1))
            return {one: {"promises": kept} for one in effect.person_ids}
        case OpenReview():
            return {one: {"review": effect.number, "notices_paused": True} for one in effect.person_ids}
        case _:
            return {}


def _proposed(effect: ProposePlan) -> Plan:
    return Plan(
        1,
        "pending",
        "approval" if effect.needs_approval else "signature",
        effect.monthly_cents,
        effect.count,
        effect.total_cents,
        effect.first_on,
        effect.monthly_cents,
    )


def _changed(person: Person, effect: ChangePlan) -> Plan | None:
    plan = person.plan
    if plan is None or effect.change == "cancel":
        return None
    if effect.change == "move":
        return replace(plan, next_on=effect.on)
    if effect.change == "add":
        return replace(plan, remaining_cents=plan.remaining_cents + effect.amount_cents, addable_cents=0)
    return replace(plan, paused=effect.change == "pause")


def short(facts: Facts, name: str, value: Any) -> str:
    """A value of an effect about money, in a word or two; empty for any other."""
    if name == "person_id":
        person = facts.person(value)
        return person.first_name if person else ""
    if name.endswith("_cents") and isinstance(value, int):
        return _money(value) if value else ""
    if name == "parts":
        return " and ".join(f"{_money(cents)} on {day.isoformat()}" for day, cents in value)
    return value.isoformat() if type(value) is date else ""


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
