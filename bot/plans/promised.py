"""Promises to pay, on their days: told in notice hours, then kept, or broken on the day after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from bot.store import ledger, people, promises
from bot.store.practices import Practice
from bot.store.promises import BROKEN, DROPPED, KEPT, OPEN, TOLD, Promise
from bot.store.tables import conversations
from bot.turns.arrivals import Arrival, World
from conversations.events import Event, PromiseBroken, PromiseDue

FURTHEST_ZONE = timedelta(hours=14)
Found = tuple[int | None, Event | None]


@dataclass(frozen=True, slots=True)
class Today:
    """What the clock says where the patient is."""

    day: date
    in_hours: bool
    told_on: date | None

    def is_for(self, one: Promise) -> bool:
        """Is anything to be said or settled about it now?"""
        if one.state == OPEN:
            return self.in_hours and self.day >= one.due_on
        return self.told_on is not None and self.day > self.told_on


def due(conn: Connection, world: World, now: datetime) -> list[Promise]:
    """Those about which something is to be done now."""
    found = promises.due(conn, (now + FURTHEST_ZONE).date())
    return [one for one in found if (today := _today(conn, world, one, now)) and today.is_for(one)]


def arrival(one: Promise, now: datetime) -> Arrival:
    """Told on its day, even where the server was down then; the day after that it is kept or broken."""

    def prepare(conn: Connection) -> Found:
        still = _still_to_pay(conn, one)
        if still is None:
            promises.move_on(conn, one, DROPPED, now)
            return None, None
        if still <= 0:
            promises.move_on(conn, one, KEPT, now)
            return None, None
        if one.state == OPEN:
            told = promises.move_on(conn, one, TOLD, now)
            return one.conversation_id, PromiseDue(tuple(one.person_ids), still, one.due_on) if told else None
        broken = promises.move_on(conn, one, BROKEN, now)
        return one.conversation_id, _broken(conn, one) if broken else None

    return Arrival(
        provider="promise",
        provider_id=f"{one.id}:{one.state}",
        event=None,
        received_at=now,
        details={"promise_id": one.id},
        prepare=prepare,
    )


def _still_to_pay(conn: Connection, one: Promise) -> int | None:
    """Of this part, after what was paid since; None: nobody is to be asked any more."""
    patients = people.by_id(conn, one.person_ids)
    if any(patient.died for patient in patients.values()):
        return None
    parts = promises.together(conn, one)
    left = promises.uncovered(parts, promises.paid_since(conn, one.person_ids, one.made_at))
    owed = sum(max(0, cents) for cents in ledger.balances(conn, one.person_ids).values())
    return min(next((cents for part, cents in left if part.id == one.id), 0), owed)


def _broken(conn: Connection, one: Promise) -> PromiseBroken:
    address = conn.scalar(select(conversations.c.address_id).where(conversations.c.id == one.conversation_id))
    made = promises.about(conn, [address]) if address else []
    times = max((promises.broken_in_a_row(made, person) for person in one.person_ids), default=1)
    return PromiseBroken(tuple(one.person_ids), times)


def _today(conn: Connection, world: World, one: Promise, now: datetime) -> Today | None:
    practice = world.practices.by_id(conn, one.practice_id)
    if practice is None:
        return None
    zone = ZoneInfo(_zone(conn, practice, one.person_ids))
    local = now.astimezone(zone)
    told_on = one.told_at.astimezone(zone).date() if one.told_at else None
    return Today(local.date(), practice.file.policy.notice_hours.holds(local.time()), told_on)


def _zone(conn: Connection, practice: Practice, person_ids: Sequence[int]) -> str:
    for patient in people.by_id(conn, person_ids).values():
        return patient.time_zone or patient.zip_zone or practice.file.time_zone
    return practice.file.time_zone
