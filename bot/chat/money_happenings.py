"""What may happen to plans, promises, cards and refunds in a talk, in words; the facts change as the shell's would."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Literal, cast, get_args

from bot.chat.money_facts import cents
from bot.chat.world import World
from conversations.events import (
    CardSaved,
    ChargeFailed,
    ChargeSettled,
    Event,
    InstallmentComing,
    InstallmentDue,
    PaymentRefunded,
    PaymentRequested,
    PlanActivated,
    PlanApproved,
    PlanChanged,
    PlanRefused,
    PlanUnsigned,
    PromiseBroken,
    PromiseDue,
)
from conversations.facts import Person, Plan


def money_event(world: World, head: str, rest: str) -> Event | None:
    """The event that this line tells; None where it tells of something else."""
    known: dict[str, Callable[[World, Person, list[str]], Event]] = {
        "requested": _requested,
        "refunded": _refunded,
        "card saved": _card_saved,
        "plan approved": _approved,
        "plan refused": _refused,
        "plan unsigned": _unsigned,
        "plan signed": _signed,
        "plan changed": _changed,
        "installment coming": _coming,
        "installment due": lambda _, person, words: InstallmentDue(person.id, cents(words[0])),
        "installment paid": _installment_paid,
        "installment declined": _installment_declined,
        "promise due": _due,
        "promise broken": _broken,
    }
    if head not in known:
        return None
    words = rest.split()
    named = next((p for p in (*world.facts.people, *world.facts.family) if words and p.first_name == words[0]), None)
    return known[head](world, named or world.facts.people[0], words[1:] if named else words)


def _requested(_world: World, person: Person, words: list[str]) -> Event:
    """`requested> Ana 50.00`, `requested> Ana`, `requested> Ana plan`."""
    amount = cents(words[0]) if words and words[0] != "plan" else None
    return PaymentRequested(person.id, amount, plan="plan" in words)


def _refunded(world: World, person: Person, words: list[str]) -> Event:
    """`refunded> 60.00`, `refunded> 60.00 still owed`."""
    return PaymentRefunded(
        (person.id,), cents(words[0]), "HFM-20931", "Visa", "4242", world.now, still_owed="owed" in words
    )


def _card_saved(_world: World, person: Person, words: list[str]) -> Event:
    """`card saved> Visa 4242`."""
    return CardSaved(person.id, words[0], words[1], "I let Harbor Family Med charge this card when I say so.")


def _approved(world: World, person: Person, words: list[str]) -> Event:
    """`plan approved>` as asked for, or on other terms: `plan approved> 50.00 x 6 last 50.00 from 2026-05-20`."""
    plan = _plan(person)
    if words:
        monthly, count = cents(words[0]), int(words[2])
        last, first_on = cents(words[4]), date.fromisoformat(words[6])
        plan = replace(plan, monthly_cents=monthly, left=count, remaining_cents=monthly * (count - 1) + last)
        plan = replace(plan, next_on=first_on)
    plan = replace(plan, state="pending", waits="signature")
    world.change_people((person.id,), plan=plan)
    last_cents = plan.remaining_cents - plan.monthly_cents * (plan.left - 1)
    return PlanApproved(person.id, plan.monthly_cents, plan.left, last_cents, plan.next_on or date(2026, 5, 15))


def _refused(world: World, person: Person, _words: list[str]) -> Event:
    world.change_people((person.id,), plan=None)
    return PlanRefused(person.id)


def _unsigned(world: World, person: Person, _words: list[str]) -> Event:
    world.change_people((person.id,), plan=replace(_plan(person), state="dormant", waits=""))
    return PlanUnsigned(person.id)


def _signed(world: World, person: Person, words: list[str]) -> Event:
    """`plan signed>`: with Visa 4242 unless another card is told."""
    brand, last4 = words[:2] if len(words) > 1 else ("Visa", "4242")
    plan = replace(_plan(person), state="active", waits="", card_brand=brand, card_last4=last4)
    world.change_people((person.id,), plan=plan)
    return PlanActivated(person.id, plan.next_cents, plan.next_on or date(2026, 5, 15), brand, last4)


Change = Literal["moved", "added", "paused", "resumed", "cancelled", "paid_off", "defaulted"]


def _changed(world: World, person: Person, words: list[str]) -> Event:
    """`plan changed> moved 2026-05-20 40.00`, `plan changed> paused`, `plan changed> cancelled` …"""
    change = words[0]
    if change not in get_args(Change):
        raise ValueError(f"a plan is never {change}")
    on = date.fromisoformat(words[1]) if len(words) > 1 else None
    due = cents(words[2]) if len(words) > 2 else 0
    plan = _plan(person)
    if change in ("cancelled", "paid_off", "defaulted"):
        world.change_people((person.id,), plan=None)
    else:
        paused = change == "paused"
        kept = replace(plan, paused=paused, next_on=on or plan.next_on, next_cents=due or plan.next_cents)
        world.change_people((person.id,), plan=kept)
    return PlanChanged(person.id, cast(Change, change), on, due)


def _coming(_world: World, person: Person, words: list[str]) -> Event:
    """`installment coming> 40.00 2026-05-15`."""
    plan = _plan(person)
    on = date.fromisoformat(words[1])
    return InstallmentComing(person.id, cents(words[0]), on, plan.card_brand or "Visa", plan.card_last4 or "4242")


def _installment_paid(world: World, person: Person, words: list[str]) -> Event:
    """`installment paid> 40.00 left 200.00 next 2026-06-15`; without `next` it was the last."""
    amount, left = cents(words[0]), cents(words[2])
    on = date.fromisoformat(words[4]) if len(words) > 4 else None
    balance = person.balance_cents - amount
    plan = replace(_plan(person), remaining_cents=left, left=max(_plan(person).left - 1, 0), next_on=on)
    world.change_people((person.id,), balance_cents=balance, plan=plan if left else None)
    return ChargeSettled(
        (person.id,), amount, balance, "HFM-20931", "Visa", "4242", world.now, True, plan_left_cents=left, next_on=on
    )


def _installment_declined(_world: World, person: Person, words: list[str]) -> Event:
    """`installment declined> 40.00 retry 2026-05-18`; without `retry` it is not tried again."""
    retry_on = date.fromisoformat(words[2]) if len(words) > 2 else None
    return ChargeFailed((person.id,), cents(words[0]), "Visa", "4242", saved_card=True, retry_on=retry_on)


def _due(world: World, person: Person, words: list[str]) -> Event:
    """`promise due> 50.00`: today is the day."""
    today = world.local_day()
    kept = tuple(replace(p, told=True) if p.on == today else p for p in person.promises)
    world.change_people((person.id,), promises=kept)
    return PromiseDue((person.id,), cents(words[0]), today)


def _broken(world: World, person: Person, words: list[str]) -> Event:
    """`promise broken> 1`: so many in a row."""
    left = tuple(p for p in person.promises if p.on >= world.local_day())
    world.change_people((person.id,), promises=left, promises_broken=int(words[0]))
    return PromiseBroken((person.id,), int(words[0]))


def _plan(person: Person) -> Plan:
    if person.plan is None:
        raise ValueError(f"{person.first_name} has no plan")
    return person.plan
