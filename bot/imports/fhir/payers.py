"""Who pays for whom, as FHIR says it: an account's guarantor, a guarantor among the relatives, a child's one parent."""

from collections.abc import Iterator
from datetime import date

from bot.imports.fhir.fields import Notes, Resource, codes, many, name_of, one, over
from bot.imports.fhir.shelf import Shelf

GUARANTOR = {"guar", "guarantor", "gt"}
PARENT = {
    "prn", "fth", "mth", "nfth", "nmth", "nprn", "adoptp", "adoptf", "adoptm", "prnfost", "fthfost", "mthfost",
    "stpprn", "stpfth", "stpmth", "guard", "parent", "mother", "father", "guardian", "legal guardian",
}  # fmt: skip
PAYERS = ("RelatedPerson", "Patient")


def who_pays(shelf: Shelf, minors: set[str], today: date, notes: Notes) -> dict[str, str]:
    """Names of patients, to the name of whoever pays for them. Where two say so, nobody is chosen."""
    said: dict[str, list[str]] = {}
    for account in shelf.all("Account"):
        for patient in many(account, "subject"):
            said.setdefault(shelf.name(patient, "Patient"), []).extend(_of_account(shelf, account, today))
    relatives: dict[str, list[str]] = {}
    for person in shelf.all("RelatedPerson"):
        patient_name = shelf.name(one(person, "patient"), "Patient")
        if _pays(person, today, minor=patient_name in minors):
            relatives.setdefault(patient_name, []).append(name_of(person))
    chosen: dict[str, str] = {}
    for patient in shelf.all("Patient"):
        name = name_of(patient)
        several = list(dict.fromkeys(said.get(name) or relatives.get(name) or []))
        if len(several) > 1:
            notes.odd(patient, "guarantor", f"{len(several)} are named, so none was chosen")
        elif several and several[0] != name:
            chosen[name] = several[0]
    return chosen


def _of_account(shelf: Shelf, account: Resource, today: date) -> Iterator[str]:
    for guarantor in many(account, "guarantor"):
        if guarantor.get("onHold") is not True and not over(one(guarantor, "period"), today):
            party = one(guarantor, "party")
            yield from (name for kind in PAYERS if (name := shelf.name(party, kind)))


def _pays(person: Resource, today: date, *, minor: bool) -> bool:
    if person.get("active") is False or over(one(person, "period"), today):
        return False
    relations = {code for relation in many(person, "relationship") for code in codes(relation)}
    return bool(relations & (GUARANTOR | PARENT if minor else GUARANTOR))
