"""Patients, and relatives who pay for them, as rows of the same shape that patients.csv gives."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from bot.facts.people import of_age_on
from bot.imports import cells
from bot.imports.fhir import payers
from bot.imports.fhir.fields import Notes, Resource, many, name_of, one, over, spoken, word, words
from bot.imports.fhir.shelf import Shelf
from bot.imports.patients import Patient

NAME_USES = ("official", "usual", "", "temp")
PHONE_USES = ("mobile", "home", "")
"""Texts to a phone at work are read by others."""
NO_GUARANTOR = "is a minor without one: nobody is written to about them until it is known"
UNVERIFIED = "is possible but not valid: it is kept unverified, and texted by the simulator only"


@dataclass(frozen=True, slots=True)
class People:
    """The rows; `line` of each is its place in `names`. Those who died are told apart."""

    rows: list[Patient]
    names: list[str]
    died: list[str]


def people_on(shelf: Shelf, today: date, notes: Notes) -> People:
    """Every patient, and every relative who pays for one."""
    found = People([], [], [])
    for patient in shelf.all("Patient"):
        _add(found, patient, word(patient, "id"), today, notes)
    minors = {found.names[row.line] for row in found.rows if _is_minor(row, today)}
    who_pays = payers.who_pays(shelf, minors, today, notes)
    relatives = set(who_pays.values())
    for person in shelf.all("RelatedPerson"):
        if name_of(person) in relatives:
            _add(found, person, _relative_id(word(person, "id")), today, notes)
    for place, row in enumerate(found.rows):
        payer = who_pays.get(found.names[row.line])
        if payer:
            found.rows[place] = replace(row, cells=row.cells | {"guarantor_id": _id_of(payer)})
    return found


def warn_of_minors(found: People, shelf: Shelf, paid_for: set[str], today: date, notes: Notes) -> None:
    """Nobody is written to about a child until it is known who pays for it."""
    for row in found.rows:
        if _is_minor(row, today) and "guarantor_id" not in row.cells and row.patient_id not in paid_for:
            patient = shelf.get({"reference": found.names[row.line]}, "Patient")
            if patient and row.patient_id not in found.died:
                notes.odd(patient, "guarantor", NO_GUARANTOR)


def _add(found: People, resource: Resource, key: str, today: date, notes: Notes) -> None:
    row = _row(resource, key, len(found.names), today, notes)
    if row:
        found.rows.append(row)
        found.names.append(name_of(resource))
        if _died(resource):
            found.died.append(row.patient_id)


def _relative_id(key: str) -> str:
    # Ids are unique within a type only: a relative must not become a patient who has the same one.
    return f"related-{key}"


def _id_of(name: str) -> str:
    kind, _, key = name.partition("/")
    return key if kind == "Patient" else _relative_id(key)


def _row(resource: Resource, key: str, line: int, today: date, notes: Notes) -> Patient | None:
    first, last = _name(resource, today, notes)
    try:
        kept = {"patient_id": cells.identifier(key), "first_name": cells.text(first), "last_name": cells.text(last)}
    except cells.CellError as fault:
        notes.odd(resource, "id or name", f"{fault}; this person was left out")
        return None
    if not first and not last:
        notes.odd(resource, "name", "is missing; this person was left out")
        return None
    phone = _phone(resource, today, notes)
    kept |= {"phone": phone.number} if phone else {}
    for column, value, read in _rest(resource, today):
        try:
            kept |= {column: read(value)} if value else {}
        except cells.CellError as fault:
            instead = "en is used for somebody new" if column == "language" else "it was dropped"
            notes.odd(resource, column, f"{fault}; {instead}")
    return Patient(line, key, kept, phone)


def _rest(resource: Resource, today: date) -> Iterator[tuple[str, str, Callable[[str], str]]]:
    yield "birth_date", word(resource, "birthDate"), lambda cell: cells.birth_date(cell, today).isoformat()
    yield "email", next(_reached_at(resource, ("email",), today), ""), cells.email
    yield "zip", _zip(resource, today), cells.zip_code
    yield "language", _language(resource), cells.language


def _name(resource: Resource, today: date, notes: Notes) -> tuple[str, str]:
    names = [name for name in many(resource, "name") if word(name, "use") in NAME_USES]
    names.sort(key=lambda name: (over(one(name, "period"), today), NAME_USES.index(word(name, "use"))))
    name = names[0] if names else one(resource, "name")
    first, last = next(words(name, "given"), ""), word(name, "family")
    if not first and not last:
        first, _, last = word(name, "text").rpartition(" ")
    plain = tuple(_without_numbers(part) for part in (first, last))
    if plain != (first, last):
        notes.odd(resource, "name", "has digits at the end of a word; they were taken off")
    return plain[0], plain[1]


def _without_numbers(name: str) -> str:
    """`Alberto97` is how generators and test systems keep people apart; nobody wants to be greeted so."""
    return re.sub(r"(?<=[^\W\d_])\d+(?!\w)", "", name)


def _phone(resource: Resource, today: date, notes: Notes) -> cells.Phone | None:
    unread = ""
    for value in _reached_at(resource, ("phone", "sms"), today):
        try:
            phone = cells.phone(value)
        except cells.CellError as fault:
            unread = str(fault)
            continue
        if phone.toll_free:
            notes.odd(resource, "telecom", "is toll-free: it is kept, but never texted")
        elif not phone.valid:
            notes.odd(resource, "telecom", UNVERIFIED)
        return phone
    if unread:
        notes.odd(resource, "telecom", f"{unread}; it was dropped")
    return None


def _reached_at(resource: Resource, systems: tuple[str, ...], today: date) -> Iterator[str]:
    """Their phones or mail addresses that hold today, the best first."""
    points = [
        point
        for point in many(resource, "telecom")
        if word(point, "system") in systems
        and word(point, "use") in PHONE_USES
        and word(point, "value")
        and not over(one(point, "period"), today)
    ]
    points.sort(key=lambda point: (PHONE_USES.index(word(point, "use")), _rank(point)))
    return (word(point, "value").removeprefix("tel:").removeprefix("mailto:") for point in points)


def _rank(point: Resource) -> int:
    rank = point.get("rank")
    return rank if isinstance(rank, int) else 1000


def _zip(resource: Resource, today: date) -> str:
    for address in many(resource, "address"):
        abroad = word(address, "country").upper() not in {"", "US", "USA", "UNITED STATES"}
        moved = word(address, "use") == "old" or over(one(address, "period"), today)
        if not abroad and not moved and (code := word(address, "postalCode")):
            return f"{code[:5]}-{code[5:]}" if re.fullmatch("[0-9]{9}", code) else code
    return ""


def _language(resource: Resource) -> str:
    spoken_ones = sorted(many(resource, "communication"), key=lambda each: each.get("preferred") is not True)
    for each in spoken_ones:
        language = one(each, "language")
        return next((code for c in many(language, "coding") if (code := word(c, "code"))), "") or spoken(language)
    return ""


def _died(resource: Resource) -> bool:
    return resource.get("deceasedBoolean") is True or bool(word(resource, "deceasedDateTime"))


def _is_minor(row: Patient, today: date) -> bool:
    born = row.cells.get("birth_date")
    if not born:
        return False
    return today < of_age_on(date.fromisoformat(born))
