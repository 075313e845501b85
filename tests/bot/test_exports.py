"""Money that we took, as a file that our own import recognises."""

import io
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.imports import Into, import_file
from bot.imports.report import RefusedError
from bot.keeping.exports import Line, payments_since, write_csv
from bot.payments import DisputeState, RefundState
from bot.store import ledger
from bot.store import tables as t
from tests.bot.taken import pay
from tests.bot.test_disputes import hear
from tests.bot.test_refunds import ask, told
from tests.harbor import NOW, Harbor


def paid(harbor: Harbor, receipt: str, shares: dict[int, list[tuple[int | None, int]]], at: datetime = NOW) -> None:
    """A payment as settlements post it: what of it went to which charge of whom."""
    sides = [
        ledger.Posting("receivable", person, -cents, charge) for person, to in shares.items() for charge, cents in to
    ]
    total = sum(cents for to in shares.values() for _, cents in to)
    sides.append(ledger.Posting("processor", next(iter(shares)), total))
    with harbor.engine.begin() as conn:
        entry = ledger.post(conn, ledger.Entry(harbor.practice_id, "payment", f"payment:{receipt}", at, tuple(sides)))
        conn.execute(
            insert(t.payments).values(
                practice_id=harbor.practice_id, person_ids=list(shares), shares={}, amount_cents=total,
                owed_cents=total, processor="sandbox", public_id=receipt, state="paid", receipt=receipt,
                entry_id=entry, made_at=at, settled_at=at,
            )
        )  # fmt: skip


def exported(harbor: Harbor, since: date) -> list[Line]:
    with harbor.engine.connect() as conn:
        practice = harbor.world.practices.by_id(conn, harbor.practice_id)
        assert practice is not None
        return list(payments_since(conn, practice, since))


@pytest.fixture
def family(harbor: Harbor) -> dict[str, Any]:
    ana, bo = harbor.patient("Ana Ruiz"), harbor.patient("Bo Ruiz")
    charges = [harbor.charge(ana, 5000), harbor.charge(ana, 3000), harbor.charge(bo, 1000)]
    return {"ana": ana, "bo": bo, "charges": charges}


def test_each_part_names_its_charge_and_all_name_the_receipt(harbor: Harbor, family: dict[str, Any]) -> None:
    first, second, third = family["charges"]
    paid(harbor, "HFM-1", {family["ana"]: [(first, 5000), (second, 1050)], family["bo"]: [(third, 1000)]})
    assert exported(harbor, date(2026, 5, 6)) == [
        Line("HFM-1", "Ana Ruiz", date(2026, 5, 6), "50.00", "card", "C1", "HFM-1"),
        Line("HFM-1-2", "Ana Ruiz", date(2026, 5, 6), "10.50", "card", "C2", "HFM-1"),
        Line("HFM-1-3", "Bo Ruiz", date(2026, 5, 6), "10.00", "card", "C3", "HFM-1"),
    ]


def test_the_day_is_the_practices_own(harbor: Harbor, family: dict[str, Any]) -> None:
    # 05:30 UTC is the evening before in Seattle.
    paid(harbor, "HFM-1", {family["bo"]: [(None, 500)]}, NOW.replace(hour=5, minute=30))
    assert [line.paid_on for line in exported(harbor, date(2026, 5, 5))] == [date(2026, 5, 5)]
    assert exported(harbor, date(2026, 5, 6)) == []


def test_what_is_not_paid_is_not_exported(harbor: Harbor, family: dict[str, Any]) -> None:
    with harbor.engine.begin() as conn:
        conn.execute(
            insert(t.payments).values(
                practice_id=harbor.practice_id, person_ids=[family["ana"]], shares={}, amount_cents=5000,
                owed_cents=5000, processor="sandbox", public_id="x", state="unknown", made_at=NOW, settled_at=None,
            )
        )  # fmt: skip
    assert exported(harbor, date(2026, 1, 1)) == []


def test_our_own_import_recognises_the_file(harbor: Harbor, family: dict[str, Any], tmp_path: Path) -> None:
    paid(harbor, "HFM-1", {family["ana"]: [(family["charges"][0], 5000), (None, 7)]}, NOW - timedelta(days=1))
    paid(harbor, "HFM-2", {family["bo"]: [(family["charges"][2], 1000)]})
    written = io.StringIO()
    write_csv(exported(harbor, date(2026, 1, 1)), written)
    assert written.getvalue().splitlines()[0] == "payment_id,patient_id,paid_on,amount,method,charge_id,reference"
    (tmp_path / "payments.csv").write_text(written.getvalue(), "utf-8")
    done = import_file(Into(harbor.engine, harbor.practice_id, NOW), "payments", tmp_path / "payments.csv")
    assert (done.counts.new, done.counts.recognised) == (0, 3)
    with harbor.engine.connect() as conn:
        assert conn.scalar(select(t.entries.c.id).where(t.entries.c.kind == "payment_elsewhere")) is None


def test_refunds_and_disputes_are_rows_of_their_own(harbor: Harbor, family: dict[str, Any], tmp_path: Path) -> None:
    payment = pay(harbor, family["ana"], family["bo"], cents=1000)
    told(harbor, ask(harbor, payment.public_id, 1500))
    failed = ask(harbor, payment.public_id, 200, still_owed=False)
    told(harbor, failed, RefundState.PENDING)
    told(harbor, failed, RefundState.FAILED)
    hear(harbor, payment, DisputeState.OPENED, DisputeState.WON, cents=500)
    lines = exported(harbor, date(2026, 1, 1))
    assert [(re.sub(r"(?<=-[RFDW])[0-9]+", "", line.payment_id), line.patient_id, line.amount) for line in lines] == [
        ("HFM-20001", "Ana Ruiz", "10.00"),
        ("HFM-20001-2", "Bo Ruiz", "10.00"),
        ("HFM-20001-R", "Bo Ruiz", "-10.00"),
        ("HFM-20001-R-2", "Ana Ruiz", "-5.00"),
        ("HFM-20001-R", "Ana Ruiz", "-2.00"),
        ("HFM-20001-F", "Ana Ruiz", "2.00"),
        ("HFM-20001-D", "Ana Ruiz", "-5.00"),
        ("HFM-20001-W", "Ana Ruiz", "5.00"),
    ]
    assert {line.reference for line in lines} == {"HFM-20001"}
    assert len({line.payment_id for line in lines}) == len(lines)
    with (tmp_path / "payments.csv").open("w", encoding="utf-8") as file:
        write_csv(lines, file)
    done = import_file(Into(harbor.engine, harbor.practice_id, NOW), "payments", tmp_path / "payments.csv")
    assert (done.counts.new, done.counts.recognised) == (0, 8)


def test_only_our_own_refunds_may_stand_below_zero(harbor: Harbor, family: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "payments.csv"
    path.write_text("payment_id,patient_id,paid_on,amount,method\nX1,Ana Ruiz,2026-05-01,-5.00,cash\n", "utf-8")
    with pytest.raises(RefusedError) as caught:
        import_file(Into(harbor.engine, harbor.practice_id, NOW), "payments", path)
    assert [str(one) for one in caught.value.problems.errors] == [
        "line 2: amount: must be above 0.00; only a refund of ours is below"
    ]
