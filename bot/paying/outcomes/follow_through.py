"""What else a payment's outcome changes, in its own transaction: a card is kept, a plan goes on, other pages close."""

import logging
from datetime import date, datetime

from sqlalchemy import Connection, select

from bot.payments import PaymentNews
from bot.store import cards, payments, plans
from bot.store.money_tables import card_charges, mandates
from bot.store.payments import Attempt
from bot.store.plans import Left
from conversations.events import CardSaved

log = logging.getLogger(__name__)


def keep(conn: Connection, attempt: Attempt, news: PaymentNews, now: datetime) -> None:
    """The card is saved for who agreed to it; without an agreement there is nobody to save it for."""
    person = conn.scalar(select(mandates.c.person_id).where(mandates.c.payment_id == attempt.id).limit(1))
    if person is None or news.kept is None:
        return
    try:
        card = cards.keep(conn, attempt.practice_id, person, attempt.processor, news.kept, now)
    except cards.OtherPersonError:
        # The money is theirs all the same; the card stays where it was.
        log.warning("a card is saved for somebody else already")
        return
    cards.tie(conn, attempt.id, card.id)


def card_saved(conn: Connection, public_id: str) -> tuple[int | None, CardSaved | None]:
    """What was agreed to with the card of this attempt, to be told word for word; once it is saved."""
    attempt = payments.find(conn, public_id)
    if attempt is None:
        return None, None
    m = mandates.c
    ours = (m.payment_id == attempt.id, m.card_id.is_not(None))
    tied = conn.execute(select(m.person_id, m.card_id, m.wording).where(*ours).order_by(m.id)).all()
    card = cards.find(conn, tied[0].card_id) if tied else None
    if card is None:
        return attempt.conversation_id, None
    words = " ".join(row.wording for row in tied)
    return attempt.conversation_id, CardSaved(tied[0].person_id, card.brand, card.last4, words)


def end_others(conn: Connection, attempt: Attempt) -> None:
    """Somebody who has paid must not find another page that still takes their money."""
    for other in payments.holding(conn, tuple(attempt.shares)):
        if other.state == payments.OPEN and other.kind == payments.CHECKOUT:
            payments.end(conn, other.id, payments.EXPIRED)


def installment_paid(conn: Connection, attempt: Attempt, at: datetime) -> Left | None:
    """What the plan has left, if this was one of its installments."""
    one = _installment(conn, attempt)
    return plans.paid(conn, one, at) if one else None


def installment_declined(conn: Connection, attempt: Attempt, news: PaymentNews) -> date | None:
    """When it is tried again."""
    one = _installment(conn, attempt)
    return plans.declined(conn, one, news.decline.value if news.decline else None, news.at) if one else None


def installment_not_charged(conn: Connection, attempt: Attempt, at: datetime) -> None:
    """Nobody refused, and nothing was charged."""
    if one := _installment(conn, attempt):
        plans.not_charged(conn, one, at)


def put_away(conn: Connection, attempt: Attempt, at: datetime) -> None:
    """A saved card that the networks forbid to try again, by anybody, is ours no longer."""
    card_id = conn.scalar(select(card_charges.c.card_id).where(card_charges.c.payment_id == attempt.id))
    if card_id is not None:
        cards.remove(conn, card_id, "bank", at)


def _installment(conn: Connection, attempt: Attempt) -> int | None:
    if attempt.kind == payments.CHECKOUT:
        return None
    asked = select(card_charges.c.installment_id).where(card_charges.c.payment_id == attempt.id)
    found: int | None = conn.scalar(asked)
    return found
