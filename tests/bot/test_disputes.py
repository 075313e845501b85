"""A bank takes a payment back: the balance is open again, whatever the order in which its news come."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.paying.books.refunds import TooMuchError
from bot.paying.outcomes import disputes
from bot.payments import DisputeNews, DisputeState
from bot.store import ledger
from bot.store.payments import Attempt
from bot.store.tables import payments, postings, tasks
from bot.turns.batch import take_now
from tests.bot.taken import pay
from tests.bot.test_refunds import ask, told
from tests.harbor import NOW, Harbor

LATER = NOW + timedelta(days=9)
OPENED, WON, LOST = DisputeState


def hear(harbor: Harbor, paid: Attempt, *states: DisputeState, cents: int = 12000, again: str = "") -> None:
    for state in states:
        news = DisputeNews("sandbox", "dp_1", f"sandbox_{paid.public_id}", state, cents, LATER)
        take_now(harbor.engine, harbor.world, disputes.told(news, LATER, again=again))


def owed(harbor: Harbor, person: int) -> int:
    with harbor.engine.connect() as conn:
        assert conn.scalar(select(func.coalesce(func.sum(postings.c.cents), 0))) == 0
        return ledger.balances(conn, [person])[person]


def kinds(harbor: Harbor) -> list[str]:
    return [task["kind"] for task in harbor.all(tasks)]


@pytest.mark.parametrize(
    "states,left",
    [
        ((OPENED,), 12000),
        ((OPENED, WON), 0),
        ((OPENED, LOST), 12000),
        ((LOST, OPENED), 12000),
        ((WON, OPENED), 0),
        ((OPENED, LOST, WON), 0),
        ((OPENED, WON, OPENED, WON), 0),
    ],
)
def test_where_it_ends(harbor: Harbor, states: tuple[DisputeState, ...], left: int) -> None:
    ana = harbor.patient("Ana Ruiz", owes=12000)
    paid = pay(harbor, ana, cents=12000)
    hear(harbor, paid, *states)
    hear(harbor, paid, *states, again=":2026-05-15")
    assert owed(harbor, ana) == left
    (row,) = harbor.all(payments)
    assert row["disputed_cents"] == left


def test_staff_learn_of_it(harbor: Harbor) -> None:
    ana = harbor.patient("Ana Ruiz", owes=12000)
    hear(harbor, pay(harbor, ana, cents=12000), OPENED, OPENED, LOST)
    assert kinds(harbor) == ["dispute_opened", "dispute_lost"]
    assert all(task["urgent"] for task in harbor.all(tasks))


def test_what_is_in_dispute_is_not_refunded(harbor: Harbor) -> None:
    ana = harbor.patient("Ana Ruiz", owes=12000)
    paid = pay(harbor, ana, cents=12000)
    hear(harbor, paid, OPENED, cents=10000)
    with pytest.raises(TooMuchError) as caught:
        ask(harbor, paid.public_id, 2001)
    assert caught.value.left_cents == 2000


def test_a_dispute_of_what_was_refunded_reopens_only_the_rest(harbor: Harbor) -> None:
    ana = harbor.patient("Ana Ruiz", owes=12000)
    paid = pay(harbor, ana, cents=12000)
    told(harbor, ask(harbor, paid.public_id, 5000, still_owed=False))
    hear(harbor, paid, OPENED)
    assert owed(harbor, ana) == 7000
    with harbor.engine.connect() as conn:
        lost = conn.scalar(select(func.sum(postings.c.cents)).where(postings.c.account == "lost"))
    assert lost == 5000
    hear(harbor, paid, WON)
    assert owed(harbor, ana) == 0


def test_a_payment_of_somebody_else_is_nobodys_business(harbor: Harbor) -> None:
    news = DisputeNews("sandbox", "dp_1", "pi_of_somebody", OPENED, 12000, LATER)
    take_now(harbor.engine, harbor.world, disputes.told(news, LATER))
    assert kinds(harbor) == []
