"""A thousand streams of a processor's news, shuffled and repeated, come to the same books."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from sqlalchemy import Engine, func, select

from bot.paying.books import refunds
from bot.paying.outcomes import disputes, settlements
from bot.payments import Answer, DisputeNews, DisputeState, PaymentNews, RefundNews, RefundState
from bot.store import ledger
from bot.store.engine import make_engine
from bot.store.payments import Attempt
from bot.store.tables import entries, inbox, payments, postings
from bot.turns.arrivals import Arrival
from bot.turns.batch import take_batch
from tests.bot.taken import attempt, news
from tests.harbor import NOW, Harbor, make_harbor

STREAMS, BATCH = 1000, 64
OWED, PAID, BACK = 5000, 3000, 700


def stream(of: Attempt, kind: int) -> list[PaymentNews | RefundNews | DisputeNews]:
    """What is said about one payment, before it is shuffled: paid, and as it may be refunded or disputed too."""
    paid = news(of)
    told: list[PaymentNews | RefundNews | DisputeNews] = [paid, news(of, Answer.EXPIRED)]
    if kind == 1:
        told += [
            RefundNews("sandbox", f"re_{of.id}", "", paid.processor_id, state, BACK, NOW)
            for state in (RefundState.PENDING, RefundState.DONE)
        ]
    if kind == 2:
        told += [
            DisputeNews("sandbox", f"du_{of.id}", paid.processor_id, state, PAID, NOW)
            for state in (DisputeState.OPENED, DisputeState.WON)
        ]
    return told


def arrivals(told: Iterable[PaymentNews | RefundNews | DisputeNews], harbor: Harbor, turn: int) -> Iterator[Arrival]:
    """As the doors hand them on; what came before its payment is told again, as processors and nights do."""
    for one in told:
        match one:
            case PaymentNews():
                yield settlements.settle(one, harbor.world.practices, NOW)
            case RefundNews():
                yield refunds.told(one, NOW, again=f":{turn}")
            case DisputeNews():
                yield disputes.told(one, NOW, again=f":{turn}")


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Engine]:
    engine = make_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.mark.timeout(180)
def test_a_thousand_streams(sqlite: Engine) -> None:
    harbor, order = make_harbor(sqlite), random.Random(65)
    people = [harbor.patient(f"Ana {n}", phone="", owes=OWED) for n in range(STREAMS)]
    made = [attempt(harbor, {person: PAID}) for person in people]
    waiting: list[list[PaymentNews | RefundNews | DisputeNews]] = []
    for n, one in enumerate(made):
        told = stream(one, n % 3)
        again = [one for one in told if not isinstance(one, PaymentNews)] or told[:1]
        waiting.append([*order.sample(told, len(told)), *again])
    turn = 0
    while any(waiting):
        turn += 1
        heads = [each.pop(0) for each in waiting if each]
        for start in range(0, len(heads), BATCH):
            with sqlite.begin() as conn:
                take_batch(conn, list(arrivals(heads[start : start + BATCH], harbor, turn)), harbor.world)
    with sqlite.connect() as conn:
        states, kinds = (Counter(conn.scalars(select(column))) for column in (payments.c.state, entries.c.kind))
        left = ledger.balances(conn, people)
        shunted = conn.scalar(select(func.count()).where(inbox.c.outcome == "shunted"))
        total = conn.scalar(select(func.sum(postings.c.cents)))
    assert states == {"paid": STREAMS}
    assert kinds["payment"] == STREAMS
    assert kinds["refund"] == len(range(1, STREAMS, 3))
    assert (shunted, total) == (0, 0)
    wanted = [OWED - PAID + (BACK if n % 3 == 1 else 0) for n in range(STREAMS)]
    assert [left[person] for person in people] == wanted
