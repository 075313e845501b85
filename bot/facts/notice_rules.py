"""What keeps a notice back: consent, the state of the number, caps, whether anything is owed (47 CFR 64.1200(a))."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.facts.people import Circle, is_minor, is_paid_for, is_paused, today_at
from bot.store import ledger, outbox
from bot.store.conversations import Thread
from bot.store.ledger import Owed
from bot.store.people import Patient
from bot.store.practices import Practice
from conversations.conversation import Owner

TOLL_FREE = ("800", "833", "844", "855", "866", "877", "888")
WEEK = timedelta(days=7)
LONGEST_MEMORY = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Before:
    """What was begun with these people before, and since when they owe what."""

    notices: Mapping[int, list[datetime]]
    owed: Mapping[int, list[Owed]]


NOTHING_BEFORE = Before({}, {})


def gather(conn: Connection, person_ids: Collection[int], now: datetime) -> Before:
    """What the rules need to know about these people."""
    if not person_ids:
        return NOTHING_BEFORE
    return Before(outbox.notices(conn, person_ids, now - LONGEST_MEMORY), ledger.owed_since(conn, person_ids))


def refusal(
    practice: Practice,
    thread: Thread,
    circle: Circle,
    before: Before,
    person_id: int,
    now: datetime,
    *,
    simulated: bool,
) -> str:
    """The first rule that keeps a notice about this patient to this address back; empty: none does."""
    patient = circle.everybody.get(person_id)
    here = [one.id for one in circle.here.get(thread.address_id, ())]
    if patient is None or not _may_hear(circle, practice, here, patient, now):
        return "minor" if patient and patient.id in here else "not_on_file"
    return (
        _address_rule(practice, thread, simulated=simulated)
        or _person_rule(patient, circle, now)
        or _cap_rule(practice, patient, before, now)
        or ("staff_owns_thread" if thread.kept.owner is Owner.STAFF else "")
    )


def _may_hear(circle: Circle, practice: Practice, here: list[int], patient: Patient, now: datetime) -> bool:
    """Is this address one of the patient's, or of somebody who pays for them? A minor's own phone is not told."""
    today = today_at(now, practice.file.time_zone)
    guarantors = {g for p, g in circle.paid_for if p == patient.id and is_paid_for(patient, today)}
    if guarantors & set(here):
        return True
    to_guarantor = practice.file.policy.notices_to_minors == "guarantor" and is_minor(patient, today)
    return patient.id in here and not to_guarantor


def _address_rule(practice: Practice, thread: Thread, *, simulated: bool) -> str:
    if thread.blocked or thread.problem == "wrong_number":
        return "wrong_number"
    if thread.channel == "text" and (rule := _text_rule(practice, thread, simulated=simulated)):
        return rule
    if thread.problem:
        return thread.problem
    return {"revoked": "opted_out", "held": "held", "none": "no_consent"}.get(thread.consent, "")


def _text_rule(practice: Practice, thread: Thread, *, simulated: bool) -> str:
    if practice.file.role == "collector":
        return "collector"
    if not thread.address.startswith("+1"):
        return "not_us"
    if thread.address[2:5] in TOLL_FREE:
        return "toll_free"
    return "" if thread.verified or simulated else "unverified"


def _person_rule(patient: Patient, circle: Circle, now: datetime) -> str:
    if patient.died is not None:
        return "deceased"
    if is_paused(patient, now):
        return "paused"
    if sum(one.cents for one in circle.owed.get(patient.id, ())) <= 0:
        return "no_balance"
    return circle.affairs.hold_reminders(patient.id)


def _cap_rule(practice: Practice, patient: Patient, before: Before, now: datetime) -> str:
    policy, told = practice.file.policy, before.notices.get(patient.id, [])
    zone = ZoneInfo(patient.time_zone or patient.zip_zone or practice.file.time_zone)
    today = now.astimezone(zone).date()
    if sum(at.astimezone(zone).date() == today for at in told) >= policy.notices_per_day:
        return "day_cap"
    if sum(at > now - WEEK for at in told) >= policy.notices_per_week:
        return "week_cap"
    if not told or told[0] <= now - timedelta(days=policy.days_between_notices):
        return ""
    left = [one for one in before.owed.get(patient.id, ()) if one.cents > 0]
    new = any(one.posted_at and one.posted_at > told[0] for one in left)
    return "" if new else "too_soon"
