"""Orders to charge a saved card, with nobody at a page: rows that are handed to the processor once."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from bot.store import cards, ledger, payments
from bot.store.cards import Card
from bot.store.money_tables import card_charges, mandates, payment_people
from bot.store.payments import CHECKOUT, EXPIRED, INSTALLMENT, OPEN, SAVED_CARD, UNKNOWN, Attempt, NewAttempt
from bot.store.tables import payments as rows

ORDER_LIFE: Mapping[str, timedelta] = {SAVED_CARD: timedelta(hours=1), INSTALLMENT: timedelta(hours=12)}
"""An order that could not be handed over for so long is given up: nobody is charged out of the blue."""
ABANDONED = timedelta(hours=1)
"""A patient who has chosen nothing for so long does not keep their plan from going on."""

_P, _M, _CC = rows.c, mandates.c, card_charges.c


@dataclass(frozen=True, slots=True)
class ChargeOrder:
    """Whom it is for, how much, from which card, and by what they agreed to."""

    practice_id: int
    person_ids: tuple[int, ...]
    shares: Mapping[int, int]
    amount_cents: int
    owed_cents: int
    card: Card
    mandate_id: int
    conversation_id: int | None
    kind: str = SAVED_CARD
    installment_id: int | None = None
    made_by: str = "patient"
    link_id: int | None = None
    charge_ids: tuple[int, ...] | None = None
    """The visits they chose; None: oldest first."""


def order(conn: Connection, wanted: ChargeOrder, now: datetime) -> Attempt | None:
    """Write the order. None: these people have another payment under way, and nothing was written.

    A page that they have open gives way, and is closed before the card is charged; an installment waits for it.
    """
    for other in payments.holding(conn, tuple(wanted.shares), lock=True):
        if payments.is_out(other) or (wanted.kind == INSTALLMENT and not _abandoned(other, now)):
            return None
        payments.end(conn, other.id, payments.EXPIRED)
    new = NewAttempt(
        practice_id=wanted.practice_id,
        link_id=wanted.link_id,
        conversation_id=wanted.conversation_id,
        person_ids=wanted.person_ids,
        shares=wanted.shares,
        amount_cents=wanted.amount_cents,
        owed_cents=wanted.owed_cents,
        processor=wanted.card.processor,
        public_id=secrets.token_hex(16),
        made_at=now,
        kind=wanted.kind,
        charge_ids=wanted.charge_ids,
        made_by=wanted.made_by,
    )
    if not payments.begin(conn, new):
        return None
    attempt = payments.find(conn, new.public_id)
    if attempt is None:
        return None
    return put_on_card(conn, attempt, wanted.card, wanted.mandate_id, now, wanted.installment_id)


def put_on_card(
    conn: Connection, attempt: Attempt, card: Card, mandate_id: int, now: datetime, installment_id: int | None = None
) -> Attempt | None:
    """Let that card pay an open attempt; it is handed over when next somebody looks. None: it is open no longer."""
    kind = attempt.kind if attempt.kind != CHECKOUT else SAVED_CARD
    shown = {"processor": card.processor, "card_brand": card.brand, "card_last4": card.last4, "poll_at": now}
    open_still = update(rows).where(_P.id == attempt.id, _P.state == OPEN).values(kind=kind, **shown)
    if not conn.execute(open_still).rowcount:
        return None
    named = {"card_id": card.id, "mandate_id": mandate_id, "installment_id": installment_id}
    conn.execute(insert(card_charges).values(payment_id=attempt.id, **named))
    return payments.find(conn, attempt.public_id)


def due(conn: Connection, now: datetime, limit: int = 50) -> list[Attempt]:
    """Orders that nobody has handed over, the oldest first."""
    waiting = (_P.state == OPEN, _P.kind != CHECKOUT, _P.poll_at <= now)
    ids = conn.scalars(select(_P.public_id).where(*waiting).order_by(_P.poll_at, _P.id).limit(limit)).all()
    return [attempt for one in ids if (attempt := payments.find(conn, one))]


def open_pages(conn: Connection, attempt: Attempt) -> list[Attempt]:
    """Pages of the same people that gave way to this order, and have not been closed at the processor yet."""
    theirs = select(payment_people.c.payment_id).where(payment_people.c.person_id.in_(attempt.shares))
    waiting = (_P.kind == CHECKOUT, _P.state == EXPIRED, _P.poll_at.is_not(None), _P.checkout_url.is_not(None))
    ids = conn.scalars(select(_P.public_id).where(_P.id.in_(theirs), _P.processor == attempt.processor, *waiting)).all()
    return [page for one in ids if (page := payments.find(conn, one))]


def put_off(conn: Connection, attempt: Attempt, until: datetime) -> None:
    """Not now: a page that must be closed first could not be."""
    mine = (_P.id == attempt.id, _P.state == OPEN)
    conn.execute(update(rows).where(*mine).values(poll_at=until))


def card_of(conn: Connection, attempt: Attempt, today: date, now: datetime) -> Card | None:
    """The card to charge: still saved and good, not held, its owner alive, and what was agreed about it stands."""
    asked = (
        select(_CC.card_id)
        .join_from(card_charges, mandates, _CC.mandate_id == _M.id)
        .where(_CC.payment_id == attempt.id, _M.ended_at.is_(None))
    )
    card_id = conn.scalar(asked)
    card = cards.find(conn, card_id) if card_id is not None else None
    good = card and card.may_be_charged(today, now) and not cards.owner_died(conn, card)
    return card if good else None


def still_owed(conn: Connection, attempt: Attempt) -> bool:
    """Does everybody owe at least their share? A plan looks at that itself."""
    if attempt.kind == INSTALLMENT:
        return True
    balances = ledger.balances(conn, tuple(attempt.shares))
    return all(cents <= balances[person] for person, cents in attempt.shares.items())


def is_stale(attempt: Attempt, now: datetime) -> bool:
    """Has it waited too long?"""
    return now - attempt.made_at >= ORDER_LIFE.get(attempt.kind, ABANDONED)


def put_back(conn: Connection, attempt: Attempt, submitted_at: datetime, again_at: datetime) -> None:
    """The processor was never reached: the same order is handed over later, under the same name."""
    mine = (_P.id == attempt.id, _P.state == UNKNOWN, _P.submitted_at == submitted_at)
    conn.execute(update(rows).where(*mine).values(state=OPEN, submitted_at=None, poll_at=again_at))


def _abandoned(attempt: Attempt, now: datetime) -> bool:
    ended = attempt.expires_at is not None and attempt.expires_at <= now
    return ended or (not attempt.checkout_url and now - attempt.made_at >= ABANDONED)
