"""The books sum to zero, say things once, and refuse to be changed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table, delete, func, insert, select, text, update
from sqlalchemy.exc import DatabaseError

from bot.store import ledger
from bot.store.ledger import Entry, Owed, Posting, UnevenEntryError, visits_of
from bot.store.tables import audit, consents, entries, postings
from conversations.facts import Visit
from tests.harbor import NOW, Harbor


def payment(harbor: Harbor, person: int, charge: int | None, cents: int, reference: str) -> int | None:
    sides = (Posting("receivable", person, -cents, charge), Posting("processor", person, cents, charge))
    with harbor.engine.begin() as conn:
        return ledger.post(conn, Entry(harbor.practice_id, "payment", reference, NOW, sides))


def test_a_balance_is_a_sum(harbor: Harbor) -> None:
    ana = harbor.patient("Ana Ruiz")
    first = harbor.charge(ana, 12000)
    harbor.charge(ana, 6450, on=date(2026, 4, 2))
    assert payment(harbor, ana, first, 2000, "payment:1")
    with harbor.engine.connect() as conn:
        assert ledger.balances(conn, (ana, 999)) == {ana: 16450, 999: 0}
        assert ledger.visits(conn, (ana,)) == {ana: (Visit(date(2026, 3, 14), 10000), Visit(date(2026, 4, 2), 6450))}
        assert conn.scalar(select(func.sum(postings.c.cents))) == 0


def test_the_same_reference_is_posted_once(harbor: Harbor) -> None:
    ana = harbor.patient("Ana Ruiz", owes=5000)
    assert payment(harbor, ana, None, 5000, "payment:1") is not None
    assert payment(harbor, ana, None, 5000, "payment:1") is None
    with harbor.engine.connect() as conn:
        assert ledger.balances(conn, (ana,)) == {ana: 0}


@pytest.mark.parametrize("cents", [(100,), (100, -99), ()])
def test_an_uneven_entry_is_refused(harbor: Harbor, cents: tuple[int, ...]) -> None:
    ana = harbor.patient("Ana Ruiz")
    sides = tuple(Posting("receivable", ana, one) for one in cents)
    with harbor.engine.begin() as conn, pytest.raises(UnevenEntryError):
        ledger.post(conn, Entry(harbor.practice_id, "charge", "charge:1", NOW, sides))
    assert harbor.count(entries) == 0


@pytest.mark.parametrize("table", [entries, postings, consents, audit], ids=lambda table: table.name)
@pytest.mark.parametrize("change", ["update", "delete"])
def test_what_is_written_stays_written(harbor: Harbor, table: Table, change: str) -> None:
    ana = harbor.patient("Ana Ruiz", owes=5000)
    with harbor.engine.begin() as conn:
        shared = {"practice_id": harbor.practice_id, "at": NOW}
        conn.execute(insert(audit).values(who="kim", what="read", details={}, **shared))
        address = conn.scalar(text("SELECT min(id) FROM addresses"))
        said = {"address_id": address, "person_id": ana, "channel": "text", "status": "granted"}
        conn.execute(insert(consents).values(wording="yes", source="form", **said, **shared))
    before = harbor.all(table)
    statement = delete(table) if change == "delete" else update(table).values(id=table.c.id + 1000)
    with pytest.raises(DatabaseError, match="append-only"), harbor.engine.begin() as conn:
        conn.execute(statement)
    assert harbor.all(table) == before != []


def test_credit_pays_the_oldest_visit_first() -> None:
    left = [
        Owed(1, 7, 70, date(2026, 4, 2), 6450),
        Owed(1, 6, 60, date(2026, 3, 14), 12000),
        Owed(1, None, None, None, -13000),
    ]
    assert visits_of(left) == (Visit(date(2026, 4, 2), 5450),)


def test_charges_of_one_visit_are_one_visit() -> None:
    left = [Owed(1, 1, 5, date(2026, 3, 14), 1000), Owed(1, 2, 5, date(2026, 3, 14), 2000)]
    assert visits_of(left) == (Visit(date(2026, 3, 14), 3000),)


@given(
    st.lists(
        st.builds(
            Owed,
            st.just(1),
            st.integers(1, 9),
            st.none() | st.integers(1, 3),
            st.dates(date(2025, 1, 1), date(2026, 1, 1)),
            st.integers(-5000, 5000),
        )
    )
)
def test_the_visits_sum_to_what_is_owed(left: list[Owed]) -> None:
    visits = visits_of(left)
    assert sum(visit.remaining_cents for visit in visits) == max(0, sum(one.cents for one in left))
    assert list(visits) == sorted(visits, key=lambda visit: visit.service_on)
    assert all(visit.remaining_cents > 0 for visit in visits)


def test_when_a_charge_came_into_the_books(harbor: Harbor) -> None:
    ana = harbor.patient("Ana Ruiz")
    harbor.charge(ana, 100, at=NOW - timedelta(days=2))
    with harbor.engine.connect() as conn:
        (one,) = ledger.owed_since(conn, (ana,))[ana]
    assert one.posted_at == NOW - timedelta(days=2)
