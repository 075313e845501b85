"""The practice asks for a payment: by text or mail, over an amount or all of it, or by offering a plan."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.notices import Notice, became, begun, find_patient, place_of
from bot.paying.invitations.pay_links import CannotLinkError, check_amount
from bot.store import ledger
from bot.store.practices import Practice
from bot.turns.arrivals import World
from bot.turns.batch import take_batch
from conversations.events import PaymentRequested, Way
from conversations.money import dollars
from conversations.steps.plan_terms import offers


class NoPlanError(ValueError):
    """This balance cannot be split as the practice allows; the message says why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: a part, everything (None), or a plan."""

    patient_id: str
    channel: Way
    amount_cents: int | None
    plan: bool
    who: str


@dataclass(frozen=True, slots=True)
class Requested:
    """What became of it. `inbox_id` is the row that tells why nothing was written."""

    notice: Notice
    inbox_id: int | None
    woke: bool


def request(conn: Connection, world: World, practice: Practice, wanted: Wanted, now: datetime) -> Requested:
    """Put the request in the outbox, or say which rule holds it back.

    Raises UnknownPatientError, CannotLinkError for an amount, NoPlanError.
    """
    person = find_patient(conn, practice, wanted.patient_id)
    owed = ledger.balances(conn, [person.id])[person.id]
    policy = practice.file.policy
    if wanted.amount_cents is not None:
        check_amount(wanted.amount_cents, max(0, owed), policy)
    if wanted.plan and owed > 0 and not offers(owed, policy.plans):
        raise NoPlanError(f"{dollars(owed)} cannot be split into installments as the practice allows them.")
    place = place_of(conn, practice, person, wanted.channel, now)
    if isinstance(place, Notice):
        return Requested(place, None, woke=False)
    event = PaymentRequested(person.id, wanted.amount_cents, wanted.plan)
    taken = take_batch(conn, (begun(place, event, person, wanted.who, now),), world)[0]
    return Requested(became(conn, taken, now), taken.inbox_id, taken.woke)


__all__ = ["CannotLinkError", "NoPlanError", "Requested", "Wanted", "request"]
