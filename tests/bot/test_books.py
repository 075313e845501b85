"""Whatever the practice, the patients, the processor and the banks do in whatever order: no cent is lost or made."""

import shutil
import tempfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from sqlalchemy import Connection, func, select

from bot.desk.history import history
from bot.facts.balances import open_charges
from bot.imports import single
from bot.imports.report import Problems
from bot.paying.books import adjusting, elsewhere, refunds
from bot.paying.books.adjusting import AboveError, Kind, UndoneError
from bot.paying.books.elsewhere import AboveBalanceError, CannotUndoError
from bot.paying.books.refunds import NoSuchPaymentError, TooMuchError
from bot.paying.outcomes import disputes
from bot.payments import DisputeNews, DisputeState, RefundNews, RefundState
from bot.store import ledger
from bot.store.engine import make_engine
from bot.store.refunds import Refund
from bot.store.schema import migrate
from bot.store.tables import charges as charge_rows
from bot.store.tables import payments, postings
from bot.turns.batch import take_now
from conversations.steps.plan_terms import by_count, by_month
from tests.bot.taken import attempt, settle
from tests.harbor import NOW, Harbor, make_harbor

cents = st.integers(1, 30_000)
yes_no = st.booleans()
who = st.integers(0, 1)
PATIENTS = ("Ana Ruiz", "Leo Ruiz")


def fresh() -> Path:
    """A database at the current schema, made once and copied."""
    if not _TEMPLATE:
        path = Path(tempfile.mkdtemp()) / "books.db"
        engine = make_engine(f"sqlite:///{path}")
        migrate(engine)
        engine.dispose()
        _TEMPLATE.append(path)
    return Path(shutil.copy(_TEMPLATE[0], Path(tempfile.mkdtemp()) / "books.db"))


_TEMPLATE: list[Path] = []


class Books(RuleBasedStateMachine):
    """The model is three sums: what the processor holds, what the office holds, and what each patient should owe."""

    charges = Bundle("charges")
    paid = Bundle("paid")
    asked = Bundle("asked")
    made = Bundle("made")
    cash = Bundle("cash")

    @initialize()
    def open_practice(self) -> None:
        self.path = fresh()
        self.engine = make_engine(f"sqlite:///{self.path}")
        self.harbor: Harbor = make_harbor(self.engine)
        self.people = [self.harbor.patient(name, phone=f"+1206555010{n}") for n, name in enumerate(PATIENTS)]
        self.number = 0
        self.at = NOW
        self.money: Counter[str] = Counter()

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            self.engine.dispose()
            shutil.rmtree(self.path.parent)

    def next(self) -> int:
        self.number += 1
        self.at += timedelta(minutes=1)
        return self.number

    def write(self, fn: Any) -> Any:
        with self.engine.begin() as conn:
            return fn(conn)

    # What may happen

    @rule(target=charges, whose=who, owes=cents)
    def charge(self, whose: int, owes: int) -> str:
        self.harbor.charge(self.people[whose], owes, on=date(2026, 3, 1) + timedelta(days=self.next() % 60), at=self.at)
        return f"C{self.harbor._charges}"

    @rule(charge=charges, owes=st.integers(0, 30_000))
    def insurer_pays_another_sum(self, charge: str, owes: int) -> None:
        self.next()
        (row,) = self.harbor.rows(select(charge_rows).where(charge_rows.c.charge_id == charge))
        patient = PATIENTS[self.people.index(row["person_id"])]
        cells = {"charge_id": charge, "patient_id": patient, "service_date": str(row["service_on"])}
        read, problems = single.read_charge(
            cells | {"patient_owes": f"{owes // 100}.{owes % 100:02}", "encounter_id": charge}
        )
        self.write(lambda conn: single.put_charge(conn, self.harbor.practice_id, read, problems, self.at))

    @rule(target=paid, whose=st.lists(who, min_size=1, max_size=2, unique=True), each=cents)
    def pay(self, whose: list[int], each: int) -> Any:
        self.next()
        tried = attempt(self.harbor, {self.people[n]: each + n for n in whose})
        for _ in range(2):
            settle(self.harbor, tried, at=self.at)
        self.money["processor"] += tried.amount_cents
        return tried.public_id

    @rule(target=asked, payment=paid, part=cents, still_owed=yes_no)
    def ask_for_refund(self, payment: str, part: int, still_owed: bool) -> Any:
        wanted = refunds.Wanted(self.harbor.practice_id, payment, part, "asked", still_owed, "kim")
        try:
            return self.write(lambda conn: refunds.ask(conn, wanted, self.at))
        except TooMuchError:
            return multiple()

    @rule(refund=consumes(asked), states=st.lists(st.sampled_from(list(RefundState)), min_size=1, max_size=4))
    def processor_says(self, refund: Refund, states: list[RefundState]) -> None:
        self.next()
        for state in states:
            news = RefundNews("sandbox", f"re_{refund.id}", refund.public_id, "", state, refund.amount_cents, self.at)
            take_now(self.engine, self.harbor.world, refunds.told(news, self.at))
        if RefundState.FAILED not in states:
            self.money["processor"] -= refund.amount_cents

    @rule(payment=paid, part=cents, ends=st.lists(st.sampled_from(list(DisputeState)), min_size=1, max_size=3))
    def dispute(self, payment: str, part: int, ends: list[DisputeState]) -> None:
        name = f"dp_{self.next()}"
        for state in ends:
            news = DisputeNews("sandbox", name, f"sandbox_{payment}", state, part, self.at)
            take_now(self.engine, self.harbor.world, disputes.told(news, self.at))
        if DisputeState.WON not in ends:
            self.money["processor"] -= part

    @rule(target=made, charge=charges, kind=st.sampled_from(list(Kind)), part=cents)
    def adjust(self, charge: str, kind: Kind, part: int) -> Any:
        self.next()
        wanted = adjusting.Wanted(self.harbor.practice_id, charge, kind, part, "because")
        before = self.balances()
        try:
            done = self.write(lambda conn: adjusting.adjust(conn, wanted, self.at))
        except AboveError:
            assert self.balances() == before
            return multiple()
        return done.id

    @rule(entry=made, times=st.integers(1, 2))
    def undo(self, entry: int, times: int) -> None:
        self.next()
        for _ in range(times):
            try:
                self.write(lambda conn: adjusting.undo(conn, self.harbor.practice_id, entry, "undone", self.at))
            except UndoneError:
                return

    @rule(target=cash, whose=who, taken=cents)
    def take_cash(self, whose: int, taken: int) -> Any:
        name = f"X{self.next()}"
        cells = {"payment_id": name, "patient_id": PATIENTS[whose], "paid_on": "2026-05-01", "method": "cash"}
        read, _ = single.read_payment(cells | {"amount": f"{taken // 100}.{taken % 100:02}"})
        for _ in range(2):
            try:
                counts = self.write(
                    lambda conn: elsewhere.record(conn, self.harbor.practice_id, read, Problems(), self.at)
                )
            except AboveBalanceError:
                assert self.balances()[self.people[whose]] < taken
                return multiple()
            self.money["elsewhere"] += taken * counts.new
        return name

    @rule(payment=cash, part=cents, still_owed=yes_no)
    def hand_back(self, payment: str, part: int, still_owed: bool) -> None:
        self.next()
        wanted = refunds.Wanted(self.harbor.practice_id, payment, part, "asked", still_owed, "kim")
        try:
            self.write(lambda conn: elsewhere.refund(conn, wanted, self.at))
        except (TooMuchError, NoSuchPaymentError):
            return
        self.money["elsewhere"] -= part

    @rule(payment=cash)
    def was_never_taken(self, payment: str) -> None:
        self.next()
        before = self.account("elsewhere")
        try:
            self.write(lambda conn: elsewhere.undo(conn, self.harbor.practice_id, payment, "undone", self.at))
        except (CannotUndoError, NoSuchPaymentError):
            return
        self.money["elsewhere"] -= before - self.account("elsewhere")

    # What is true at all times

    @invariant()
    def every_entry_sums_to_zero(self) -> None:
        if hasattr(self, "engine"):
            asked = select(postings.c.entry_id).group_by(postings.c.entry_id).having(func.sum(postings.c.cents) != 0)
            assert self.harbor.rows(asked) == []

    @invariant()
    def the_money_is_where_it_should_be(self) -> None:
        if hasattr(self, "engine"):
            assert {name: self.account(name) for name in ("processor", "elsewhere")} == {
                "processor": self.money["processor"],
                "elsewhere": self.money["elsewhere"],
            }

    @invariant()
    def no_payment_gives_back_more_than_it_took(self) -> None:
        for row in self.harbor.all(payments) if hasattr(self, "engine") else ():
            assert row["refunded_cents"] >= 0
            assert row["disputed_cents"] >= 0
            assert row["refunded_cents"] + row["disputed_cents"] <= row["amount_cents"]

    @invariant()
    def every_view_shows_the_same_balance(self) -> None:
        if not hasattr(self, "engine"):
            return
        with self.engine.connect() as conn:
            for person, balance in self.balances().items():
                left = ledger.owed(conn, [person]).get(person, [])
                assert sum(one.cents for one in left) == balance
                assert sum(visit.remaining_cents for visit in ledger.visits_of(left)) == max(0, balance)
                assert sum(one.remaining_cents for one in open_charges(conn, person)) == max(0, balance)
                told = history(conn, self.harbor.practice_id, person)
                assert (told[0].balance_cents if told else 0) == balance

    def balances(self) -> dict[int, int]:
        with self.engine.connect() as conn:
            return ledger.balances(conn, self.people)

    def account(self, name: str) -> int:
        def total(conn: Connection) -> int:
            return int(conn.scalar(select(func.sum(postings.c.cents)).where(postings.c.account == name)) or 0)

        with self.engine.connect() as conn:
            return total(conn)


TestBooks = Books.TestCase
TestBooks.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


@given(total=st.integers(1, 9_999_999), count=st.integers(1, 48))
def test_installments_sum_to_the_cent(total: int, count: int) -> None:
    terms = by_count(total, count)
    assert sum(terms.amounts) == total


@given(total=st.integers(1, 9_999_999), monthly=st.integers(2_500, 9_999_999))
def test_so_much_a_month_sums_to_the_cent(total: int, monthly: int) -> None:
    terms = by_month(total, monthly)
    assert sum(terms.amounts) == total
    assert all(0 < one <= terms.monthly_cents for one in terms.amounts)
