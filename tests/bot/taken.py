"""Payments as they come about: an attempt, the processor's word, and the road that posts it."""

import secrets
from collections.abc import Mapping
from datetime import datetime

from bot.paying.outcomes import settlements
from bot.payments import Answer, PaymentNews
from bot.store import payments
from bot.store.payments import Attempt, NewAttempt
from bot.turns.arrivals import Taken
from bot.turns.batch import take_now
from tests.harbor import NOW, Harbor


def attempt(harbor: Harbor, shares: Mapping[int, int], conversation_id: int | None = None) -> Attempt:
    """An open one."""
    public_id, total = secrets.token_hex(16), sum(shares.values())
    new = NewAttempt(
        practice_id=harbor.practice_id,
        link_id=None,
        conversation_id=conversation_id,
        person_ids=tuple(shares),
        shares=shares,
        amount_cents=total,
        owed_cents=total,
        processor="sandbox",
        public_id=public_id,
        made_at=NOW,
    )
    with harbor.engine.begin() as conn:
        assert payments.begin(conn, new)
        found = payments.find(conn, public_id)
    assert found
    return found


def news(of: Attempt, answer: Answer = Answer.PAID, at: datetime = NOW) -> PaymentNews:
    """What the processor says of it."""
    return PaymentNews("sandbox", f"sandbox_{of.public_id}", of.public_id, answer, of.amount_cents, "Visa", "4242", at)


def settle(harbor: Harbor, of: Attempt, answer: Answer = Answer.PAID, at: datetime = NOW) -> Taken:
    """The news come in."""
    return take_now(harbor.engine, harbor.world, settlements.settle(news(of, answer, at), harbor.world.practices, at))


def pay(harbor: Harbor, *people: int, cents: int, conversation_id: int | None = None, at: datetime = NOW) -> Attempt:
    """A payment that is in the books; each of several people has the same share. The answer knows its receipt."""
    made = attempt(harbor, dict.fromkeys(people, cents), conversation_id)
    settle(harbor, made, at=at)
    with harbor.engine.connect() as conn:
        found = payments.find(conn, made.public_id)
    assert found
    assert found.state == payments.PAID
    return found
