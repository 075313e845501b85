"""A patient's timeline: the books with their running balance, and what was tried and agreed beside them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, select

from bot.desk.beside import beside
from bot.desk.happened import LEDGER, Happened
from bot.desk.payments import rows_of
from bot.store import entries, refunds
from bot.store.ledger import ELSEWHERE, PROCESSOR, RECEIVABLE
from bot.store.payments import DECLINED, PAID, UNKNOWN
from bot.store.tables import charges, postings
from bot.store.tables import entries as entry_rows

_E, _L, _C = entry_rows.c, postings.c, charges.c
_TRIED = {DECLINED: "payment_declined", UNKNOWN: "payment_in_doubt"}


def history(conn: Connection, practice_id: int, person_id: int) -> list[Happened]:
    """Everything, newest first. The balance beside each line is what was owed once it had happened."""
    attempts = rows_of(conn, practice_id, person_id)
    paid = {row.entry_id: row for row in attempts if row.state == PAID}
    every = [
        *_books(conn, practice_id, person_id, paid),
        *_tried(attempts),
        *_refunds(conn, {row.id: row for row in paid.values()}),
        *beside(conn, practice_id, person_id),
    ]
    balance, told = 0, []
    for one in sorted(every, key=lambda one: one.place):
        balance += one.change_cents
        told.append(replace(one, balance_cents=balance))
    return told[::-1]


def _books(conn: Connection, practice_id: int, person_id: int, paid: Mapping[int, Row[Any]]) -> Iterator[Happened]:
    change = func.sum(case((_L.account == RECEIVABLE, _L.cents), else_=0))
    money = func.sum(case((_L.account.in_((PROCESSOR, ELSEWHERE)), _L.cents), else_=0))
    gross = func.sum(case((and_(_L.account == RECEIVABLE, _L.cents > 0), _L.cents), else_=0))
    asked = (
        select(
            _E.id,
            _E.at,
            _E.kind,
            _E.reason,
            _E.reference,
            _E.undoes_id,
            change,
            money,
            gross,
            func.max(_C.charge_id),
            func.count(_C.id.distinct()),
        )
        .join_from(entry_rows, postings, _L.entry_id == _E.id)
        .join(charges, _C.id == _L.charge_id, isouter=True)
        .where(_L.person_id == person_id, _E.practice_id == practice_id)
        .group_by(_E.id, _E.at, _E.kind, _E.reason, _E.reference, _E.undoes_id)
        .order_by(_E.id)
    )
    rows = conn.execute(asked).all()
    about = _about(rows, paid)
    undone = entries.undone(conn, practice_id, [row.id for row in rows])
    for entry_id, at, kind, reason, _, _, changed, moved, shifted, _, _ in rows:
        attempt = paid.get(entry_id)
        yield Happened(
            at=at,
            rank=LEDGER,
            number=entry_id,
            event=kind,
            # Where money moved, that is what it was about, even when no balance changed.
            amount_cents=-int(moved) or int(changed) or (int(shifted) if kind == "undone" else -int(shifted)),
            change_cents=int(changed),
            status=_status(attempt) if attempt else "undone" if entry_id in undone else "posted",
            why=reason or "",
            detail=about[entry_id],
        )


def _about(rows: Sequence[Any], paid: Mapping[int, Row[Any]]) -> dict[int, str]:
    """What tells each entry from others of its kind: the card, the receipt, their own number of it, the charge."""
    told: dict[int, str] = {}
    receipts = {entry_id: f"receipt {attempt.receipt}" for entry_id, attempt in paid.items()}
    kinds = {row.id: row.kind for row in rows}
    for entry_id, _, kind, _, reference, undoes_id, _, _, _, charge_id, visits in rows:
        charge = charge_id if visits == 1 else ""
        if undoes_id in receipts:
            receipts[entry_id] = receipts[undoes_id]
        if kind == "payment_elsewhere":
            receipts[entry_id] = reference.removeprefix("elsewhere:").rpartition(":")[0]
        undone = kinds.get(undoes_id, "").replace("_", " ") if kind == "undone" else ""
        named = _detail(paid[entry_id]) if entry_id in paid else receipts.get(entry_id, "")
        told[entry_id] = named or ", ".join(filter(None, (undone, charge)))
    return told


def _status(attempt: Row[Any]) -> str:
    if attempt.disputed_cents:
        return "disputed"
    return "refunded" if attempt.refunded_cents == attempt.amount_cents else "posted"


def _detail(attempt: Row[Any]) -> str:
    card = f"{attempt.card_brand} {attempt.card_last4}, " if attempt.card_last4 else ""
    return f"{card}receipt {attempt.receipt}"


def _tried(attempts: Any) -> Iterator[Happened]:
    for row in attempts:
        if row.state != PAID:
            yield Happened(
                at=row.settled_at or row.submitted_at or row.made_at,
                rank=0,
                number=row.id,
                event=_TRIED.get(row.state, "card_charge_ordered"),
                amount_cents=row.amount_cents,
                status=row.state,
                detail=f"{row.card_brand} {row.card_last4}" if row.card_last4 else "",
                source="payment",
            )


def _refunds(conn: Connection, paid: Mapping[int, Row[Any]]) -> Iterator[Happened]:
    for refund in refunds.of_payments(conn, paid):
        owed = "still owed" if refund.still_owed else "not owed any more"
        yield Happened(
            at=refund.asked_at,
            rank=0,
            number=refund.id,
            event="refund_asked",
            amount_cents=refund.amount_cents,
            status=refund.state,
            why=refund.reason,
            detail=f"receipt {paid[refund.payment_id].receipt}, {owed}",
            source="refund",
        )
