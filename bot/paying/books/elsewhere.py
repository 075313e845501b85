"""Cash, checks and cards that the practice took itself: recorded once, taken back, and what was handed back of them."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from bot.imports import single
from bot.imports.payments import Payment
from bot.imports.report import Counts, Problems
from bot.paying.books.giving_back import choose, given_back, lines, opposite, parts_of
from bot.paying.books.refunds import NoSuchPaymentError, TooMuchError, Wanted
from bot.store import entries, ledger
from bot.store.entries import Posted
from bot.store.ledger import ELSEWHERE, Entry
from bot.store.tables import people, practices


class AboveBalanceError(ValueError):
    """More than the patient owes."""

    def __init__(self, owed_cents: int) -> None:
        self.owed_cents = owed_cents
        super().__init__("more than the patient owes")


class CannotUndoError(ValueError):
    """Something of it was given back, or it was undone already."""


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A refund of money that was taken elsewhere; we only write it down."""

    id: int
    payment_id: str
    amount_cents: int
    reason: str
    still_owed: bool
    at: datetime


def record(conn: Connection, practice_id: int, payment: Payment, problems: Problems, now: datetime) -> Counts:
    """Post it, once for each payment id. Raises RefusedError, or AboveBalanceError for a new one beyond the balance."""
    _alone(conn, practice_id)
    before = _owed(conn, practice_id, payment.patient_id)
    counts = single.put_payment(conn, practice_id, payment, problems, now)
    if counts.new and payment.cents > before:
        raise AboveBalanceError(max(0, before))
    return counts


def undo(conn: Connection, practice_id: int, payment_id: str, reason: str, now: datetime) -> int:
    """It was recorded by mistake: a second entry. Raises NoSuchPaymentError, CannotUndoError."""
    _alone(conn, practice_id)
    posted = find(conn, practice_id, payment_id)
    if entries.taken_back(conn, posted):
        raise CannotUndoError("something of this payment was given back already")
    sides = opposite(posted.lines)
    reference = entries.undone_by(posted.id)
    entry_id = ledger.post(conn, Entry(practice_id, "undone", reference, now, sides, reason, undoes_id=posted.id))
    if entry_id is None:
        raise CannotUndoError("it was undone already")
    return entry_id


def refund(conn: Connection, wanted: Wanted, now: datetime) -> GivenBack:
    """Write down that the practice gave money back. Raises NoSuchPaymentError, TooMuchError."""
    _alone(conn, wanted.practice_id)
    posted = find(conn, wanted.practice_id, wanted.payment)
    paid, back = parts_of(posted), given_back(entries.taken_back(conn, posted), ELSEWHERE)
    left = sum(paid.values()) - sum(back.values())
    if not 0 < wanted.amount_cents <= left:
        raise TooMuchError(left)
    sides = lines(conn, choose(wanted.amount_cents, paid, back), ELSEWHERE, still_owed=wanted.still_owed)
    reference = f"refund_elsewhere:{posted.id}:{secrets.token_hex(12)}"
    kind, reason = "refund_elsewhere", wanted.reason
    entry = Entry(wanted.practice_id, kind, reference, now, sides, reason, undoes_id=posted.id)
    entry_id = ledger.post(conn, entry)
    if entry_id is None:
        raise LookupError("a reference of our own was there before")
    return GivenBack(entry_id, wanted.payment, wanted.amount_cents, reason, wanted.still_owed, now)


def find(conn: Connection, practice_id: int, payment_id: str) -> Posted:
    """The posting of that payment that stands: all before it were undone. Raises NoSuchPaymentError."""
    turn = 1
    while posted := entries.by_reference(conn, practice_id, f"elsewhere:{payment_id}:{turn}"):
        if not entries.undone(conn, practice_id, [posted.id]):
            return posted
        turn += 1
    raise NoSuchPaymentError("the practice recorded no such payment")


def _alone(conn: Connection, practice_id: int) -> None:
    """As an import does: one at a time among those who write what this practice took."""
    conn.execute(select(practices.c.id).where(practices.c.id == practice_id).with_for_update(key_share=True))


def _owed(conn: Connection, practice_id: int, patient_id: str) -> int:
    mine = (people.c.practice_id == practice_id, people.c.patient_id == patient_id)
    person = conn.scalar(select(people.c.id).where(*mine))
    return ledger.balances(conn, [person])[person] if person is not None else 0
