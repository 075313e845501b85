"""Saved cards: what the processor calls them, and what the patients agreed may be done with them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, Select, and_, insert, or_, select, update

from bot.store.among import among
from bot.store.money_tables import cards, mandates
from bot.store.prepared import Prepared
from bot.store.tables import people


class Kept(Protocol):
    """A card as a processor keeps it."""

    @property
    def customer(self) -> str: ...
    @property
    def token(self) -> str: ...
    @property
    def brand(self) -> str: ...
    @property
    def last4(self) -> str: ...
    @property
    def expires_on(self) -> date | None: ...


class Card(NamedTuple):
    """A card that a patient let the practice keep."""

    id: int
    practice_id: int
    person_id: int
    processor: str
    customer: str
    token: str
    brand: str
    last4: str
    expires_on: date | None
    held_until: datetime | None

    def may_be_charged(self, today: date, now: datetime) -> bool:
        """It has not expired, and no address was changed lately (NIST SP 800-63B-4, 4.6)."""
        return not self.expired(today) and (self.held_until is None or self.held_until <= now)

    def expired(self, today: date) -> bool:
        """Is the month on it over?"""
        return self.expires_on is not None and self.expires_on < today


@dataclass(frozen=True, slots=True)
class NewMandate:
    """What was agreed to, word for word. `card_id` None: the processor has not saved the card yet."""

    practice_id: int
    person_id: int
    card_id: int | None
    payment_id: int | None
    plan_id: int | None
    by_text: bool
    version: str
    wording: str
    language: str
    at: datetime
    network: str


class Agreed(NamedTuple):
    """A saved card of somebody, and whether a texted reply may charge it."""

    card: Card
    by_text: bool


class OtherPersonError(ValueError):
    """The processor says that one card belongs to two of our patients."""


_C, _M = cards.c, mandates.c
_COLUMNS = (
    _C.id, _C.practice_id, _C.person_id, _C.processor, _C.customer, _C.token, _C.brand, _C.last4, _C.expires_on,
    _C.held_until,
)  # fmt: skip
_TEXTABLE = select(_M.id).where(_M.card_id == _C.id, _M.by_text.is_(True), _M.ended_at.is_(None)).exists()
_OF = Prepared(
    select(*_COLUMNS, _TEXTABLE.label("by_text"))
    .where(among(_C.person_id, "ids"), _C.removed_at.is_(None))
    .order_by(_C.saved_at.desc(), _C.id.desc())
)


def of(conn: Connection, person_ids: Collection[int]) -> dict[int, list[Card]]:
    """The cards of these people, the newest first; removed ones are not among them."""
    return {person: [one.card for one in theirs] for person, theirs in agreed(conn, person_ids).items()}


def agreed(conn: Connection, person_ids: Collection[int]) -> dict[int, list[Agreed]]:
    """The same, and what was agreed about each."""
    found: dict[int, list[Agreed]] = {}
    for row in _OF.rows(conn, {"ids": person_ids}) if person_ids else ():
        card = Card(*row[:-1])
        found.setdefault(card.person_id, []).append(Agreed(card, bool(row[-1])))
    return found


def find(conn: Connection, card_id: int, *, lock: bool = False) -> Card | None:
    """This card, unless it was removed."""
    asked = select(*_COLUMNS).where(_C.id == card_id, _C.removed_at.is_(None))
    return _card(conn.execute(asked.with_for_update() if lock else asked).one_or_none())


def named(conn: Connection, card_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Brand and last four of each of these; removed ones are not among them."""
    asked = select(_C.id, _C.brand, _C.last4).where(_C.id.in_(card_ids), _C.removed_at.is_(None))
    return {row.id: (row.brand, row.last4) for row in conn.execute(asked)} if card_ids else {}


def owner_died(conn: Connection, card: Card) -> bool:
    """Was it reported that whose card it is has died? Their estate pays, not their card."""
    return conn.scalar(select(people.c.died).where(people.c.id == card.person_id)) is not None


def keep(conn: Connection, practice_id: int, person_id: int, processor: str, kept: Kept, now: datetime) -> Card:
    """Save it, once for each token. A card that was removed and comes back is saved anew."""
    token = (_C.processor == processor, _C.token == kept.token)
    known = conn.execute(select(_C.id, _C.person_id).where(*token).with_for_update()).one_or_none()
    values = {"brand": kept.brand, "last4": kept.last4, "expires_on": kept.expires_on, "customer": kept.customer}
    if known is None:
        new = values | {"practice_id": practice_id, "person_id": person_id, "processor": processor}
        card_id: int = conn.execute(
            insert(cards).values(new | {"token": kept.token, "saved_at": now}).returning(_C.id)
        ).scalar_one()
    elif known.person_id != person_id:
        raise OtherPersonError("the card is saved for another patient")
    else:
        card_id = known.id
        anew = {"saved_at": now, "removed_at": None, "removed_by": None, "forgotten_at": None}
        conn.execute(update(cards).where(_C.id == card_id, _C.removed_at.is_not(None)).values(anew))
        conn.execute(update(cards).where(_C.id == card_id).values(values))
    return _card(conn.execute(select(*_COLUMNS).where(_C.id == card_id)).one()) or _gone()


def remove(conn: Connection, card_id: int, by: str, now: datetime) -> bool:
    """Take it away, and end what was agreed about it; the processor forgets it soon after. False: it was away."""
    changed = update(cards).where(_C.id == card_id, _C.removed_at.is_(None)).values(removed_at=now, removed_by=by)
    if conn.execute(changed).rowcount != 1:
        return False
    conn.execute(update(mandates).where(_M.card_id == card_id, _M.ended_at.is_(None)).values(ended_at=now))
    return True


def hold(conn: Connection, person_ids: Collection[int], until: datetime) -> None:
    """No reply may charge the cards of these people until then; a longer hold stays as it is."""
    shorter = or_(_C.held_until.is_(None), _C.held_until < until)
    mine = (_C.person_id.in_(person_ids), _C.removed_at.is_(None))
    conn.execute(update(cards).where(*mine, shorter).values(held_until=until))


def unforgotten(conn: Connection, processor: str, without: Collection[int] = (), limit: int = 50) -> list[Card]:
    """Removed cards that this processor has not dropped yet; `without`: none of these practices."""
    gone = and_(_C.removed_at.is_not(None), _C.forgotten_at.is_(None), _C.processor == processor)
    asked = select(*_COLUMNS).where(gone, _C.practice_id.not_in(tuple(without)))
    rows = conn.execute(asked.order_by(_C.removed_at, _C.id).limit(limit))
    return [card for row in rows if (card := _card(row))]


def forgotten(conn: Connection, card_id: int, now: datetime) -> None:
    """The processor has dropped it."""
    mine = (_C.id == card_id, _C.removed_at.is_not(None))
    conn.execute(update(cards).where(*mine).values(forgotten_at=now))


# What was agreed


def agree(conn: Connection, new: NewMandate) -> int:
    """Write down what was agreed to; its id."""
    values = {name: getattr(new, name) for name in NewMandate.__slots__}
    made: int = conn.execute(insert(mandates).values(values).returning(_M.id)).scalar_one()
    return made


def tie(conn: Connection, payment_id: int, card_id: int) -> list[int]:
    """What was agreed to in that checkout is about this card, now that it is saved; the mandates' ids."""
    waiting = (_M.payment_id == payment_id, _M.card_id.is_(None), _M.ended_at.is_(None))
    tied = conn.execute(update(mandates).where(*waiting).values(card_id=card_id).returning(_M.id))
    return sorted(row.id for row in tied)


class Tied(NamedTuple):
    """The card that a plan's mandate is about, and the checkout in which it was saved."""

    card_id: int
    payment_id: int | None


def tied_to(conn: Connection, plan_id: int) -> Tied | None:
    """The newest mandate of this plan whose card is saved."""
    mine = (_M.plan_id == plan_id, _M.card_id.is_not(None), _M.ended_at.is_(None))
    asked = select(_M.card_id, _M.payment_id).where(*mine).order_by(_M.at.desc(), _M.id.desc()).limit(1)
    row = conn.execute(asked).one_or_none()
    return Tied(*row) if row else None


def mandate_for(conn: Connection, card_id: int, *, by_text: bool = False, plan_id: int | None = None) -> int | None:
    """The newest mandate that stands: for this plan; else for a texted reply; else any that is not a plan's."""
    others = _M.by_text.is_(True) if by_text else _M.plan_id.is_(None)
    wanted = others if plan_id is None else _M.plan_id == plan_id
    row = conn.execute(_standing(card_id).where(wanted)).one_or_none()
    return row.id if row else None


def _standing(card_id: int) -> "Select[tuple[int]]":
    mine = (_M.card_id == card_id, _M.ended_at.is_(None))
    return select(_M.id).where(*mine).order_by(_M.at.desc(), _M.id.desc()).limit(1)


def _card(row: Any) -> Card | None:
    return None if row is None else Card(*row)


def _gone() -> Card:
    raise LookupError("a card that was saved a moment ago is not there")
