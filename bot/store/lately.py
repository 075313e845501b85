"""What a patient has paid lately: taken by us, refused by a bank that may show it all the same, or paid elsewhere."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from bot.store.among import among
from bot.store.columns import UtcTime
from bot.store.ledger import ELSEWHERE
from bot.store.money_tables import payment_people
from bot.store.payments import DECLINED, EXPIRED, PAID
from bot.store.prepared import Prepared
from bot.store.tables import entries, payments, postings

LATELY = timedelta(days=60)
HOLD = timedelta(days=10)
"""After that no bank shows what it refused any more."""


class Lately(NamedTuple):
    """One payment of one person, as it concerns them."""

    id: int
    state: Literal["taken", "hold", "elsewhere"]
    cents: int
    at: datetime
    """When it became known."""
    paid_on: date | None
    """As it was told, of money paid elsewhere."""
    last4: str


_P, _E, _S = payments.c, entries.c, postings.c
_SINCE: BindParameter[Any] = bindparam("since", type_=UtcTime())
_ATTEMPTS = Prepared(
    select(
        payment_people.c.person_id, _P.id, _P.state, _P.shares, _P.amount_cents, _P.refunded_cents, _P.settled_at,
        _P.made_at, _P.submitted_at, _P.card_last4,
    )
    .join_from(payment_people, payments, payment_people.c.payment_id == _P.id)
    .where(among(payment_people.c.person_id, "ids"), _P.made_at >= _SINCE, _P.state.in_((PAID, DECLINED, EXPIRED)))
    .order_by(_P.id.desc())
)  # fmt: skip
_TAKEN_BACK = entries.alias()
_TAKEN_FROM = postings.alias()
_BACK = (
    select(func.coalesce(func.sum(_TAKEN_FROM.c.cents), 0))
    .join_from(_TAKEN_BACK, _TAKEN_FROM, _TAKEN_FROM.c.entry_id == _TAKEN_BACK.c.id)
    .where(
        _TAKEN_BACK.c.undoes_id == _E.id,
        _TAKEN_FROM.c.account == ELSEWHERE,
        _TAKEN_FROM.c.person_id == _S.person_id,
    )
    .scalar_subquery()
)
_PAID_ELSEWHERE = Prepared(
    select(_S.person_id, _E.id, func.sum(_S.cents), _BACK, _E.at, _E.reason)
    .join_from(postings, entries, _S.entry_id == _E.id)
    .where(
        among(_S.person_id, "ids"), _S.account == ELSEWHERE, _E.kind == "payment_elsewhere", _E.at >= _SINCE
    )
    .group_by(_S.person_id, _E.id, _E.at, _E.reason)
    .order_by(_E.id.desc())
)  # fmt: skip


def paid(conn: Connection, person_ids: Collection[int], now: datetime) -> dict[int, list[Lately]]:
    """By person, the newest first."""
    values = {"ids": person_ids, "since": now - LATELY}
    found: dict[int, list[Lately]] = {}
    for row in _ATTEMPTS.rows(conn, values):
        if one := _attempt(row, now):
            found.setdefault(row[0], []).append(one)
    for person, entry_id, cents, back, at, reason in _PAID_ELSEWHERE.rows(conn, values):
        left = int(cents) + int(back)
        if left > 0:
            one = Lately(entry_id, "elsewhere", left, at, _told(reason), "")
            found.setdefault(person, []).append(one)
    return {person: sorted(theirs, key=lambda one: one.at, reverse=True) for person, theirs in found.items()}


def _attempt(row: Any, now: datetime) -> Lately | None:
    person, payment_id, state, shares, amount, refunded, settled_at, made_at, submitted_at, last4 = row
    at, share = settled_at or made_at, int(shares.get(str(person), 0))
    if state == PAID:
        # What went back is told of the whole payment: of each share the same part.
        left = share - -(-share * refunded // amount) if amount else 0
        return Lately(payment_id, "taken", left, at, None, last4 or "") if left > 0 else None
    reached_a_bank = submitted_at is not None and bool(last4)
    recent = reached_a_bank and share > 0 and now - at <= HOLD
    return Lately(payment_id, "hold", share, at, None, last4 or "") if recent else None


def _told(reason: str | None) -> date | None:
    """Of `check 2026-04-29`."""
    try:
        return date.fromisoformat((reason or "").rpartition(" ")[2])
    except ValueError:
        return None
