"""Changes to a plan that was signed: a date moved, a sum added, a pause, and what was paid beside it."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, update

from bot.store import installments, plans
from bot.store.installments import (
    DROPPED,
    FAILED,
    NOTICE,
    NOTICE_OF_CHANGE,
    PAID,
    WAITING,
    Installment,
    NewInstallment,
    charge_at,
)
from bot.store.money_tables import plans as plans_table
from bot.store.plans import ACTIVE, CLOSED, DORMANT, Plan
from conversations.steps.plan_terms import due_days

LONGEST = 600
"""Months in which a plan may fall due: more than any."""


def move(conn: Connection, plan: Plan, on: date, who: str, now: datetime) -> bool:
    """The next installment falls due on that day instead. Whoever says so knows: a near day is not announced again."""
    zone = plans.zone_of(conn, plan.person_id)
    one = next((each for each in _waiting(conn, plan)), None)
    if one is None or plan.state not in plans.OPEN:
        return False
    near = on - _today(now, zone) < NOTICE
    told = one.announced_at if one.changed else now if near else None
    at = charge_at(on, zone)
    values = {
        "due_on": on,
        "try_at": max(at, told + one.notice) if one.changed and told else at,
        "announced_at": told,
        "announced_in": one.announced_in if one.changed else None,
    }
    if not installments.change(conn, one, values):
        return False
    plans.note(conn, plan.id, "moved", who, now, number=one.number, was=one.due_on.isoformat(), on=on.isoformat())
    return True


def pause(conn: Connection, plan: Plan, who: str, now: datetime) -> bool:
    """Nothing is charged until it goes on."""
    if plan.state != ACTIVE or not plans.change(conn, plan, {"state": DORMANT, "paused_at": now}):
        return False
    plans.note(conn, plan.id, "paused", who, now)
    return True


def resume(conn: Connection, plan: Plan, who: str, now: datetime, on: date | None = None) -> bool:
    """It goes on, with the next installment on that day; else with the first of the plan's days that can be announced.

    The others keep their days, or move to later months where they must.
    """
    if not plan.paused or not plans.change(conn, plan, {"state": ACTIVE, "paused_at": None}):
        return False
    zone, waiting = plans.zone_of(conn, plan.person_id), _waiting(conn, plan)
    soonest = _today(now, zone) + NOTICE
    days = due_days(plan.first_on, LONGEST)
    before = on if on and on >= soonest else None
    for at, one in enumerate(waiting):
        asked = before if at == 0 else None
        free = one.due_on >= soonest and (at == 0 or before is None or one.due_on > before)
        day = asked or (one.due_on if free else next(d for d in days if d >= soonest and (not before or d > before)))
        before = day
        if day != one.due_on or one.announced_at is None:
            values = {"due_on": day, "try_at": charge_at(day, zone), "announced_at": None, "announced_in": None}
            installments.change(conn, one, values)
    plans.note(conn, plan.id, "resumed", who, now)
    return True


def add(conn: Connection, plan: Plan, cents: int, most: int, who: str, now: datetime) -> bool:
    """More to pay: the last installment is filled up, then others follow, up to `most`; what is over is spread.

    Whatever is more than was signed is announced ten days before (12 CFR 1005.10).
    """
    if cents <= 0 or plan.state not in {ACTIVE, DORMANT}:
        return False
    zone = plans.zone_of(conn, plan.person_id)
    soonest = _today(now, zone) + NOTICE_OF_CHANGE
    waiting = _waiting(conn, plan)
    later = [one for one in waiting if one.due_on > soonest]
    fits = max(0, min(cents, plan.monthly_cents - later[-1].amount_cents)) if later else 0
    new, rest = _further(conn, plan, cents - fits, most, soonest, zone)
    growing = later or ([] if new else waiting)
    new, shares = _spread(rest, new, len(growing))
    if fits:
        shares[-1] += fits
    for one, share in zip(growing, shares, strict=True):
        if share:
            at = max(charge_at(one.due_on, zone), charge_at(soonest, zone))
            grown = {"amount_cents": one.amount_cents + share, "changed": True, "try_at": at}
            installments.change(conn, one, grown | {"announced_at": None, "announced_in": None})
    installments.write(conn, plan.id, new)
    sums = {
        "count": plan.count + len(new),
        "total_cents": plan.total_cents + cents,
        "balance_cents": plan.balance_cents + cents,
    }
    conn.execute(update(plans_table).where(plans_table.c.id == plan.id).values(sums))
    plans.note(conn, plan.id, "added", who, now, amount_cents=cents)
    return True


def shrink(conn: Connection, plan: Plan, balance_cents: int, now: datetime) -> bool:
    """A plan takes no more than what is owed: paid otherwise, it covers what is overdue, then the last ones fall away.

    True: nothing is left of it, and it is closed.
    """
    every = installments.left(installments.of(conn, [plan.id]).get(plan.id, ()))
    surplus = sum(one.amount_cents for one in every) - max(0, balance_cents)
    if surplus <= 0:
        return False
    today = _today(now, plans.zone_of(conn, plan.person_id))
    open_ones = [one for one in every if one.state in {WAITING, FAILED}]
    due = [one for one in open_ones if one.tries or one.due_on <= today]
    for one in (*due, *reversed([one for one in open_ones if one not in due])):
        part = min(surplus, one.amount_cents)
        if part <= 0:
            break
        ended = {"state": PAID, "paid_at": now} if one in due else {"state": DROPPED}
        values = ended | {"try_at": None} if part == one.amount_cents else {"amount_cents": one.amount_cents - part}
        if installments.change(conn, one, values):
            surplus -= part
    rest = plans.left(conn, plan.id)
    plans.note(conn, plan.id, "shrunk", "system", now, left_cents=rest.left_cents)
    return rest.left_cents == 0 and plans.end(conn, plan.id, CLOSED, "paid_off", "system", now)


def _further(
    conn: Connection, plan: Plan, rest: int, most: int, soonest: date, zone: str
) -> tuple[list[NewInstallment], int]:
    """Installments that follow the last one, as many as there may be; and what does not fit into them."""
    every = installments.of(conn, [plan.id])[plan.id]
    live = len(installments.left(every))  # it is what is left that they agree to pay in so many
    number, last_on = max(one.number for one in every), max(one.due_on for one in every)
    days = iter([day for day in due_days(plan.first_on, LONGEST) if day > max(last_on, soonest)])
    some_wait = any(one.state == WAITING for one in every)
    new: list[NewInstallment] = []
    while rest and (live + len(new) < most or not (some_wait or new)):
        part, day = min(rest, plan.monthly_cents), next(days)
        number += 1
        new.append(NewInstallment(number, day, part, charge_at(day, zone), changed=True))
        rest -= part
    return new, rest


def _spread(rest: int, new: list[NewInstallment], growing: int) -> tuple[list[NewInstallment], list[int]]:
    """What still is to be paid, evenly over those that come: the new ones as they are then, and what the others get."""
    places = growing + len(new)
    each, odd = divmod(rest, places) if places else (0, 0)
    shares = [each + (at < odd) for at in range(places)]
    grown = [one._replace(amount_cents=one.amount_cents + shares[growing + at]) for at, one in enumerate(new)]
    return grown, shares[:growing]


def _waiting(conn: Connection, plan: Plan) -> Sequence[Installment]:
    every = installments.of(conn, [plan.id]).get(plan.id, ())
    return [one for one in every if one.state == WAITING]


def _today(now: datetime, zone: str) -> date:
    return now.astimezone(ZoneInfo(zone)).date()
