"""What staff enter by hand: visits and their lines, a balance moved to the patient, a button pressed twice."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.desk.history import history
from bot.facts.balances import open_charges
from bot.imports import single
from bot.notices import UnknownPatientError
from bot.paying.books import adjusting, elsewhere, entering
from bot.paying.books.adjusting import Kind, UndoneError, Wanted
from bot.paying.books.elsewhere import CannotUndoError
from bot.paying.books.entering import Item, KnownChargeError, NewVisit, OtherVisitError
from bot.paying.books.refunds import NoSuchPaymentError
from bot.paying.books.refunds import Wanted as RefundWanted
from bot.store import ledger
from bot.store.tables import charges, entries
from tests.harbor import NOW, Harbor

DAY = date(2026, 5, 4)
VISIT = NewVisit("Ana Ruiz", DAY, (Item("Office visit", 12000), Item("Crutches", 3500, "not covered")), "Dr. Okafor")


@pytest.fixture
def ana(harbor: Harbor) -> int:
    return harbor.patient("Ana Ruiz")


def enter(harbor: Harbor, visit: NewVisit = VISIT) -> tuple[str, ...]:
    with harbor.engine.begin() as conn:
        practice = harbor.world.practices.by_id(conn, harbor.practice_id)
        assert practice
        return entering.enter(conn, practice, visit, NOW)


def balance(harbor: Harbor, person: int) -> int:
    with harbor.engine.connect() as conn:
        return ledger.balances(conn, [person])[person]


def test_a_visit_with_its_lines(harbor: Harbor, ana: int) -> None:
    names = enter(harbor)
    with harbor.engine.connect() as conn:
        shown = [(one.charge_id, one.description, one.provider, one.remaining_cents) for one in open_charges(conn, ana)]
        told = [(one.event, one.why, one.balance_cents) for one in history(conn, harbor.practice_id, ana)]
    assert shown == [(names[0], "Office visit", "Dr. Okafor", 12000), (names[1], "Crutches", "Dr. Okafor", 3500)]
    assert told == [("charge", "not covered", 15500), ("charge", "Office visit", 12000)]


def test_lines_of_one_day_are_one_visit(harbor: Harbor, ana: int) -> None:
    enter(harbor)
    enter(harbor, replace(VISIT, items=(Item("X-ray", 5000),)))
    with harbor.engine.connect() as conn:
        assert [visit.remaining_cents for visit in ledger.visits(conn, [ana])[ana]] == [20500]


def test_what_cannot_be_entered(harbor: Harbor, ana: int) -> None:
    harbor.patient("Leo Ruiz", phone="+12065550188")
    named = replace(VISIT, items=(Item("Office visit", 12000, charge_id="E1"),), encounter_id="V1")
    assert enter(harbor, named) == ("E1",)
    with pytest.raises(KnownChargeError):
        enter(harbor, named)
    with pytest.raises(OtherVisitError):
        enter(harbor, replace(named, patient_id="Leo Ruiz"))
    with pytest.raises(UnknownPatientError):
        enter(harbor, replace(named, patient_id="Nobody"))
    assert balance(harbor, ana) == 12000


def test_an_import_of_the_same_charge_posts_only_the_difference(harbor: Harbor, ana: int) -> None:
    enter(harbor, replace(VISIT, items=(Item("Office visit", 12000, charge_id="E1"),), encounter_id="V1"))
    cells = {"charge_id": "E1", "patient_id": "Ana Ruiz", "service_date": "2026-05-04", "encounter_id": "V1"}
    for owes in ("120.00", "100.00"):
        charge, problems = single.read_charge(cells | {"patient_owes": owes})
        with harbor.engine.begin() as conn:
            single.put_charge(conn, harbor.practice_id, charge, problems, NOW)
    assert balance(harbor, ana) == 10000
    assert [row["kind"] for row in harbor.all(entries)] == ["charge", "charge_changed"]


def move(harbor: Harbor, **other: object) -> adjusting.Adjusted:
    wanted = Wanted(harbor.practice_id, "C1", Kind.TO_PATIENT, 4000, "insurer does not pay")
    with harbor.engine.begin() as conn:
        return adjusting.adjust(conn, replace(wanted, **other), NOW)  # type: ignore[arg-type]


def test_a_balance_moves_to_the_patient_and_back(harbor: Harbor, ana: int) -> None:
    harbor.charge(ana, 2000)
    moved = move(harbor)
    assert (moved.balance_cents, moved.kind) == (6000, "patient_responsibility")
    (row,) = harbor.rows(select(charges.c.patient_owes_cents))
    assert row["patient_owes_cents"] == 6000, "the billing system, saying so too, finds nothing to do"
    with harbor.engine.begin() as conn:
        undone = adjusting.undo(conn, harbor.practice_id, moved.id, "they pay after all", NOW + timedelta(hours=1))
    assert (undone.balance_cents, undone.undone) == (2000, True)
    with harbor.engine.begin() as conn, pytest.raises(UndoneError):
        adjusting.undo(conn, harbor.practice_id, moved.id, "again", NOW)
    (row,) = harbor.rows(select(charges.c.patient_owes_cents))
    assert row["patient_owes_cents"] == 2000


def test_a_button_pressed_twice_does_it_once(harbor: Harbor, ana: int) -> None:
    harbor.charge(ana, 2000)
    assert move(harbor, once="press-1") == move(harbor, once="press-1")
    assert balance(harbor, ana) == 6000
    move(harbor, once="press-2")
    assert balance(harbor, ana) == 10000


def test_cash_recorded_by_mistake_is_taken_back_once(harbor: Harbor, ana: int) -> None:
    harbor.charge(ana, 6000)
    cells = {"payment_id": "X1", "patient_id": "Ana Ruiz", "paid_on": "2026-05-01", "amount": "60.00", "method": "cash"}
    payment, problems = single.read_payment(cells)
    with harbor.engine.begin() as conn:
        elsewhere.record(conn, harbor.practice_id, payment, problems, NOW)
        elsewhere.undo(conn, harbor.practice_id, "X1", "another patient's", NOW)
    assert balance(harbor, ana) == 6000
    with harbor.engine.begin() as conn:
        with pytest.raises(NoSuchPaymentError):
            elsewhere.undo(conn, harbor.practice_id, "X1", "again", NOW)
        assert elsewhere.record(conn, harbor.practice_id, payment, problems, NOW).new == 1
        elsewhere.refund(conn, RefundWanted(harbor.practice_id, "X1", 1000, "too much", True, "kim"), NOW)
        with pytest.raises(CannotUndoError):
            elsewhere.undo(conn, harbor.practice_id, "X1", "again", NOW)
    assert balance(harbor, ana) == 1000
