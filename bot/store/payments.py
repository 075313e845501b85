"""Attempts to pay, and the holds that keep one patient from having two of them open."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.store.among import among
from bot.store.money_tables import payment_people
from bot.store.prepared import Prepared
from bot.store.tables import payment_holds, payments, postings

OPEN, UNKNOWN, PAID, DECLINED, EXPIRED = "open", "unknown", "paid", "declined", "expired"
CHECKOUT, SAVED_CARD, INSTALLMENT = "checkout", "saved_card", "installment"

_P, _H = payments.c, payment_holds.c


@dataclass(frozen=True, slots=True)
class Attempt:
    """One row."""

    id: int
    practice_id: int
    link_id: int | None
    conversation_id: int | None
    person_ids: tuple[int, ...]
    shares: Mapping[int, int]
    amount_cents: int
    owed_cents: int
    processor: str
    public_id: str
    processor_id: str | None
    state: str
    card_brand: str
    card_last4: str
    receipt: str
    made_at: datetime
    submitted_at: datetime | None
    settled_at: datetime | None
    polls: int
    kind: str
    charge_ids: tuple[int, ...] | None
    """The visits they chose; None: oldest first."""
    keep_card: bool
    made_by: str
    checkout_url: str
    """The processor's own page, once it is open."""
    expires_at: datetime | None
    refunded_cents: int
    disputed_cents: int


@dataclass(frozen=True, slots=True)
class NewAttempt:
    """What a new row begins with."""

    practice_id: int
    link_id: int | None
    conversation_id: int | None
    person_ids: tuple[int, ...]
    shares: Mapping[int, int]
    amount_cents: int
    owed_cents: int
    processor: str
    public_id: str
    made_at: datetime
    kind: str = CHECKOUT
    charge_ids: tuple[int, ...] | None = None
    keep_card: bool = False
    made_by: str = "patient"
    expires_at: datetime | None = None


_COLUMNS = (
    _P.id, _P.practice_id, _P.link_id, _P.conversation_id, _P.person_ids, _P.shares, _P.amount_cents, _P.owed_cents,
    _P.processor, _P.public_id, _P.processor_id, _P.state, _P.card_brand, _P.card_last4, _P.receipt, _P.made_at,
    _P.submitted_at, _P.settled_at, _P.polls, _P.kind, _P.charge_ids, _P.keep_card, _P.made_by, _P.checkout_url,
    _P.expires_at, _P.refunded_cents, _P.disputed_cents,
)  # fmt: skip


def is_out(attempt: Attempt) -> bool:
    """Is it on its way to the bank? Until we hear from there nothing else may be paid."""
    return attempt.state == UNKNOWN or (attempt.state == OPEN and attempt.kind != CHECKOUT)


_ONE = select(*_COLUMNS).where(_P.public_id == bindparam("public_id"))
_BY_PUBLIC_ID, _BY_PUBLIC_ID_LOCKED = Prepared(_ONE), Prepared(_ONE.with_for_update())
_HELD = select(*_COLUMNS).where(_P.id.in_(select(_H.payment_id).where(among(_H.person_id, "people")))).order_by(_P.id)
_HOLDING, _HOLDING_LOCKED = Prepared(_HELD), Prepared(_HELD.with_for_update())
_RELEASE = Prepared(delete(payment_holds).where(_H.payment_id == bindparam("row")))
_NAMES = tuple(column.name for column in _COLUMNS)


def find(conn: Connection, public_id: str, *, lock: bool = False) -> Attempt | None:
    """The attempt of that id; locked, it waits for whoever is at it."""
    rows = (_BY_PUBLIC_ID_LOCKED if lock else _BY_PUBLIC_ID).rows(conn, {"public_id": public_id})
    return _read(rows[0]) if rows else None


def by_processor_id(conn: Connection, processor: str, processor_id: str) -> Attempt | None:
    """The attempt that the processor calls so."""
    asked = select(*_COLUMNS).where(_P.processor == processor, _P.processor_id == processor_id)
    return _attempt(conn.execute(asked).one_or_none())


def by_receipt(conn: Connection, practice_id: int, receipt: str) -> Attempt | None:
    """The payment with that receipt number."""
    asked = select(*_COLUMNS).where(_P.practice_id == practice_id, _P.receipt == receipt)
    return _attempt(conn.execute(asked).one_or_none())


def holding(conn: Connection, person_ids: Collection[int], *, lock: bool = False) -> list[Attempt]:
    """The attempts that these people have open."""
    rows = (_HOLDING_LOCKED if lock else _HOLDING).rows(conn, {"people": person_ids})
    return [_read(row) for row in rows]


def paid_by(conn: Connection, person_ids: Collection[int], practice_id: int) -> list[Attempt]:
    """What was paid for these people and nobody else, newest first."""
    theirs = select(postings.c.entry_id).where(postings.c.person_id.in_(person_ids))
    asked = (
        select(*_COLUMNS)
        .where(_P.practice_id == practice_id, _P.state == PAID, _P.entry_id.in_(theirs))
        .order_by(_P.settled_at.desc(), _P.id.desc())
    )
    found = [attempt for row in conn.execute(asked) if (attempt := _attempt(row))]
    return [attempt for attempt in found if set(attempt.person_ids) <= set(person_ids)]


def due(conn: Connection, now: datetime, limit: int = 50) -> list[Attempt]:
    """Those in doubt whose processor should be asked now."""
    asked = select(*_COLUMNS).where(_P.state == UNKNOWN, _P.poll_at <= now).order_by(_P.poll_at).limit(limit)
    return [found for row in conn.execute(asked) if (found := _attempt(row))]


def begin(conn: Connection, new: NewAttempt) -> bool:
    """Writes the attempt and holds its people. False: one of them has another one open, and nothing was written."""
    values = {name: getattr(new, name) for name in NewAttempt.__slots__}
    values["shares"] = {str(person): cents for person, cents in new.shares.items()}
    values["person_ids"] = list(new.person_ids)
    values["charge_ids"] = None if new.charge_ids is None else list(new.charge_ids)
    try:
        with conn.begin_nested():
            attempt_id = conn.execute(insert(payments).returning(_P.id), values | {"state": OPEN}).scalar_one()
            holds = [{"person_id": person, "payment_id": attempt_id} for person in new.shares]
            conn.execute(insert(payment_people), holds)
            conn.execute(insert(payment_holds), holds)
    except IntegrityError:
        return False
    return True


def opened(conn: Connection, attempt_id: int, url: str, processor_id: str, now: datetime, ends_at: datetime) -> None:
    """The processor has a page for it now, to be closed when it ends; news of it may come at any time."""
    shown = {"checkout_url": url, "processor_id": processor_id, "submitted_at": now}
    changed = update(payments).where(_P.id == attempt_id, _P.processor_id.is_(None))
    conn.execute(changed.values(**shown, expires_at=ends_at, poll_at=ends_at))


def to_close(conn: Connection, processor: str, now: datetime, limit: int = 50) -> list[Attempt]:
    """Those whose page at the processor should be closed now: its time is over, or another attempt took its place."""
    mine = (_P.processor == processor, _P.kind == CHECKOUT, _P.state.in_((OPEN, EXPIRED)), _P.poll_at <= now)
    rows = conn.execute(select(*_COLUMNS).where(*mine).order_by(_P.poll_at).limit(limit))
    return [found for row in rows if (found := _attempt(row))]


def closed(conn: Connection, attempt_id: int) -> None:
    """Nobody can pay on that page any more."""
    conn.execute(update(payments).where(_P.id == attempt_id, _P.state != UNKNOWN).values(poll_at=None))


def paid_twice(conn: Connection, attempt: Attempt, public_id: str) -> Attempt:
    """A row of its own for money that came once more for the same attempt."""
    names = [name for name in NewAttempt.__slots__ if name not in {"public_id", "shares", "person_ids", "charge_ids"}]
    values: dict[str, Any] = {name: getattr(attempt, name) for name in names} | {"public_id": public_id}
    values |= {"shares": {str(person): cents for person, cents in attempt.shares.items()}, "keep_card": False}
    values |= {"person_ids": list(attempt.person_ids), "submitted_at": attempt.submitted_at, "state": DECLINED}
    made: int = conn.execute(insert(payments).returning(_P.id), values).scalar_one()
    conn.execute(insert(payment_people), [{"person_id": person, "payment_id": made} for person in attempt.shares])
    return find(conn, public_id) or attempt


def paid_since(conn: Connection, attempt: Attempt) -> bool:
    """Has another attempt of these people been paid since this one was made?"""
    people = payment_people.c
    theirs = select(people.payment_id).where(people.person_id.in_(attempt.shares), people.payment_id != attempt.id)
    asked = select(_P.id).where(_P.id.in_(theirs), _P.state == PAID, _P.settled_at >= attempt.made_at)
    return conn.scalar(asked.limit(1)) is not None


def submit(conn: Connection, attempt_id: int, values: Mapping[str, Any]) -> bool:
    """Hands an open attempt to the processor, once: the first card chosen counts. It is in doubt until news comes."""
    changed = update(payments).where(_P.id == attempt_id, _P.state == OPEN).values(state=UNKNOWN, **values)
    return conn.execute(changed).rowcount == 1


def end(conn: Connection, attempt_id: int, state: str, **values: object) -> int:
    """The attempt is over, and its people may begin another one; how many of them it had kept from that.

    Of one that has merely run out, a page may still stand open at the processor: that is closed soon after.
    """
    page = case((_P.checkout_url.is_not(None), _P.made_at), else_=None) if state == EXPIRED else None
    conn.execute(update(payments).where(_P.id == attempt_id).values(state=state, poll_at=page, **values))
    return _RELEASE.run(conn, {"row": attempt_id})


def asked(conn: Connection, attempt_id: int, polls: int, poll_at: datetime) -> None:
    """The processor was asked; when to ask again."""
    conn.execute(update(payments).where(_P.id == attempt_id).values(polls=polls, poll_at=poll_at))


def _attempt(row: Any) -> Attempt | None:
    if row is None:
        return None
    return _read(row)


def _read(row: Any) -> Attempt:
    told: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    told["person_ids"] = tuple(told["person_ids"])
    told["charge_ids"] = None if told["charge_ids"] is None else tuple(told["charge_ids"])
    told["shares"] = {int(person): cents for person, cents in told["shares"].items()}
    told |= {name: "" for name in _WORDS if told[name] is None}
    return Attempt(**told)


_WORDS = ("card_brand", "card_last4", "receipt", "checkout_url")
