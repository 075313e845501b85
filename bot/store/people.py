"""People, whom they pay for, and how to reach them. Each question is asked for a whole batch at once."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, delete, or_, select, update

from bot.store.among import among
from bot.store.prepared import Found, Prepared
from bot.store.tables import addresses, guarantors, people, person_addresses
from conversations.events import Way


class Patient(NamedTuple):
    """A patient as the file has them."""

    id: int
    first_name: str
    last_name: str
    birth_date: date | None
    zip_zone: str | None
    time_zone: str | None
    language: str
    died: str | None
    notices_paused_until: datetime | None
    notices_paused_reason: str | None

    @property
    def initials(self) -> str:
        """`M.R.`"""
        return "".join([f"{name[0].upper()}." for name in (self.first_name, self.last_name) if name])


class Reach(NamedTuple):
    """One of a patient's phones or mail addresses."""

    address_id: int
    channel: Way
    address: str
    verified: bool
    zones: list[str]
    problem: str | None
    consent: str
    blocked: bool


_P, _A, _PA, _G = people.c, addresses.c, person_addresses.c, guarantors.c
_PATIENT = (
    _P.id, _P.first_name, _P.last_name, _P.birth_date, _P.zip_zone, _P.time_zone, _P.language, _P.died,
    _P.notices_paused_until, _P.notices_paused_reason,
)  # fmt: skip
_ON_ADDRESSES = Prepared(
    select(_PA.address_id, *_PATIENT)
    .join_from(person_addresses, people, _PA.person_id == _P.id)
    .where(among(_PA.address_id, "ids"))
    .order_by(_P.id)
)
_BY_ID = Prepared(select(*_PATIENT).where(among(_P.id, "ids")).order_by(_P.id))
_PAID_FOR = Prepared(
    select(_G.person_id, _G.guarantor_id).where(or_(among(_G.person_id, "ids"), among(_G.guarantor_id, "ids")))
)
_REACHES = Prepared(
    select(_PA.person_id, _A.id, _A.channel, _A.address, _A.verified, _A.zones, _A.problem, _A.consent, _A.blocked)
    .join_from(person_addresses, addresses, _PA.address_id == _A.id)
    .where(among(_PA.person_id, "ids"))
    .order_by(_A.id)
)
_ROW: BindParameter[Any] = bindparam("row")
_PAUSE = (
    update(people)
    .where(_P.id == _ROW)
    .values(notices_paused_until=bindparam("until"), notices_paused_reason=bindparam("reason"))
)
_DIED = update(people).where(_P.id == _ROW, _P.died.is_(None)).values(died="reported")
_SPEAKS = update(people).where(_P.id == _ROW).values(language=bindparam("speaks"))
_BLOCK = update(addresses).where(_A.id == _ROW).values(blocked=True, problem=bindparam("why"))
_UNBIND = delete(person_addresses).where(_PA.address_id == _ROW)


def on_addresses(conn: Connection, address_ids: Collection[int]) -> dict[int, list[Patient]]:
    """Whose file carries each of these addresses, oldest file first."""
    found: dict[int, list[Patient]] = {}
    for row in _ON_ADDRESSES.rows(conn, {"ids": address_ids}):
        found.setdefault(row[0], []).append(Patient(*row[1:]))
    return found


def by_id(conn: Connection, ids: Collection[int]) -> dict[int, Patient]:
    """These patients."""
    return {row[0]: Patient(*row) for row in _BY_ID.rows(conn, {"ids": ids})} if ids else {}


def paid_for(conn: Connection, ids: Collection[int]) -> list[tuple[int, int]]:
    """Every (patient, guarantor) that one of these people is part of."""
    return ask_paid_for(conn, ids)()


def ask_paid_for(conn: Connection, ids: Collection[int]) -> Callable[[], list[tuple[int, int]]]:
    """The same, when it is asked for."""
    found = _PAID_FOR.ask(conn, {"ids": ids})
    return lambda: [(row[0], row[1]) for row in found()]


def reaches(conn: Connection, ids: Collection[int]) -> dict[int, list[Reach]]:
    """How each of these people may be reached."""
    return ask_reaches(conn, ids)()


def ask_reaches(conn: Connection, ids: Collection[int]) -> Callable[[], dict[int, list[Reach]]]:
    """The same, when it is asked for."""
    return partial(_reaches, _REACHES.ask(conn, {"ids": ids}))


def _reaches(rows: Found) -> dict[int, list[Reach]]:
    found: dict[int, list[Reach]] = {}
    for row in rows():
        found.setdefault(row[0], []).append(Reach(*row[1:]))
    return found


def pause(conn: Connection, ids: Collection[int], until: datetime | None, reason: str) -> None:
    """Begin nothing with these people until then; None: until staff say so."""
    _each(conn, _PAUSE, [{"row": one, "until": until, "reason": reason} for one in ids])


def report_death(conn: Connection, ids: Collection[int]) -> None:
    """Somebody told us that these people died; staff confirm it."""
    _each(conn, _DIED, [{"row": one} for one in ids])


def speak(conn: Connection, ids: Collection[int], language: str) -> None:
    """Talk to these people in this language."""
    _each(conn, _SPEAKS, [{"row": one, "speaks": language} for one in ids])


def block(conn: Connection, address_id: int, reason: str) -> None:
    """Take this address from everybody, and never use it again."""
    conn.execute(_UNBIND, {"row": address_id})
    conn.execute(_BLOCK, {"row": address_id, "why": reason})


def _each(conn: Connection, statement: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        conn.execute(statement, rows)
