"""What the calendar asks of plans: whatever is to be announced, charged, reminded of or ended now."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from bot.store.installments import FAILED, LEFT, NOTICE, NOTICE_OF_CHANGE, WAITING, Installment
from bot.store.ledger import RECEIVABLE
from bot.store.money_tables import installments, mandates, plans
from bot.store.plans import ACTIVE, DORMANT, MOST_TRIES, PENDING, SIGNATURE
from bot.store.tables import entries, people, postings

UNSIGNED_FOR = timedelta(days=7)
MOST = 100
SEEN_AGAIN = 1000
"""Entries of other transactions may become visible after later ones: so many are looked at twice."""

_I, _P = installments.c, plans.c
_COLUMNS = tuple(_I[name] for name in Installment._fields)
_OF_LIVING = (
    select(*_COLUMNS)
    .join_from(installments, plans, _I.plan_id == _P.id)
    .join(people, people.c.id == _P.person_id)
    .where(_I.state == WAITING, _P.state == ACTIVE, people.c.died.is_(None))
    .order_by(_I.try_at, _I.id)
    .limit(MOST)
)
"""A death that was reported holds the plan: nothing is said, and nothing is charged."""


def to_announce(conn: Connection, now: datetime) -> list[Installment]:
    """Those that are charged soon, and of which the patient has not heard."""
    soon = or_(_I.try_at <= now + NOTICE, and_(_I.changed.is_(True), _I.try_at <= now + NOTICE_OF_CHANGE))
    return _read(conn.execute(_OF_LIVING.where(_I.announced_at.is_(None), soon)))


def to_charge(conn: Connection, now: datetime) -> list[Installment]:
    """Those whose moment has come."""
    return _read(conn.execute(_OF_LIVING.where(_I.announced_at.is_not(None), _I.try_at <= now)))


def unsigned(conn: Connection, now: datetime) -> Sequence[int]:
    """Plans that have waited too long for a signature."""
    waited = (_P.state == PENDING, _P.waits == SIGNATURE, _P.waits_since <= now - UNSIGNED_FOR)
    return conn.scalars(select(_P.id).where(*waited).order_by(_P.id).limit(MOST)).all()


def signed(conn: Connection) -> Sequence[int]:
    """Plans that were signed with a new card, and the card is saved now."""
    m = mandates.c
    waiting = (_P.state.in_((PENDING, DORMANT)), _P.waits == SIGNATURE, _P.signed_at.is_not(None))
    tied = select(m.id).where(m.plan_id == _P.id, m.card_id.is_not(None), m.ended_at.is_(None)).exists()
    return conn.scalars(select(_P.id).where(*waiting, tied).order_by(_P.id).limit(MOST)).all()


def refused_for_good(conn: Connection) -> Sequence[int]:
    """Plans with an installment that the bank refused as often as may be tried."""
    out = select(_I.id).where(_I.plan_id == _P.id, _I.state == FAILED, _I.tries >= MOST_TRIES).exists()
    return conn.scalars(select(_P.id).where(_P.state == ACTIVE, out).order_by(_P.id).limit(MOST)).all()


def larger_than_owed(conn: Connection, after: int) -> Sequence[int]:
    """Plans that would take more than is owed, of people whose books moved after that entry."""
    left = select(func.sum(_I.amount_cents)).where(_I.plan_id == _P.id, _I.state.in_(LEFT)).scalar_subquery()
    theirs = (postings.c.person_id == _P.person_id, postings.c.account == RECEIVABLE)
    owed = select(func.coalesce(func.sum(postings.c.cents), 0)).where(*theirs).scalar_subquery()
    moved = _P.person_id.in_(select(postings.c.person_id).where(postings.c.entry_id > after))
    begun = or_(_P.state == ACTIVE, and_(_P.state == DORMANT, _P.paused_at.is_not(None)))
    # A sum below nothing is a credit: then nothing at all is owed.
    asked = select(_P.id).where(begun, moved, left > 0, left > owed)
    return conn.scalars(asked.order_by(_P.id).limit(MOST)).all()


def last_entry(conn: Connection) -> int:
    """Where the books end now."""
    return int(conn.scalar(select(func.max(entries.c.id))) or 0)


def _read(rows: Any) -> list[Installment]:
    return [Installment(*row) for row in rows]
