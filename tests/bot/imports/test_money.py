"""charges.csv and payments.csv: the books after each import, each correction and each undoing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from bot.imports import CannotUndoError, cells
from bot.store import tables as t
from tests.bot.imports.desk import NOW, Desk

PATIENTS = "patient_id,first_name,last_name\nP1,Ana,Ruiz\nP2,Ben,Okafor\n"
HEAD = "charge_id,patient_id,service_date,patient_owes,encounter_id\n"
CHARGES = HEAD + "C2,P1,2026-04-02,64.50,\nC1,P1,2026-03-14,120.00,E1\n"
PAID = "payment_id,patient_id,paid_on,amount,method,charge_id,reference\n"


@pytest.fixture
def billed(desk: Desk) -> Desk:
    desk.take("patients", PATIENTS)
    desk.take("charges", CHARGES)
    return desk


def balanced(desk: Desk) -> bool:
    """Does every entry sum to zero?"""
    with desk.engine.connect() as conn:
        sums = select(func.sum(t.postings.c.cents)).group_by(t.postings.c.entry_id)
        return all(row[0] == 0 for row in conn.execute(sums))


def test_charges_are_owed(billed: Desk) -> None:
    assert billed.owes("P1") == 18450
    assert billed.left("P1") == [12000, 6450]
    assert billed.owes("P2") == 0
    assert balanced(billed)


def test_the_same_charges_again_change_nothing(billed: Desk) -> None:
    before = billed.everything()
    assert billed.take("charges", CHARGES).import_id is None
    assert billed.everything() == before


def test_a_later_figure_posts_the_difference(billed: Desk) -> None:
    for owes, left in (("100.00", 10000), ("130.00", 13000), ("0.00", 0), ("120.00", 12000)):
        done = billed.take("charges", HEAD + f"C1,P1,2026-03-14,{owes},E1\n")
        assert done.counts.changed == 1
        assert billed.owes("P1") == left + 6450
    references = [row.reference for row in billed.rows(t.entries) if row.reference.startswith("charge:C1:")]
    assert references == [f"charge:C1:{n}" for n in range(1, 6)]
    assert balanced(billed)


def test_a_lower_figure_after_the_payment_leaves_a_credit(billed: Desk) -> None:
    billed.take("payments", PAID + "Y1,P1,2026-04-29,120.00,card,C1,\n")
    billed.take("charges", HEAD + "C1,P1,2026-03-14,80.00,E1\n")
    assert billed.owes("P1") == 6450 - 4000


def test_a_sum_that_does_not_add_up_is_a_warning_and_patient_owes_counts(quick_desk: Desk) -> None:
    quick_desk.take("patients", PATIENTS)
    head = "charge_id,patient_id,service_date,patient_owes,billed,insurance_paid,adjustment\n"
    done = quick_desk.take(
        "charges", head + "C1,P1,2026-03-14,50.00,100.00,10.00,10.00\nC2,P1,2026-03-14,80.00,100.00,20.00,\n"
    )
    assert [(w.line, w.column) for w in done.problems.warnings] == [(2, "patient_owes")]
    assert quick_desk.owes("P1") == 13000


def test_charges_of_one_day_are_one_visit_unless_told_otherwise(quick_desk: Desk) -> None:
    quick_desk.take("patients", PATIENTS)
    quick_desk.take("charges", HEAD + "C1,P1,2026-03-14,1.00,\nC2,P1,2026-03-14,2.00,\nC3,P1,2026-03-14,3.00,E9\n")
    assert len(quick_desk.rows(t.encounters)) == 2


@pytest.mark.parametrize(
    "row, error",
    [
        ("C1,P9,2026-03-14,1.00,", "line 2: patient_id: is no patient"),
        ("C1,P1,2026-3-14,1.00,", "line 2: service_date:"),
        ("C1,P1,2062-03-14,1.00,", "line 2: service_date: lies in the future"),
        ("C1,P1,2026-03-14,,", "line 2: patient_owes: must not be empty"),
        ("C1,P1,2026-03-14,1,", "line 2: patient_owes: money is written like"),
        ("C1,P1,2026-03-14,1.0,", "line 2: patient_owes: money is written like"),
        ("C1,P1,2026-03-14,-1.00,", "line 2: patient_owes: money is written like"),
        ("C1,P1,2026-03-14,$1.00,", "line 2: patient_owes: money is written like"),
        ('C1,P1,2026-03-14,"1,000.00",', "line 2: patient_owes: money is written like"),
        ("C1,P1,2026-03-14,١.٠٠,", "line 2: patient_owes: money is written like"),
        ("C1,P1,2026-03-14,99999999999.00,", "line 2: patient_owes: is more money"),
        (",P1,2026-03-14,1.00,", "line 2: charge_id: must not be empty"),
    ],
)
def test_a_bad_charge_refuses_the_file(quick_desk: Desk, row: str, error: str) -> None:
    quick_desk.take("patients", PATIENTS)
    (found,) = quick_desk.refused("charges", HEAD + row + "\n")
    assert found.startswith(error)


def test_nobody_gets_the_charge_or_the_visit_of_another(billed: Desk) -> None:
    found = billed.refused(
        "charges", HEAD + "C1,P2,2026-03-14,120.00,E7\nC8,P2,2026-03-14,1.00,E1\nC8,P2,2026-03-14,1.00,\n"
    )
    assert [line.split(": ")[1] for line in found] == ["charge_id", "charge_id", "encounter_id"]


def test_a_payment_pays_the_oldest_visit_first(billed: Desk) -> None:
    billed.take("payments", PAID + "Y1,P1,2026-04-29,130.00,cash,,\n")
    assert billed.left("P1") == [0, 5450]
    billed.take("payments", PAID + "Y2,P1,2026-04-30,10.00,check,C2,\n")
    assert billed.left("P1") == [0, 4450]
    assert balanced(billed)


def test_what_is_too_much_is_a_credit(billed: Desk) -> None:
    billed.take("payments", PAID + "Y1,P1,2026-04-29,100.00,other,,\nY2,P1,2026-04-28,100.00,cash,,\n")
    assert billed.left("P1") == [0, 0, -1550]
    assert billed.owes("P1") == -1550


def test_the_same_payments_again_change_nothing_and_another_amount_is_told(billed: Desk) -> None:
    text = PAID + "Y1,P1,2026-04-29,50.00,cash,,\n"
    billed.take("payments", text)
    assert billed.take("payments", text).import_id is None
    done = billed.take("payments", text.replace("50.00", "55.00"))
    assert [w.column for w in done.problems.warnings] == ["amount"]
    assert billed.owes("P1") == 13450


def test_our_own_receipt_is_recognised(billed: Desk) -> None:
    row = {
        "practice_id": billed.into.practice_id, "person_ids": [], "shares": {}, "amount_cents": 5000, "made_at": NOW,
        "owed_cents": 18450, "processor": "sandbox", "public_id": "x1", "state": "paid", "receipt": "HFM-20931",
    }  # fmt: skip
    with billed.engine.begin() as conn:
        conn.execute(insert(t.payments), row)
    done = billed.take("payments", PAID + "Y1,P1,2026-04-29,50.00,card,,HFM-20931\nY2,P1,2026-04-29,5.00,card,,HFM-1\n")
    assert (done.counts.recognised, done.counts.new) == (1, 1)
    assert billed.owes("P1") == 18450 - 500


@pytest.mark.parametrize(
    "row, error",
    [
        ("Y1,P1,2026-04-29,50.00,barter,,", "line 2: method: is one of cash"),
        ("Y1,P1,2026-04-29,0.00,cash,,", "line 2: amount: must be above"),
        ("Y1,P9,2026-04-29,5.00,cash,,", "line 2: patient_id: is no patient"),
        ("Y1,P1,2026-04-29,5.00,cash,C9,", "line 2: charge_id: is no charge"),
        ("Y1,P2,2026-04-29,5.00,cash,C1,", "line 2: charge_id: is a charge of another patient"),
    ],
)
def test_a_bad_payment_refuses_the_file(billed: Desk, row: str, error: str) -> None:
    (found,) = billed.refused("payments", PAID + row + "\n")
    assert found.startswith(error)


def test_undoing_posts_the_reverse_and_the_file_can_come_again(billed: Desk) -> None:
    paid = PAID + "Y1,P1,2026-04-29,120.00,cash,,\n"
    payments = billed.take("payments", paid)
    assert billed.undo(payments.import_id).entries_reversed == 1
    assert billed.owes("P1") == 18450
    with pytest.raises(CannotUndoError, match="undone already"):
        billed.undo(payments.import_id)
    assert billed.take("payments", paid).counts.new == 1
    assert billed.owes("P1") == 6450
    charges = billed.rows(t.imports)[1].id
    assert billed.undo(charges).entries_reversed == 2
    assert billed.owes("P1") == -12000
    assert billed.take("charges", CHARGES).counts.changed == 2
    assert billed.owes("P1") == 6450
    assert balanced(billed)


def test_patients_with_charges_are_kept(billed: Desk) -> None:
    done = billed.undo(billed.rows(t.imports)[0].id)
    assert (done.people_removed, done.people_kept) == (1, 1)
    assert billed.owes("P1") == 18450
    with pytest.raises(CannotUndoError, match="no import 99"):
        billed.undo(99)


@given(st.integers(0, cells.MOST_CENTS))
def test_money_reads_back(cents: int) -> None:
    assert cells.money(f"{cents // 100}.{cents % 100:02d}") == cents


@given(st.text(max_size=30))
def test_any_other_text_is_refused_as_money_and_never_repeated(text: str) -> None:
    text = f"x{text}x"
    for read in (cells.money, cells.day, cells.moment, cells.yes_no):
        with pytest.raises(cells.CellError) as fault:
            read(text)
        assert len(text) < 4 or text not in str(fault.value)


@given(st.lists(st.integers(1, 50_000), min_size=1, max_size=6), st.lists(st.integers(1, 90_000), max_size=4))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_paid_the_parts_sum_to_the_balance(quick_desk: Desk, owes: list[int], pays: list[int]) -> None:
    people = len(quick_desk.rows(t.people))
    who = f"R{people}"
    quick_desk.take("patients", f"patient_id,first_name,last_name\n{who},Ana,Ruiz\n")
    charges = [f"{who}C{n},{who},2026-01-{n + 1:02d},{c // 100}.{c % 100:02d},\n" for n, c in enumerate(owes)]
    quick_desk.take("charges", HEAD + "".join(charges))
    paid = [f"{who}Y{n},{who},2026-02-01,{c // 100}.{c % 100:02d},cash,,\n" for n, c in enumerate(pays)]
    quick_desk.take("payments", PAID + "".join(paid))
    assert quick_desk.owes(who) == sum(quick_desk.left(who)) == sum(owes) - sum(pays)
