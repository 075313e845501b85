"""Patients as a turn may know them: balances, masked addresses, who pays for whom."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.facts import affairs, wallets
from bot.facts.affairs import NOTHING, Affairs
from bot.facts.wallets import EMPTY, Wallets
from bot.store import dealings, ledger, people
from bot.store.ledger import Owed
from bot.store.people import Patient, Reach
from bot.store.practices import Practice
from conversations.events import Way
from conversations.facts import Person

OF_AGE = 18


@dataclass(frozen=True, slots=True)
class Circle:
    """Everybody whom a batch may be about, and what the database says of them."""

    here: Mapping[int, list[Patient]]
    """By address."""
    everybody: Mapping[int, Patient]
    paid_for: Sequence[tuple[int, int]]
    """(patient, guarantor)"""
    reaches: Mapping[int, list[Reach]]
    owed: Mapping[int, list[Owed]]
    in_doubt: Collection[int]
    affairs: Affairs
    wallets: Wallets


@dataclass(frozen=True, slots=True)
class Met:
    """The people on some addresses and those whom they pay for, before anybody asks what they owe us for besides."""

    here: Mapping[int, list[Patient]]
    everybody: Mapping[int, Patient]
    paid_for: Sequence[tuple[int, int]]
    reaches: Mapping[int, list[Reach]]
    owed: Mapping[int, list[Owed]]
    addresses: Collection[int]
    """Theirs, and those they were met on."""


def gather(conn: Connection, address_ids: Collection[int], now: datetime) -> Circle:
    """Everybody on these addresses, and those whom they pay for."""
    return complete(conn, meet(conn, address_ids), now)


def meet(conn: Connection, address_ids: Collection[int]) -> Met:
    """Who they are."""
    here = people.on_addresses(conn, address_ids)
    everybody = {patient.id: patient for patients in here.values() for patient in patients}
    if not everybody:
        return Met(here, everybody, (), {}, {}, set(address_ids))
    paid, reached, owing = (
        people.ask_paid_for(conn, everybody), people.ask_reaches(conn, everybody), ledger.ask_owed(conn, everybody),
    )  # fmt: skip
    paid_for, reaches, owed = paid(), reached(), owing()
    missing = {patient for patient, guarantor in paid_for if guarantor in everybody} - everybody.keys()
    if missing:
        everybody |= people.by_id(conn, missing)
        reaches |= people.reaches(conn, missing)
        owed |= ledger.owed(conn, missing)
    every = {reach.address_id for theirs in reaches.values() for reach in theirs} | set(address_ids)
    return Met(here, everybody, paid_for, reaches, owed, every)


def complete(conn: Connection, met: Met, now: datetime) -> Circle:
    """What else there is about them."""
    if not met.everybody:
        return Circle(met.here, met.everybody, (), {}, {}, (), NOTHING, EMPTY)
    theirs = dealings.ask(conn, met.everybody, met.addresses)()
    about = affairs.gather(conn, theirs, met.everybody, met.addresses, met.owed)
    paying = wallets.gather(conn, theirs, now)
    in_doubt = theirs.get(dealings.DOUBT, ())
    return Circle(met.here, met.everybody, met.paid_for, met.reaches, met.owed, in_doubt, about, paying)


def today_at(now: datetime, zone: str) -> date:
    """The date at that moment in that zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def is_minor(patient: Patient, today: date) -> bool:
    """Under eighteen; whose birthday is unknown counts as grown up."""
    return patient.birth_date is not None and today < of_age_on(patient.birth_date)


def of_age_on(born: date) -> date:
    """The eighteenth birthday. Born on 29 February: 1 March, where that year has none."""
    try:
        return born.replace(year=born.year + OF_AGE)
    except ValueError:
        return date(born.year + OF_AGE, 3, 1)


def is_paid_for(patient: Patient, today: date) -> bool:
    """Does the guarantor on file still answer? It ends with the eighteenth birthday; without one it stands as filed."""
    return patient.birth_date is None or is_minor(patient, today)


def answered_for(conn: Connection, ids: Collection[int], now: datetime) -> list[tuple[int, int]]:
    """Every (patient, guarantor) of these people whose guarantor still answers; of age where the day begins first."""
    pairs = people.paid_for(conn, ids)
    young = {one.id for one in people.by_id(conn, {one for one, _ in pairs}).values() if is_paid_for(one, now.date())}
    return [pair for pair in pairs if pair[0] in young]


def reach(circle: Circle, person_id: int, way: Way, *, simulated: bool) -> Reach | None:
    """The first phone or mail address of this patient that a code may be sent to."""
    for one in circle.reaches.get(person_id, ()):
        if one.channel == way and works(one, simulated=simulated):
            return one
    return None


def persons(
    circle: Circle,
    address_id: int,
    zone: str,
    noticed_at: Mapping[int, datetime],
    now: datetime,
    *,
    simulated: bool,
) -> tuple[tuple[Person, ...], tuple[Person, ...]]:
    """The people on this address, and the family that they pay for and that is not on it; days are the practice's."""
    today = today_at(now, zone)
    here = circle.here.get(address_id, ())
    if not here:
        return (), ()
    links = _links(circle, today) if circle.paid_for else ()
    ids = {patient.id for patient in here} if links else ()
    paid_for_here = {p for p, guarantor in links if guarantor in ids}
    elsewhere = {p for p, _ in links if p not in paid_for_here}

    about, wallets = circle.affairs, circle.wallets

    def person(patient: Patient) -> Person:
        own = patient.id
        left = circle.owed.get(own, ())
        mail, phone = masked(circle, own, simulated=simulated)
        # In the order of the fields: twenty names would take twice as long as all that they hold.
        return Person(
            own,
            patient.first_name,
            patient.initials,
            sum([one.cents for one in left]),
            ledger.visits_of(left),
            is_minor(patient, today),
            tuple([p for p, guarantor in links if guarantor == own]) if links else (),
            own in elsewhere,
            mail,
            phone,
            about.plans.get(own),
            wallets.saved_cards(own, today, now) if wallets.cards else (),
            about.promises.get(own, ()),
            about.broken.get(own, 0),
            wallets.recent_payments(own, zone) if wallets.paid else (),
            about.reviews.get(own, ""),
            patient.died is not None,
            is_paused(patient, now),
            noticed_at.get(own),
            patient.last_name,
        )

    family = [person(circle.everybody[p]) for p in sorted(paid_for_here) if p not in ids] if links else ()
    return tuple([person(patient) for patient in here]), tuple(family)


def _links(circle: Circle, today: date) -> list[tuple[int, int]]:
    """Every (patient, guarantor) of these whose guarantor still answers."""
    every = circle.everybody
    return [pair for pair in circle.paid_for if pair[0] in every and is_paid_for(every[pair[0]], today)]


def masked(circle: Circle, person_id: int, *, simulated: bool) -> tuple[str, str]:
    """The mail address and the phone that a code may be sent to, as we may name them; empty where there is none."""
    mail = phone = ""
    for one in circle.reaches.get(person_id, ()):
        if not mail and one.channel == "email" and works(one, simulated=simulated):
            mail = mask_email(one.address)
        elif not phone and one.channel == "text" and works(one, simulated=simulated):
            phone = mask_phone(one.address)
    return mail, phone


def is_paused(patient: Patient, now: datetime) -> bool:
    """May we begin nothing with them now? A reason without an end holds until staff take it away."""
    if patient.notices_paused_until is not None:
        return now < patient.notices_paused_until
    return patient.notices_paused_reason is not None


def mask_email(address: str) -> str:
    """`a***@g***.com`"""
    name, _, domain = address.partition("@")
    return f"{name[:1]}***@{domain[:1]}***.{domain.rpartition('.')[2]}"


def mask_phone(address: str) -> str:
    """`**77`"""
    return f"**{address[-2:]}"


def works(reach: Reach, *, simulated: bool) -> bool:
    """May a code be sent there?"""
    if reach.blocked or reach.problem is not None:
        return False
    if reach.channel == "email":
        return True
    return reach.consent not in {"revoked", "held"} and (reach.verified or simulated)


def may_begin(reach: Reach, practice: Practice, *, simulated: bool) -> bool:
    """May we write there unasked? By text only who agreed to that; by mail whoever did not opt out."""
    if reach.blocked or reach.problem:
        return False
    if reach.channel == "email":
        return reach.consent not in {"revoked", "held"}
    return reach.consent == "granted" and practice.file.role != "collector" and (reach.verified or simulated)
