"""How imported people are reached, and what they agreed to. An import never turns a STOP into a yes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, or_, select

from bot.imports.batches import Into
from bot.imports.cells import Phone
from bot.store import consents
from bot.store.dialects import insert_new
from bot.store.tables import addresses, person_addresses
from conversations.events import Way

NO_SOURCE = "records of the practice"
CONSENT_CELLS = ("text_consent", "text_consent_source", "text_consent_at")
Warnings = list[tuple[int, str, str]]


@dataclass(frozen=True, slots=True)
class Touched:
    """A person whose row says something new: what it says now, and what it said last time."""

    person_id: int
    line: int
    said: Mapping[str, str]
    before: Mapping[str, str]
    phone: Phone | None

    def new(self, *names: str) -> bool:
        """Does one of these cells say something else than last time?"""
        return any(name in self.said and self.said[name] != self.before.get(name) for name in names)


@dataclass(slots=True)
class Address:
    """As the database has it; its consent moves while we go through the rows."""

    id: int
    consent: str
    blocked: bool


Known = dict[tuple[str, str], Address]


def write(conn: Connection, into: Into, people: Sequence[Touched]) -> Warnings:
    """Link these people to their addresses and record what they agreed to."""
    found = _addresses(conn, into, people)
    warnings: Warnings = []
    _link(conn, people, found, warnings)
    statements = [
        *_statements(into, people, found, "text", warnings),
        *_statements(into, people, found, "email", warnings),
    ]
    consents.record(conn, statements)
    return warnings


def _column(way: Way) -> str:
    return "phone" if way == "text" else "email"


def _addresses(conn: Connection, into: Into, people: Sequence[Touched]) -> Known:
    rows = {(row["channel"], row["address"]): row for one in people for row in _rows(one, into.practice_id)}
    if not rows:
        return {}
    conn.execute(insert_new(addresses, addresses.c.id)[conn.dialect.name], list(rows.values()))
    a = addresses.c
    wanted = select(a.channel, a.address, a.id, a.consent, a.blocked).where(
        a.practice_id == into.practice_id,
        or_(*(and_(a.channel == way, a.address.in_([b for w, b in rows if w == way])) for way in ("text", "email"))),
    )
    # Locked, so that a STOP that comes in right now is seen or waits.
    return {(row[0], row[1]): Address(*row[2:]) for row in conn.execute(wanted.order_by(a.id).with_for_update())}


def _rows(one: Touched, practice_id: int) -> Iterator[dict[str, Any]]:
    common = {"practice_id": practice_id}
    if one.phone:
        yield common | {
            "channel": "text",
            "address": one.phone.number,
            "verified": one.phone.valid,
            "zones": list(one.phone.zones),
            "problem": "toll_free" if one.phone.toll_free else None,
        }
    if "email" in one.said:
        yield common | {
            "channel": "email", "address": one.said["email"], "verified": True, "zones": [], "problem": None,
        }  # fmt: skip


_UNLINK = delete(person_addresses).where(
    person_addresses.c.person_id == bindparam("person"),
    person_addresses.c.address_id.in_(select(addresses.c.id).where(addresses.c.channel == bindparam("way"))),
    person_addresses.c.address_id != bindparam("keep"),
)


def _link(conn: Connection, people: Sequence[Touched], found: Known, warnings: Warnings) -> None:
    links, moved = [], []
    ways: tuple[Way, Way] = ("text", "email")
    for one in people:
        for way in ways:
            if not one.new(_column(way)):
                continue
            address = found[way, one.said[_column(way)]]
            if address.blocked:
                warnings.append((one.line, _column(way), "was reported as not theirs and stays blocked: not linked"))
                continue
            links.append({"person_id": one.person_id, "address_id": address.id})
            if one.before:
                moved.append({"person": one.person_id, "way": way, "keep": address.id})
    if moved:
        conn.execute(_UNLINK, moved)
    if links:
        conn.execute(insert_new(person_addresses, person_addresses.c.person_id)[conn.dialect.name], links)


def _statements(
    into: Into, people: Sequence[Touched], found: Known, way: Way, warnings: Warnings
) -> Iterator[consents.Consent]:
    said_in = "text_consent" if way == "text" else "email_consent"
    telling = (*CONSENT_CELLS, "phone") if way == "text" else ("email_consent", "email")
    for one in people:
        address = found.get((way, one.said.get(_column(way), "")))
        if address is None or address.blocked or said_in not in one.said or not one.new(*telling):
            continue
        status = "granted" if one.said[said_in] == "yes" else "revoked"
        if status == "granted" and address.consent in {"revoked", "held"}:
            warnings.append((one.line, said_in, "they opted out since: only their own START brings them back"))
            continue
        if status == address.consent == "revoked":
            continue
        address.consent = status
        source, at = _evidence(one, way, into.now)
        wording = f"{said_in} = {one.said[said_in]}"
        yield consents.Consent(into.practice_id, address.id, way, status, wording, source, at, one.person_id)


def _evidence(one: Touched, way: Way, now: datetime) -> tuple[str, datetime]:
    if way == "email":
        return NO_SOURCE, now
    told = one.said.get("text_consent_at")
    return one.said.get("text_consent_source", NO_SOURCE), datetime.fromisoformat(told) if told else now
