"""Legal holds: whose messages must not be purged, and on which addresses those are."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, insert, select, update

from bot.store.keeping_tables import legal_holds
from bot.store.tables import consents, conversations, outbox, people, person_addresses

_H = legal_holds.c


@dataclass(frozen=True, slots=True)
class Hold:
    """One that stands. Without a patient it is about everybody of the practice."""

    id: int
    practice_id: int
    patient_id: str | None
    reason: str
    placed_at: datetime


def place(conn: Connection, practice_id: int, person_id: int | None, reason: str, now: datetime) -> int:
    """Place a hold; its id."""
    values = {"practice_id": practice_id, "person_id": person_id, "reason": reason, "placed_at": now}
    made: int = conn.execute(insert(legal_holds).values(values).returning(_H.id)).scalar_one()
    return made


def lift(conn: Connection, practice_id: int, hold_id: int, now: datetime) -> bool:
    """Lift it; False when no such hold stands."""
    mine = (_H.id == hold_id, _H.practice_id == practice_id, _H.lifted_at.is_(None))
    return conn.execute(update(legal_holds).where(*mine).values(lifted_at=now)).rowcount == 1


def standing(conn: Connection, practice_id: int) -> list[Hold]:
    """Those that stand, oldest first."""
    asked = (
        select(_H.id, _H.practice_id, people.c.patient_id, _H.reason, _H.placed_at)
        .join_from(legal_holds, people, people.c.id == _H.person_id, isouter=True)
        .where(_H.practice_id == practice_id, _H.lifted_at.is_(None))
        .order_by(_H.id)
    )
    return [Hold(*row) for row in conn.execute(asked)]


def held_people() -> "Select[tuple[int]]":
    """Who is on hold by name."""
    return select(_H.person_id).where(_H.person_id.is_not(None), _H.lifted_at.is_(None))


def held_conversations() -> "Select[tuple[int]]":
    """Every conversation that is, or ever was, with somebody on hold."""
    who = held_people()
    # An address may have been taken from them since; consents and notices remember whose it was.
    theirs = select(person_addresses.c.address_id).where(person_addresses.c.person_id.in_(who))
    was_theirs = select(consents.c.address_id).where(consents.c.person_id.in_(who))
    told = select(outbox.c.address_id).where(outbox.c.notice_of.in_(who))
    c = conversations.c
    return select(c.id).where(c.address_id.in_(theirs) | c.address_id.in_(was_theirs) | c.address_id.in_(told))
