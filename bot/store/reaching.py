"""Which numbers and mail addresses a person has on file, and a new one instead of an old one."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from bot.store import conversations
from bot.store.conversations import Place
from bot.store.people import Reach, reaches
from bot.store.tables import addresses, person_addresses
from bot.store.tables import conversations as talks

_A, _PA, _C = addresses.c, person_addresses.c, talks.c


def of(conn: Connection, person_id: int) -> list[Reach]:
    """Everything on file for them, also what does not work any more."""
    return reaches(conn, [person_id]).get(person_id, [])


def conversations_of(conn: Connection, person_id: int) -> list[int]:
    """The conversations that there are on their addresses."""
    asked = select(_C.id).join_from(person_addresses, talks, _PA.address_id == _C.address_id)
    return list(conn.scalars(asked.where(_PA.person_id == person_id).order_by(_C.id)))


def replace(conn: Connection, person_id: int, place: Place, known: Mapping[str, Any]) -> int:
    """From now on they are reached there, and nowhere else of that kind; the address. `known`: verified, zones."""
    _, address_id = conversations.begun(conn, [place])[place]
    # Its code came back: whatever was wrong with it is over.
    conn.execute(update(addresses).where(_A.id == address_id).values(problem=None, **known))
    same_kind = select(_A.id).where(_A.channel == place.channel, _A.id != address_id)
    conn.execute(delete(person_addresses).where(_PA.person_id == person_id, _PA.address_id.in_(same_kind)))
    mine = (_PA.person_id == person_id, _PA.address_id == address_id)
    if conn.scalar(select(_PA.person_id).where(*mine)) is None:
        conn.execute(insert(person_addresses).values(person_id=person_id, address_id=address_id))
    return address_id
