"""What must be known about messages before they may go, read in the transaction that submits them, for many at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from bot.facts.may_send import Asked
from bot.facts.zones import patient_zones
from bot.store import codes, ledger
from bot.store.among import among
from bot.store.practices import Practice, Practices
from bot.store.prepared import Prepared
from bot.store.tables import addresses, conversations, inbox, outbox, people
from bot.store.tables import codes as codes_table
from conversations.effects import Kind

DAY, WEEK = timedelta(days=1), timedelta(days=7)
SUBMITTED = ("sending", "uncertain", "sent", "delivered")
TAKEN_OVER = ("StaffTook", "StaffReplied")

_A, _C, _I, _O, _P = addresses.c, conversations.c, inbox.c, outbox.c, people.c
# Shared locks: a STOP that commits before us is seen, one that comes after us waits. Rows that others hold are passed
# over, never waited for: the road takes these locks in another order.
_ADDRESSES = Prepared(
    select(_A.id, _A.channel, _A.address, _A.zones, _A.problem, _A.consent, _A.consent_at, _A.blocked)
    .where(among(_A.id, "ids"))
    .order_by(_A.id)
    .with_for_update(read=True, skip_locked=True)
)
_CONVERSATIONS = Prepared(
    select(_C.id, _C.owner).where(among(_C.id, "ids")).order_by(_C.id).with_for_update(read=True, skip_locked=True)
)
_PEOPLE = Prepared(
    select(_P.id, _P.died, _P.notices_paused_until, _P.notices_paused_reason, _P.time_zone, _P.zip_zone).where(
        among(_P.id, "ids")
    )
)
_GROUNDS = Prepared(select(_I.id, _I.received_at, _I.details).where(among(_I.id, "ids")))
_CODES = Prepared(
    select(codes_table.c.id).where(among(codes_table.c.id, "ids")).with_for_update(skip_locked=True, key_share=True)
)
_TAKEN = Prepared(
    select(_I.conversation_id, func.max(_I.id))
    .where(among(_I.conversation_id, "ids"), _I.event.in_(TAKEN_OVER))
    .group_by(_I.conversation_id)
)
_NOTICES = Prepared(
    select(_O.notice_of, _O.submitted_at).where(
        among(_O.notice_of, "ids"), _O.state.in_(SUBMITTED), _O.submitted_at > bindparam("since")
    )
)
_CONFIRMED = Prepared(
    select(_O.address_id, func.max(_O.submitted_at))
    .where(among(_O.address_id, "ids"), _O.kind == Kind.OPT_OUT.value, _O.state.in_(SUBMITTED))
    .group_by(_O.address_id)
)


@dataclass(frozen=True, slots=True)
class Known:
    """One message with all that decides about it."""

    row: Any
    practice: Practice
    address: str
    asked: Asked
    ground: Any | None
    owed_cents: int


@dataclass(slots=True)
class _Read:
    """Everything that was read for a batch, by id."""

    addresses: dict[int, Any]
    conversations: dict[int, Any]
    people: dict[int, Any]
    grounds: dict[int, Any]
    taken: dict[int, int]
    notices: dict[int, list[datetime]]
    confirmed: dict[int, datetime]
    balances: dict[int, int]
    codes: dict[int, codes.Code]
    code_ids: set[int]
    """Codes that nobody else is just using or taking back."""


def gather(conn: Connection, practices: Practices, rows: Sequence[Any], now: datetime) -> list[Known]:
    """What is known about each of these; a row that another transaction is just deciding about is left out."""
    if not rows:
        return []
    read = _read(conn, rows, now)
    theirs = {practice_id: practices.by_id(conn, practice_id) for practice_id in {row.practice_id for row in rows}}
    return [
        _known(row, practice, read, now)
        for row in rows
        if row.address_id in read.addresses
        and row.conversation_id in read.conversations
        and (row.code_id is None or row.code_id in read.code_ids)
        and (practice := theirs[row.practice_id])
    ]


def _read(conn: Connection, rows: Sequence[Any], now: datetime) -> _Read:
    addresses = _by_id(conn, _ADDRESSES, {row.address_id for row in rows})
    talks = _by_id(conn, _CONVERSATIONS, {row.conversation_id for row in rows})
    about = {person for row in rows for person in _people_of(row)}
    noticed = {row.notice_of for row in rows if row.notice_of}
    owing = noticed | {person for row in rows if row.link for person in row.link["person_ids"]}
    answers = {row.ground_id for row in rows if row.ground != "consent" and row.ground_id}
    staffed = {talk.id for talk in talks.values() if talk.owner == "staff"}
    ordered = {row.code_id for row in rows if row.code_id}
    free = {row[0] for row in _CODES.rows(conn, {"ids": ordered})} if ordered else set()
    stops = {row.address_id for row in rows if row.kind == Kind.OPT_OUT.value}
    notices: dict[int, list[datetime]] = {}
    for person, at in _NOTICES.rows(conn, {"ids": noticed, "since": now - WEEK}) if noticed else ():
        notices.setdefault(person, []).append(at)
    return _Read(
        addresses,
        talks,
        _by_id(conn, _PEOPLE, about),
        _by_id(conn, _GROUNDS, answers),
        _pairs(conn, _TAKEN, staffed),
        notices,
        _pairs(conn, _CONFIRMED, stops),
        ledger.balances(conn, owing) if owing else {},
        codes.by_id(conn, ordered),
        free,
    )


def _known(row: Any, practice: Practice, read: _Read, now: datetime) -> Known:
    address = read.addresses[row.address_id]
    ground = read.grounds.get(row.ground_id)
    about = [read.people[person] for person in _people_of(row) if person in read.people]
    notices = read.notices.get(row.notice_of, [])
    confirmed = read.confirmed.get(row.address_id)
    code = read.codes.get(row.code_id)
    asked = Asked(
        channel=row.channel,
        kind=Kind(row.kind),
        message=row.message,
        ground=row.ground,
        created_at=row.created_at,
        now=now,
        consent=address.consent,
        ground_at=ground.received_at if ground else None,
        expires_at=row.expires_at,
        notice=row.notice_of is not None,
        problem=address.problem,
        blocked=address.blocked,
        confirmed=bool(confirmed and address.consent_at and confirmed >= address.consent_at),
        staff_took_over=read.taken.get(row.conversation_id, 0) > (row.ground_id or 0) if ground else False,
        died=any(person.died for person in about),
        paused=any(_paused(person, now) for person in about),
        balance_cents=read.balances.get(row.notice_of, 0),
        notices_day=sum(at > now - DAY for at in notices),
        notices_week=len(notices),
        code_void=row.code_id is not None and (code is None or code.state != "open"),
        makes_code=row.code_id is not None,
        makes_link=row.link is not None,
        zones=_zones(about, address, practice),
    )
    owed = sum(read.balances.get(person, 0) for person in row.link["person_ids"]) if row.link else 0
    return Known(row, practice, address.address, asked, ground, owed)


def _people_of(row: Any) -> set[int]:
    return {*row.person_ids, *([row.notice_of] if row.notice_of else [])}


def _paused(person: Any, now: datetime) -> bool:
    until = person.notices_paused_until
    return until > now if until else person.notices_paused_reason is not None


def _zones(about: Sequence[Any], address: Any, practice: Practice) -> tuple[str, ...]:
    office = practice.file.time_zone
    each = [patient_zones(person.time_zone, person.zip_zone, address.zones, office) for person in about]
    found = {zone for zones in each for zone in zones}
    return tuple(sorted(found)) or patient_zones(None, None, address.zones, office)


def _by_id(conn: Connection, statement: Prepared, ids: Collection[int]) -> dict[int, Any]:
    return {row.id: row for row in statement.records(conn, {"ids": ids})} if ids else {}


def _pairs(conn: Connection, statement: Prepared, ids: Collection[int]) -> dict[int, Any]:
    return {row[0]: row[1] for row in statement.rows(conn, {"ids": ids})} if ids else {}
