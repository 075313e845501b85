"""Money given back: never more than was taken, in the books once, owed again or not as staff said."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.paying.books import refunds
from bot.paying.books.refunds import NoSuchPaymentError, RefundMismatchError, TooMuchError, Wanted
from bot.payments import RefundNews, RefundState
from bot.store import ledger
from bot.store.ledger import Entry, Posting
from bot.store.money_tables import refunds as refund_rows
from bot.store.refunds import Refund
from bot.store.tables import entries, inbox, payments, postings, tasks
from bot.turns.arrivals import Ended, Taken
from bot.turns.batch import take_now
from conversations.events import PaymentRefunded
from tests.bot.taken import pay
from tests.harbor import NOW, Harbor

LATER = NOW + timedelta(hours=2)


def ask(harbor: Harbor, payment: str, cents: int, *, still_owed: bool = True) -> Refund:
    wanted = Wanted(harbor.practice_id, payment, cents, "billed twice", still_owed, "kim")
    with harbor.engine.begin() as conn:
        return refunds.ask(conn, wanted, NOW)


def told(
    harbor: Harbor, refund: Refund, state: RefundState = RefundState.DONE, at: datetime = LATER, **other: Any
) -> Taken:
    with harbor.engine.connect() as conn:
        paid = conn.scalar(select(payments.c.processor_id).where(payments.c.id == refund.payment_id))
    known: dict[str, Any] = {
        "processor_id": f"re_{refund.public_id}",
        "public_id": refund.public_id,
        "payment_id": paid or "",
    }
    news = RefundNews("sandbox", **(known | {"amount_cents": refund.amount_cents} | other), state=state, at=at)
    return take_now(harbor.engine, harbor.world, refunds.told(news, at))


def owed(harbor: Harbor, person: int) -> tuple[int, dict[int | None, int]]:
    """The balance, and what is left of each charge."""
    with harbor.engine.connect() as conn:
        left = {one.charge_id: one.cents for one in ledger.owed(conn, [person]).get(person, ()) if one.cents}
        return ledger.balances(conn, [person])[person], left


def sums(harbor: Harbor) -> dict[str, int]:
    with harbor.engine.connect() as conn:
        asked = select(postings.c.account, func.sum(postings.c.cents)).group_by(postings.c.account)
        found = {row[0]: int(row[1]) for row in conn.execute(asked)}
    assert sum(found.values()) == 0
    return found


def row(harbor: Harbor, refund: Refund) -> Any:
    (found,) = harbor.rows(select(refund_rows).where(refund_rows.c.id == refund.id))
    return found


def test_a_whole_refund_is_owed_again(harbor: Harbor) -> None:
    ana = harbor.patient("Ana Ruiz")
    charge = harbor.charge(ana, 12000)
    paid = pay(harbor, ana, cents=12000)
    refund = ask(harbor, paid.public_id, 12000)
    assert owed(harbor, ana) == (0, {}), "nothing moves before the processor says so"
    told(harbor, refund)
    assert owed(harbor, ana) == (12000, {charge: 12000})
    assert sums(harbor) == {"receivable": 12000, "revenue": -12000, "processor": 0}
    assert (row(harbor, refund)["state"], row(harbor, refund)["ended_at"]) == ("done", LATER)


def test_a_refund_of_what_is_not_owed_changes_no_balance(harbor: Harbor) -> None:
    ana = harbor.patient("Ana Ruiz")
    harbor.charge(ana, 12000)
    paid = pay(harbor, ana, cents=12000)
    told(harbor, ask(harbor, paid.receipt, 5000, still_owed=False))
    assert owed(harbor, ana) == (0, {})
    assert sums(harbor) == {"receivable": 0, "revenue": -12000, "processor": 7000, "adjusted": 5000}
    (entry,) = harbor.rows(select(entries).where(entries.c.kind == "refund"))
    assert (entry["reason"], entry["at"]) == ("billed twice", LATER)


def test_credit_is_handed_out_before_anything_is_adjusted_away(harbor: Harbor) -> None:
    ana = harbor.patient("Ana Ruiz")
    charge = harbor.charge(ana, 12000)
    paid = pay(harbor, ana, cents=12000)
    with harbor.engine.begin() as conn:  # the insurer paid after all
        sides = (Posting("receivable", ana, -9000, charge), Posting("revenue", ana, 9000, charge))
        ledger.post(conn, Entry(harbor.practice_id, "charge_changed", "charge:C1:2", NOW, sides))
    told(harbor, ask(harbor, paid.public_id, 10000, still_owed=False))
    assert owed(harbor, ana) == (0, {})
    assert sums(harbor)["adjusted"] == 1000


def test_the_last_paid_visit_is_the_first_to_be_open_again(harbor: Harbor) -> None:
    ana, bo = harbor.patient("Ana Ruiz"), harbor.patient("Bo Ruiz")
    first, second = harbor.charge(ana, 5000), harbor.charge(bo, 5000)
    paid = pay(harbor, ana, bo, cents=5000)
    told(harbor, ask(harbor, paid.public_id, 3000))
    told(harbor, ask(harbor, paid.public_id, 4000))
    assert owed(harbor, bo) == (5000, {second: 5000})
    assert owed(harbor, ana) == (2000, {first: 2000})


def test_never_more_than_is_left(harbor: Harbor) -> None:
    ana = harbor.patient("Ana Ruiz", owes=12000)
    paid = pay(harbor, ana, cents=12000)
    ask(harbor, paid.public_id, 8000)
    with pytest.raises(TooMuchError) as caught:
        ask(harbor, paid.public_id, 4001)
    assert caught.value.left_cents == 4000
    with pytest.raises(NoSuchPaymentError):
        ask(harbor, "HFM-1", 1)
    assert harbor.count(refund_rows) == 1


def test_a_hundred_part_refunds_at_once_never_exceed_the_payment(harbor: Harbor) -> None:
    ana = harbor.patient("Ana Ruiz", owes=10000)
    paid = pay(harbor, ana, cents=10000)

    def one(n: int) -> int:
        try:
            return ask(harbor, paid.public_id, 100 + n % 7).amount_cents
        except TooMuchError:
            return 0

    with ThreadPoolExecutor(20) as many:
        asked = list(many.map(one, range(100)))
    (payment,) = harbor.all(payments)
    rows = harbor.all(refund_rows)
    assert sum(asked) == sum(each["amount_cents"] for each in rows) == payment["refunded_cents"] <= 10000
    assert payment["refunded_cents"] > 10000 - 100, "and no room is lost"
    assert len({each["public_id"] for each in rows}) == len(rows)
    with ThreadPoolExecutor(8) as many:
        list(many.map(lambda each: told(harbor, Refund(**each)), rows))
    assert owed(harbor, ana)[0] == payment["refunded_cents"]
    assert sums(harbor)["processor"] == 10000 - payment["refunded_cents"]


@pytest.mark.parametrize("states", [["pending", "done"], ["done", "pending"], ["done", "done", "done"]])
def test_posted_once_whatever_comes_when(harbor: Harbor, states: list[str]) -> None:
    ana = harbor.patient("Ana Ruiz", owes=12000)
    refund = ask(harbor, pay(harbor, ana, cents=12000).public_id, 7000)
    for state in states:
        told(harbor, refund, RefundState(state))
    assert owed(harbor, ana)[0] == 7000
    assert row(harbor, refund)["state"] == "done"


def test_what_failed_is_paid_as_before_and_staff_know(harbor: Harbor) -> None:
    ana = harbor.patient("Ana Ruiz", owes=12000)
    paid = pay(harbor, ana, cents=12000)
    refund = ask(harbor, paid.public_id, 7000, still_owed=False)
    told(harbor, refund, RefundState.PENDING)
    told(harbor, refund, RefundState.FAILED)
    told(harbor, refund, RefundState.DONE)  # an older word that came late
    assert owed(harbor, ana) == (0, {})
    assert sums(harbor) == {"receivable": 0, "revenue": -12000, "processor": 12000, "adjusted": 0}
    assert [(task["kind"], task["urgent"], task["person_ids"]) for task in harbor.all(tasks)] == [
        ("refund_failed", True, [ana])
    ]
    assert ask(harbor, paid.public_id, 12000).amount_cents == 12000, "all of it may be asked for again"


def test_another_sum_is_for_a_person_to_look_at(harbor: Harbor) -> None:
    ana = harbor.patient("Ana Ruiz", owes=12000)
    refund = ask(harbor, pay(harbor, ana, cents=12000).public_id, 7000)
    with pytest.raises(RefundMismatchError):
        told(harbor, refund, amount_cents=7001)
    assert owed(harbor, ana)[0] == 0


def test_a_refund_made_at_the_processor_is_owed_again_and_asked_about(harbor: Harbor) -> None:
    ana = harbor.patient("Ana Ruiz", owes=12000)
    paid = pay(harbor, ana, cents=12000)
    news = RefundNews("sandbox", "re_9", "", f"sandbox_{paid.public_id}", RefundState.DONE, 2000, LATER)
    for again in ("", ":1", ":2"):
        take_now(harbor.engine, harbor.world, refunds.told(news, LATER, again=again))
    assert owed(harbor, ana)[0] == 2000
    assert [task["kind"] for task in harbor.all(tasks)] == ["refund_not_ours"]
    (found,) = harbor.all(refund_rows)
    assert (found["asked_by"], found["state"], found["processor_id"]) == ("sandbox", "done", "re_9")


def test_news_of_a_payment_that_is_not_ours_change_nothing(harbor: Harbor) -> None:
    news = RefundNews("sandbox", "re_9", "", "pi_of_somebody", RefundState.DONE, 2000, LATER)
    taken = take_now(harbor.engine, harbor.world, refunds.told(news, LATER))
    assert taken.outcome is Ended.SILENT
    assert (harbor.count(refund_rows), harbor.count(inbox)) == (0, 1)


@pytest.mark.parametrize("owes,again", [(2000, False), (9000, True)])
def test_only_what_is_owed_again_is_told_so(harbor: Harbor, owes: int, again: bool) -> None:
    """Who paid twice by mistake does not read that they owe it again."""
    ana = harbor.patient("Ana Ruiz")
    harbor.charge(ana, owes)
    pay(harbor, ana, cents=2000)
    refund = ask(harbor, pay(harbor, ana, cents=2000).public_id, 2000)
    news = RefundNews("sandbox", "re_1", refund.public_id, "", RefundState.DONE, 2000, LATER)
    with harbor.engine.begin() as conn:
        prepare = refunds.told(news, LATER).prepare
        assert prepare
        _, event = prepare(conn)
    assert isinstance(event, PaymentRefunded)
    assert event.still_owed is again
