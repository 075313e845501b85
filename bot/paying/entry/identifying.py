"""Whom somebody means who writes a name, a birth date and a number or mail address; and where their codes may go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.facts.people import is_minor, is_paid_for, today_at, works
from bot.imports import cells
from bot.keys import Keys
from bot.store import people
from bot.store.people import Patient, Reach
from bot.store.practices import Practice
from bot.store.tables import addresses
from conversations.events import Way
from conversations.hearing import normalise

PURPOSE = "who they say they are"


@dataclass(frozen=True, slots=True)
class Details:
    """What a person writes to say who they are. It picks somebody, and proves nothing (OWASP ASVS 5.0, 6.4.2)."""

    name: str
    born: date
    channel: Way
    address: str

    def digest(self, keys: Keys, practice_id: int) -> str:
        """The same for the same words, on whatever network."""
        return keys.digest(PURPOSE, f"{practice_id}:{normalise(self.name)}:{self.born}:{self.address}")

    def told(self) -> dict[str, str]:
        """As it is kept until it has been looked up."""
        return {"name": self.name, "born": self.born.isoformat(), "channel": self.channel, "address": self.address}


def contact(typed: str) -> tuple[Way, str] | None:
    """A mail address, or a number of the United States or Canada; None: neither."""
    try:
        if "@" in typed:
            return "email", cells.email(typed)
        number = cells.phone(typed).number
    except cells.CellError:
        return None
    return ("text", number) if number.startswith("+1") else None


def meant(conn: Connection, practice: Practice, typed: dict[str, Any], now: datetime) -> tuple[int, ...]:
    """Whom a code would prove: the patient of that name, birth date and address, and those they pay for."""
    found = addresses.c
    here = (found.practice_id == practice.id, found.channel == typed["channel"], found.address == typed["address"])
    address_id = conn.scalar(select(found.id).where(*here))
    if address_id is None:
        return ()
    patients = people.on_addresses(conn, [address_id]).get(address_id, [])
    them = [one for one in patients if one.died is None and _is(one, typed)]
    them.sort(key=lambda one: one.birth_date is None)
    # Two files of one person are both theirs; several people's names in one field are not.
    return _with_family(conn, practice, [one for one in them if _called(one) == _called(them[0])], now)


def holders(conn: Connection, practice: Practice, person_ids: Sequence[int], now: datetime) -> tuple[int, ...]:
    """Who gets the code: they themselves, or who answers for a minor."""
    first = people.by_id(conn, person_ids[:1])
    today = today_at(now, practice.file.time_zone)
    if not first or not is_minor(first[person_ids[0]], today):
        return tuple(person_ids[:1])
    payers = tuple(payer for person, payer in people.paid_for(conn, person_ids[:1]) if person == person_ids[0])
    return payers if payers and practice.file.policy.notices_to_minors == "guarantor" else tuple(person_ids[:1])


def way_to(reaches: Sequence[Reach], way: Way, typed: str, *, simulated: bool) -> Reach | None:
    """The address of that kind that a code may go to: the one they named, where it is one of these."""
    good = [one for one in reaches if one.channel == way and works(one, simulated=simulated)]
    return next((one for one in good if one.address == typed), good[0] if good else None)


def _with_family(conn: Connection, practice: Practice, them: list[Patient], now: datetime) -> tuple[int, ...]:
    today = today_at(now, practice.file.time_zone)
    ids = [one.id for one in them]
    theirs = (
        [person for person, payer in people.paid_for(conn, ids) if payer in ids and person not in ids] if ids else []
    )
    family = [one.id for one in people.by_id(conn, theirs).values() if one.died is None and is_paid_for(one, today)]
    return (*ids, *family)


def _is(patient: Patient, typed: dict[str, Any]) -> bool:
    """One of their given names and one of their family names, and the birth date if the file has one."""
    said, names = set(normalise(typed["name"]).split()), _called(patient)
    born = patient.birth_date is None or patient.birth_date.isoformat() == typed["born"]
    return born and all(not name or name & said for name in names) and bool(names[0] | names[1])


def _called(patient: Patient) -> tuple[set[str], set[str]]:
    return set(normalise(patient.first_name).split()), set(normalise(patient.last_name).split())
