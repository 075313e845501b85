"""What is agreed with patients about money, as a turn may know it: plans, promises, billing reviews."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.store import cards, installments, plans, promises, reviews
from bot.store.dealings import PLAN, PROMISE, REVIEW
from bot.store.installments import WAITING, Installment
from bot.store.ledger import Owed
from bot.store.people import Patient
from bot.store.promises import TOLD, Promise
from conversations.facts import Plan, Promised


@dataclass(frozen=True, slots=True)
class Affairs:
    """By person."""

    plans: Mapping[int, Plan] = field(default_factory=dict)
    promises: Mapping[int, tuple[Promised, ...]] = field(default_factory=dict)
    broken: Mapping[int, int] = field(default_factory=dict)
    reviews: Mapping[int, str] = field(default_factory=dict)

    def hold_reminders(self, person_id: int) -> str:
        """The rule that keeps balance notices from this patient: what they owe is agreed already."""
        plan = self.plans.get(person_id)
        if plan and plan.state == "active" and plan.addable_cents <= 0:
            return "on_plan"
        return "promised" if self.promises.get(person_id) else ""


NOTHING = Affairs()


def gather(
    conn: Connection,
    theirs: Mapping[str, object],
    everybody: Mapping[int, Patient],
    address_ids: Collection[int],
    owed: Mapping[int, Sequence[Owed]],
) -> Affairs:
    """What these people have; asked for only where anybody has any."""
    if not theirs.keys() & {PLAN, PROMISE, REVIEW}:
        return NOTHING
    made = promises.about(conn, address_ids) if PROMISE in theirs else []
    broken = {one: promises.broken_in_a_row(made, one) for one in everybody} if made else {}
    return Affairs(
        _plans(conn, everybody, owed) if PLAN in theirs else {},
        _promised(conn, made),
        broken,
        reviews.open_about(conn, address_ids) if REVIEW in theirs else {},
    )


def _plans(conn: Connection, everybody: Mapping[int, Patient], owed: Mapping[int, Sequence[Owed]]) -> dict[int, Plan]:
    every_open = plans.open_of(conn, everybody).items()
    heard_of = {person: [plan for plan in theirs if not plan.draft] for person, theirs in every_open}
    found = {person: theirs[0] for person, theirs in heard_of.items() if theirs}
    every = installments.of(conn, [plan.id for plan in found.values()])
    named = cards.named(conn, {plan.card_id for plan in found.values() if plan.card_id})
    told: dict[int, Plan] = {}
    for person, plan in found.items():
        balance = sum(one.cents for one in owed.get(person, ()))
        patient = everybody[person]
        zone = patient.time_zone or patient.zip_zone or "UTC"
        told[person] = _plan(plan, every.get(plan.id, ()), named.get(plan.card_id or 0, ("", "")), balance, zone)
    return told


def _plan(plan: plans.Plan, every: Sequence[Installment], card: tuple[str, str], balance_cents: int, zone: str) -> Plan:
    signed = plan.state == plans.ACTIVE or plan.paused
    still = installments.left(every) if signed else ()
    coming = next((one for one in still if one.state == WAITING), None)
    remaining = sum(one.amount_cents for one in still) if signed else plan.total_cents
    whole = plan.total_cents if plan.count == 1 else plan.monthly_cents
    return Plan(
        id=plan.id,
        # One that is stopped for a while is a signed plan all the same.
        state=cast("Literal['pending', 'active', 'dormant']", plans.ACTIVE if plan.paused else plan.state),
        waits=cast("Literal['', 'approval', 'signature']", plan.waits),
        monthly_cents=plan.monthly_cents,
        left=len(still) if signed else plan.count,
        remaining_cents=remaining,
        next_on=(_day_of(coming, zone) if coming else None) if signed else plan.first_on,
        next_cents=(coming.amount_cents if coming else 0) if signed else whole,
        card_brand=card[0],
        card_last4=card[1],
        addable_cents=max(0, balance_cents - remaining) if signed else 0,
        paused=plan.paused,
        day=plan.first_on.day,
    )


def _day_of(one: Installment, zone: str) -> date:
    """When it is charged next: a try after a refusal is on another day than it was due."""
    return one.try_at.astimezone(ZoneInfo(zone)).date() if one.tries and one.try_at else one.due_on


def _promised(conn: Connection, made: Sequence[Promise]) -> dict[int, tuple[Promised, ...]]:
    """What still is to be paid of them, soonest first."""
    told: dict[int, tuple[Promised, ...]] = {}
    groups: dict[tuple[int, datetime], list[Promise]] = {}
    for one in made:
        groups.setdefault((one.conversation_id, one.made_at), []).append(one)
    for (_, made_at), parts in groups.items():
        if not any(one.ended_at is None for one in parts):
            continue
        paid = promises.paid_since(conn, parts[0].person_ids, made_at)
        for one, cents in promises.uncovered(parts, paid):
            if one.ended_at is None and cents > 0:
                new = Promised(one.id, one.due_on, cents, told=one.state == TOLD)
                for person in one.person_ids:
                    told[person] = (*told.get(person, ()), new)
    return told
