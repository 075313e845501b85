"""Who of a batch has any dealings about money besides a balance: one question, so that nobody else costs more."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from sqlalchemy import CompoundSelect, Connection, func, literal, or_, select, union_all

from bot.store.among import among
from bot.store.ledger import ELSEWHERE
from bot.store.money_tables import cards, payment_people, plans, promises, reviews
from bot.store.payments import CHECKOUT, UNKNOWN
from bot.store.prepared import Found, Prepared
from bot.store.tables import conversations, payment_holds, payments, postings

DOUBT, PLAN, CARD, PAID, PROMISE, REVIEW = "doubt", "plan", "card", "paid", "promise", "review"
"""Promises and reviews are told by address, the others by person."""

Theirs = Mapping[str, Collection[int]]
_HELD, _WHERE = payment_holds.c, conversations.c
_THEIRS: "CompoundSelect[Any]" = union_all(
    select(literal(DOUBT), _HELD.person_id)
    .join_from(payment_holds, payments, _HELD.payment_id == payments.c.id)
    .where(among(_HELD.person_id, "ids"), or_(payments.c.state == UNKNOWN, payments.c.kind != CHECKOUT)),
    select(literal(PLAN), plans.c.person_id).where(
        among(plans.c.person_id, "ids"),
        # Not the bare column, or SQLite would walk every plan that runs.
        func.coalesce(plans.c.state, "").in_(("pending", "active", "dormant")),
    ),
    select(literal(CARD), cards.c.person_id).where(among(cards.c.person_id, "ids"), cards.c.removed_at.is_(None)),
    select(literal(PAID), payment_people.c.person_id).where(among(payment_people.c.person_id, "ids")),
    select(literal(PAID), postings.c.person_id).where(
        among(postings.c.person_id, "ids"), postings.c.account == ELSEWHERE
    ),
    select(literal(PROMISE), _WHERE.address_id)
    .join_from(promises, conversations, promises.c.conversation_id == _WHERE.id)
    .where(among(_WHERE.address_id, "addresses"), promises.c.state != "dropped"),
    select(literal(REVIEW), _WHERE.address_id)
    .join_from(reviews, conversations, reviews.c.conversation_id == _WHERE.id)
    .where(among(_WHERE.address_id, "addresses"), reviews.c.closed_at.is_(None)),
)
_ANY = Prepared(_THEIRS)


def ask(conn: Connection, person_ids: Collection[int], address_ids: Collection[int]) -> Callable[[], Theirs]:
    """The ids of those who have any, by kind, when it is asked for; a kind that nobody has is not there."""
    return partial(_theirs, _ANY.ask(conn, {"ids": person_ids, "addresses": address_ids}))


def _theirs(rows: Found) -> Theirs:
    found: dict[str, set[int]] = {}
    for kind, one in rows():
        found.setdefault(kind, set()).add(one)
    return found
