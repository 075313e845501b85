"""Everything one patient paid or tried to pay, here and elsewhere, and what of it was given back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.imports.payments import METHODS
from bot.paying.books.giving_back import given_back
from bot.store import entries
from bot.store.entries import Posted
from bot.store.ledger import ELSEWHERE
from bot.store.money_tables import payment_people
from bot.store.payments import DECLINED, OPEN, PAID, UNKNOWN
from bot.store.tables import entries as entry_rows
from bot.store.tables import payments, postings

_P = payments.c
SHOWN = (OPEN, UNKNOWN, DECLINED)


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment, or one try. Sums are of the whole; `share_cents` is what of it was for this patient."""

    payment_id: str
    at: datetime
    amount_cents: int
    share_cents: int
    refunded_cents: int
    disputed_cents: int
    method: str
    card: str
    reference: str
    state: str
    number: int
    """Tells apart those of one moment."""

    @property
    def place(self) -> tuple[datetime, int]:
        """Where it stands in the list."""
        return self.at, self.number


def payments_of(conn: Connection, practice_id: int, person_id: int) -> list[Payment]:
    """Newest first. A page where somebody only looked is no try."""
    ours = [_ours(row, person_id) for row in rows_of(conn, practice_id, person_id)]
    return sorted([*ours, *_elsewhere(conn, practice_id, person_id)], key=lambda one: one.place, reverse=True)


def rows_of(conn: Connection, practice_id: int, person_id: int) -> Sequence[Row[Any]]:
    """The attempts on our pages and on saved cards: posted, refused, or not decided yet."""
    posted = select(postings.c.entry_id).where(postings.c.person_id == person_id)
    paid = (_P.practice_id == practice_id) & (_P.state == PAID) & _P.entry_id.in_(posted)
    theirs = select(payment_people.c.payment_id).where(payment_people.c.person_id == person_id)
    tried = (_P.practice_id == practice_id) & _P.state.in_(SHOWN) & _P.id.in_(theirs)
    opened = (_P.state == OPEN) & (_P.kind == "checkout")
    every = select(payments)
    return [*conn.execute(every.where(paid)), *conn.execute(every.where(tried, ~opened))]


def _ours(row: Row[Any], person_id: int) -> Payment:
    whole = row.state == PAID and row.refunded_cents == row.amount_cents
    return Payment(
        payment_id=row.public_id,
        at=row.settled_at or row.made_at,
        amount_cents=row.amount_cents,
        share_cents=int(row.shares.get(str(person_id), row.amount_cents)),
        refunded_cents=row.refunded_cents,
        disputed_cents=row.disputed_cents,
        method="card",
        card=f"{row.card_brand} {row.card_last4}" if row.card_last4 else "",
        reference=row.receipt or "",
        state="refunded" if whole else row.state,
        number=row.id,
    )


def _elsewhere(conn: Connection, practice_id: int, person_id: int) -> Iterator[Payment]:
    mine = (postings.c.person_id == person_id, postings.c.account == ELSEWHERE)
    asked = select(entry_rows.c.id).join(postings, postings.c.entry_id == entry_rows.c.id)
    ids = set(conn.scalars(asked.where(*mine, entry_rows.c.kind == "payment_elsewhere")))
    undone = entries.undone(conn, practice_id, ids)
    for posted in entries.by_ids(conn, practice_id, ids):
        back = sum(given_back(entries.taken_back(conn, posted), ELSEWHERE).values())
        yield _recorded(posted, 0 if posted.id in undone else back, undone=posted.id in undone)


def _recorded(posted: Posted, back: int, *, undone: bool) -> Payment:
    cents = sum(line.cents for line in posted.lines if line.account == ELSEWHERE)
    method, _, more = posted.reason.partition(" ")
    return Payment(
        payment_id=posted.reference.removeprefix("elsewhere:").rpartition(":")[0],
        at=posted.at,
        amount_cents=cents,
        share_cents=cents,
        refunded_cents=back,
        disputed_cents=0,
        method=method if method in METHODS else "other",
        card="",
        reference=more.rpartition(" ")[0],
        state="undone" if undone else "refunded" if back == cents else PAID,
        number=-posted.id,
    )
