"""The sample practice as a talk begins with it: its files are read in as an operator's are, then told in words."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, select

from bot import sample
from bot.facts import people as people_facts
from bot.facts.people import Circle
from bot.practice_file import PracticeFile
from bot.store.engine import make_engine, reader
from bot.store.people import Reach, reaches
from bot.store.practices import Practices
from bot.store.schema import create
from bot.store.tables import people
from conversations.facts import Person

NICKNAMES = {"ana": "P100", "ben": "P101", "maria": "P102", "leo": "P103"}
NOBODY = "nobody"
"""Writes from a number that is in no file."""
BESIDE = {"ben": ("plan",)}
"""What is true of a nickname beyond the files, so that a running plan can be tried."""
CONSENT = {"none": "no consent", "revoked": "opted out", "held": "held"}
PAID = {"taken": "taken", "hold": "hold", "elsewhere": "paid elsewhere"}


class UnknownPatientError(LookupError):
    """Nobody of that id in the sample."""


def header(name: str, language: str | None, now: datetime) -> list[str]:
    """The lines with which a talk begins on this patient's phone, or in their mail where they have no phone."""
    nickname = name.lower()
    with TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'sample.db'}")
        try:
            create(engine)
            sample.furnish(engine, lambda: now)
            with reader(engine).connect() as conn:
                return _header(conn, NICKNAMES.get(nickname, name.upper()), BESIDE.get(nickname, ()), language, now)
        finally:
            engine.dispose()


def _header(
    conn: Connection, patient_id: str, beside: tuple[str, ...], language: str | None, now: datetime
) -> list[str]:
    known = {row.patient_id: row for row in conn.execute(select(people.c.patient_id, people.c.id, people.c.language))}
    (practice,) = Practices().all(conn)
    if patient_id == NOBODY.upper():
        return [*_practice(practice.file), *_talk(language or "en")]
    if patient_id not in known:
        ids, names = ", ".join(sorted(known)), ", ".join([*NICKNAMES, NOBODY])
        raise UnknownPatientError(f"The sample practice has no such patient. Its ids are {ids}; by name: {names}.")
    mine = known[patient_id]
    reach = min(reaches(conn, {mine.id})[mine.id], key=lambda one: one.channel != "text")
    lines = _patients(conn, reach, practice.file.time_zone, {mine.id: beside}, now)
    return [*_practice(practice.file), *lines, *_talk(language or mine.language, reach)]


def _practice(file: PracticeFile) -> list[str]:
    plans = file.policy.plans
    told = [f"plans of {plans.installments} or {plans.installments_with_approval} with approval"]
    return [f"practice: {', '.join([*told, *(f'holiday {day}' for day in sorted(file.office.holidays))])}"]


def _talk(language: str, reach: Reach | None = None) -> list[str]:
    told = ["Spanish"] if language == "es" else []
    if reach and reach.channel == "email":
        told.append("email")
    if reach and reach.consent in CONSENT:
        told.append(CONSENT[reach.consent])
    return [f"talk: {', '.join(told)}"] if told else []


def _patients(
    conn: Connection, reach: Reach, zone: str, beside: dict[int, tuple[str, ...]], now: datetime
) -> Iterator[str]:
    circle = people_facts.gather(conn, {reach.address_id}, now)
    here, family = people_facts.persons(circle, reach.address_id, zone, {}, now, simulated=True)
    # Whoever pays for somebody comes after them: a line names only who stands above it.
    everybody = sorted((*family, *here), key=lambda one: bool(one.pays_for))
    names = {one.id: one.first_name for one in everybody}
    for one in everybody:
        elsewhere = ("elsewhere",) if one in family else ()
        facts = (*elsewhere, *_who(one, names), *_money(one), *beside.get(one.id, ()))
        yield f"patient: {', '.join((_full_name(circle, one), *facts))}"


def _full_name(circle: Circle, person: Person) -> str:
    return f"{person.first_name} {circle.everybody[person.id].last_name}"


def _who(person: Person, names: dict[int, str]) -> Iterator[str]:
    if person.guarantor_elsewhere:
        yield "guarantor elsewhere"
    elif person.minor:
        yield "minor"
    yield f"email {person.email}" if person.email else "no email"
    yield f"phone {person.phone}" if person.phone else "no phone"
    if paid_for := [names[one] for one in person.pays_for if one in names]:
        yield f"pays for {' '.join(paid_for)}"


def _money(person: Person) -> Iterator[str]:
    for visit in person.visits:
        yield f"visit {visit.service_on} {_dollars(visit.remaining_cents)}"
    for one in person.paid_lately:
        yield f"{PAID[one.state]} {_dollars(one.amount_cents)} {one.paid_on} {one.card_last4}".rstrip()


def _dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
