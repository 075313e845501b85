"""What the practice does to a charge by hand: give it up, take it back, credit it, move it to the patient. And undo."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select, update

from bot.facts.balances import open_charges
from bot.paying.books.giving_back import opposite
from bot.store import entries, ledger
from bot.store.entries import Posted
from bot.store.ledger import ADJUSTED, INSURANCE, RECEIVABLE, REVENUE, Entry, Posting
from bot.store.tables import charges


class Kind(StrEnum):
    """What may be done; the entry in the books is called so."""

    WRITE_OFF = "write_off"  # it is not asked for any more
    CANCEL = "cancel"  # it was never to be charged
    CREDIT = "credit"  # in the patient's favour; of an overpaid charge: free for their other visits, or a refund
    TO_PATIENT = "patient_responsibility"  # the insurer does not pay it


class NoSuchChargeError(LookupError):
    """The practice has no such charge."""


class NoSuchAdjustmentError(LookupError):
    """The practice made no such adjustment."""


class UndoneError(ValueError):
    """It was undone already; nothing is undone twice."""


class AboveError(ValueError):
    """More than remains of the charge."""

    def __init__(self, left_cents: int) -> None:
        self.left_cents = left_cents
        super().__init__("more than remains of the charge")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An adjustment. `once` names the press of a button: a second press does nothing more."""

    practice_id: int
    charge_id: str
    kind: Kind
    amount_cents: int
    reason: str
    once: str = ""


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What stands in the books, and what the patient owes after it."""

    id: int
    charge_id: str
    kind: Kind
    amount_cents: int
    reason: str
    at: datetime
    balance_cents: int
    undone: bool = False


@dataclass(frozen=True, slots=True)
class _Charge:
    id: int
    charge_id: str
    person_id: int


_C = charges.c
_CHARGE = select(_C.id, _C.charge_id, _C.person_id)


def adjust(conn: Connection, wanted: Wanted, now: datetime) -> Adjusted:
    """Post it, as one entry. Raises NoSuchChargeError, or AboveError when it is more than remains."""
    mine = (_C.practice_id == wanted.practice_id, _C.charge_id == wanted.charge_id)
    row = conn.execute(_CHARGE.where(*mine).with_for_update(key_share=True)).one_or_none()
    if row is None:
        raise NoSuchChargeError("the practice has no such charge")
    charge = _Charge(*row)
    sides = _sides(conn, charge, wanted)
    reference = f"{wanted.kind}:{wanted.once or secrets.token_hex(12)}"
    entry = Entry(wanted.practice_id, wanted.kind, reference, now, sides, wanted.reason)
    if ledger.post(conn, entry) is not None and wanted.kind is Kind.TO_PATIENT:
        _move(conn, charge.id, wanted.amount_cents)
    posted = entries.by_reference(conn, wanted.practice_id, reference)
    if posted is None:
        raise LookupError("an entry that was posted is not there")
    return _told(conn, posted, charge)


def undo(conn: Connection, practice_id: int, entry_id: int, reason: str, now: datetime) -> Adjusted:
    """A second entry that takes it back, never a third. Raises NoSuchAdjustmentError, or UndoneError."""
    posted = entries.find(conn, practice_id, entry_id)
    if posted is None or posted.kind not in set(Kind):
        raise NoSuchAdjustmentError("the practice made no such adjustment")
    charge = _charge_of(conn, posted)
    again = Entry(
        practice_id, "undone", entries.undone_by(posted.id), now, opposite(posted.lines), reason, undoes_id=posted.id
    )
    if ledger.post(conn, again) is None:
        raise UndoneError("it was undone already")
    if posted.kind == Kind.TO_PATIENT:
        _move(conn, charge.id, -_amount(posted))
    return _told(conn, posted, charge, undone=True)


def _sides(conn: Connection, charge: _Charge, wanted: Wanted) -> tuple[Posting, ...]:
    cents, person = wanted.amount_cents, charge.person_id
    if wanted.kind is Kind.TO_PATIENT:
        return Posting(RECEIVABLE, person, cents, charge.id), Posting(INSURANCE, person, -cents, charge.id)
    over = _overpaid(conn, charge) if wanted.kind is Kind.CREDIT else 0
    if cents > (left := over or _remaining(conn, charge)):
        raise AboveError(left)
    if over:
        return Posting(RECEIVABLE, person, cents, charge.id), Posting(RECEIVABLE, person, -cents)
    given = REVENUE if wanted.kind is Kind.CANCEL else ADJUSTED
    return Posting(RECEIVABLE, person, -cents, charge.id), Posting(given, person, cents, charge.id)


def _remaining(conn: Connection, charge: _Charge) -> int:
    """As the balance shows it: credit has paid the oldest visits."""
    shown = open_charges(conn, charge.person_id)
    return next((one.remaining_cents for one in shown if one.charge_id == charge.charge_id), 0)


def _overpaid(conn: Connection, charge: _Charge) -> int:
    left = ledger.owed(conn, [charge.person_id]).get(charge.person_id, ())
    return next((max(0, -one.cents) for one in left if one.charge_id == charge.id), 0)


def _move(conn: Connection, charge_id: int, cents: int) -> None:
    """The patient's share is another one now: an import that says so too finds nothing to do."""
    share = _C.patient_owes_cents + cents
    conn.execute(update(charges).where(_C.id == charge_id).values(patient_owes_cents=share))


def _charge_of(conn: Connection, posted: Posted) -> _Charge:
    charge_id = next(line.charge_id for line in posted.lines if line.charge_id is not None)
    return _Charge(*conn.execute(_CHARGE.where(_C.id == charge_id)).one())


def _amount(posted: Posted) -> int:
    return sum(line.cents for line in posted.lines if line.cents > 0)


def _told(conn: Connection, posted: Posted, charge: _Charge, *, undone: bool = False) -> Adjusted:
    balance = ledger.balances(conn, [charge.person_id])[charge.person_id]
    kind, cents = Kind(posted.kind), _amount(posted)
    return Adjusted(posted.id, charge.charge_id, kind, cents, posted.reason, posted.at, balance, undone)
