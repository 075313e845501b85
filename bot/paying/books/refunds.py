"""Refunds: set aside in one statement, handed over by a round of their own, in the books when the processor says so."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.paying.books.giving_back import choose, given_back, held_lines, is_held, lines, opposite, parts_of
from bot.payments import RefundNews, RefundState
from bot.store import entries, ledger, refunds, tasks
from bot.store.ledger import PROCESSOR, Entry
from bot.store.refunds import FAILED, Paid, Refund
from bot.turns.arrivals import Arrival
from conversations.events import PaymentRefunded

Prepared = tuple[int | None, PaymentRefunded | None]
_STATES = {RefundState.PENDING: refunds.PENDING, RefundState.DONE: refunds.DONE, RefundState.FAILED: FAILED}
AGAIN = timedelta(hours=1)
"""When to ask about one that the processor has taken but not finished, should it not tell us by itself."""


class NoSuchPaymentError(LookupError):
    """The practice took no such payment."""


class TooMuchError(ValueError):
    """More than is left of the payment."""

    def __init__(self, left_cents: int) -> None:
        self.left_cents = left_cents
        super().__init__("more than is left of the payment")


class RefundMismatchError(ValueError):
    """The processor speaks of another sum than ours: a person must look."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A refund that somebody of the practice asks for. `payment` is its public id, or the number of its receipt."""

    practice_id: int
    payment: str
    amount_cents: int
    reason: str
    still_owed: bool
    who: str


def ask(conn: Connection, wanted: Wanted, now: datetime) -> Refund:
    """Set the money aside and write the refund down; a round hands it over. Raises TooMuchError, NoSuchPaymentError."""
    paid = refunds.paid(conn, wanted.practice_id, wanted.payment)
    if paid is None:
        raise NoSuchPaymentError("the practice took no such payment")
    if wanted.amount_cents <= 0 or not refunds.reserve(conn, paid.id, wanted.amount_cents):
        raise TooMuchError((refunds.paid_row(conn, paid.id) or paid).left_cents)
    return refunds.add(
        conn,
        practice_id=wanted.practice_id,
        payment_id=paid.id,
        public_id=secrets.token_hex(16),
        amount_cents=wanted.amount_cents,
        reason=wanted.reason,
        still_owed=wanted.still_owed,
        state=refunds.ASKED,
        asked_by=wanted.who,
        asked_at=now,
        look_at=now,
    )


def told(news: RefundNews, now: datetime, *, again: str = "") -> Arrival:
    """The arrival that writes down what became of a refund; told twice, or in another order, it changes nothing.

    `again` has news looked at once more that came to nothing when they came first: their payment was not known yet.
    """

    def prepare(conn: Connection) -> Prepared:
        refund = refunds.find(conn, news.public_id, news.processor, news.processor_id)
        refund = refund or _made_over_there(conn, news, now)
        if refund is None:
            return None, None
        if news.amount_cents != refund.amount_cents:
            raise RefundMismatchError("the processor refunded another sum than we asked for")
        return _became(conn, refund, news, now)

    return Arrival(
        provider=news.processor,
        provider_id=f"refund:{news.processor_id}:{news.state.value}{again}",
        event=None,
        received_at=now,
        details={"refund": news.public_id, "state": news.state.value},
        prepare=prepare,
    )


def _became(conn: Connection, refund: Refund, news: RefundNews, now: datetime) -> Prepared:
    state = _STATES[news.state]
    paid = refunds.paid_row(conn, refund.payment_id, lock=True)
    older = refund.state == FAILED or (refund.state == refunds.DONE and state != FAILED) or refund.state == state
    if paid is None or older:
        return None, None
    look_at = now + AGAIN if state == refunds.PENDING else None
    named = {"state": state, "processor_id": news.processor_id, "look_at": look_at}
    if state == FAILED:
        _fail(conn, refund, paid, now)
        refunds.change(conn, refund.id, **named, ended_at=now)
        return None, None
    entry_id = refund.entry_id or _post(conn, refund, paid, news.at)
    done = state == refunds.DONE
    refunds.change(conn, refund.id, **named, entry_id=entry_id, ended_at=news.at if done else None)
    return (paid.conversation_id, _event(conn, refund, paid, news)) if done else (None, None)


def _post(conn: Connection, refund: Refund, paid: Paid, at: datetime) -> int | None:
    (payment,) = entries.by_ids(conn, paid.practice_id, [paid.entry_id])
    back = given_back(entries.taken_back(conn, payment), PROCESSOR)
    parts = choose(refund.amount_cents, parts_of(payment), back)
    held = is_held(payment)
    sides = held_lines(parts, PROCESSOR) if held else lines(conn, parts, PROCESSOR, still_owed=refund.still_owed)
    reference = f"refund:{refund.public_id}"
    entry = Entry(paid.practice_id, "refund", reference, at, sides, refund.reason, undoes_id=paid.entry_id)
    return ledger.post(conn, entry)


def _fail(conn: Connection, refund: Refund, paid: Paid, now: datetime) -> None:
    """The money is still ours: the books go back, and staff learn that the patient did not get it."""
    refunds.give_up(conn, paid.id, refund.amount_cents)
    if refund.entry_id:
        (posted,) = entries.by_ids(conn, paid.practice_id, [refund.entry_id])
        reference = f"refund_failed:{refund.public_id}"
        sides = opposite(posted.lines)
        again = Entry(paid.practice_id, "refund_failed", reference, now, sides, refund.reason, undoes_id=posted.id)
        ledger.post(conn, again)
    tasks.about_payment(conn, "refund_failed", paid, now)


def _made_over_there(conn: Connection, news: RefundNews, now: datetime) -> Refund | None:
    """Somebody refunded on the processor's own pages: written down as owed again, and staff are asked whether it is."""
    paid = refunds.paid_at_processor(conn, news.processor, news.payment_id)
    if paid is None or news.state is RefundState.FAILED:
        return None
    if there := refunds.find(conn, news.public_id, news.processor, news.processor_id):
        return there  # written by another process while we waited for the payment's row
    if not refunds.reserve(conn, paid.id, news.amount_cents):
        raise RefundMismatchError("the processor refunded more than we had left of the payment")
    tasks.about_payment(conn, "refund_not_ours", paid, now, urgent=False)
    return refunds.add(
        conn,
        practice_id=paid.practice_id,
        payment_id=paid.id,
        public_id=secrets.token_hex(16),
        processor_id=news.processor_id,
        amount_cents=news.amount_cents,
        reason="made at the processor",
        still_owed=True,
        state=refunds.ASKED,
        asked_by=news.processor,
        asked_at=now,
    )


def _event(conn: Connection, refund: Refund, paid: Paid, news: RefundNews) -> PaymentRefunded:
    """Money that nobody owed us is not owed again by being given back."""
    (payment,) = entries.by_ids(conn, paid.practice_id, [paid.entry_id])
    owes = any(cents > 0 for cents in ledger.balances(conn, paid.person_ids).values())
    return PaymentRefunded(
        person_ids=paid.person_ids,
        amount_cents=refund.amount_cents,
        reference=paid.receipt,
        card_brand=paid.card_brand,
        card_last4=paid.card_last4,
        refunded_at=news.at,
        still_owed=refund.still_owed and owes and not is_held(payment),
    )
