"""A new number or mail address: confirmed by a code sent there, and told at once to what was on file."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import Connection

from bot.facts.people import is_minor, today_at
from bot.imports import cells
from bot.keys import Keys
from bot.paying.entry.signing_in import crowded
from bot.store import audit, cards, code_asks, consents, conversations, page_sessions, people, reaching
from bot.store.code_asks import CONTACT, Ask, NewAsk
from bot.store.consents import Consent
from bot.store.conversations import Place
from bot.store.page_sessions import PageSession
from bot.store.people import Patient
from bot.store.practices import Practice
from bot.turns.arrivals import Arrival
from conversations.events import ContactChanged, Event, LanguageChosen, Way

CARDS_HELD = timedelta(hours=24)
MOST = 3
"""New addresses of one session: nobody moves more often within the hour."""


class Hindrance(StrEnum):
    """Why no code goes to that address; each is words on the page."""

    UNREADABLE_PHONE = "phone_unreadable"
    UNREADABLE_EMAIL = "email_unreadable"
    SAME = "contact_same"
    TOO_MANY = "contact_too_many"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A new address, and whether it may be written to; `wording` is what they agreed to, empty if they did not."""

    channel: Way
    typed: str
    wording: str


def owner(conn: Connection, practice: Practice, session: PageSession, now: datetime) -> Patient | None:
    """Whose number and mail address this page is about: the first who is no minor with somebody to answer for them."""
    today = today_at(now, practice.file.time_zone)
    known = people.by_id(conn, session.person_ids)
    paid_for = {person for person, _ in people.paid_for(conn, session.person_ids)}
    grown = (known[one] for one in session.person_ids if one in known)
    return next((one for one in grown if not (is_minor(one, today) and one.id in paid_for)), None)


def ask(
    conn: Connection, keys: Keys, practice: Practice, session: PageSession, person: Patient, wanted: Wanted,
    network: str, language: str, now: datetime, *, simulated: bool,
) -> Hindrance | None:  # fmt: skip
    """Have a code sent there; None: it is on its way, if messages get there at all."""
    known = _read(wanted, simulated=simulated)
    if isinstance(known, Hindrance):
        return known
    if (wanted.channel, known["address"]) in {(one.channel, one.address) for one in reaching.of(conn, person.id)}:
        return Hindrance.SAME
    if code_asks.how_many(conn, session.id) >= MOST or crowded(conn, network, now):
        return Hindrance.TOO_MANY
    typed = {"channel": wanted.channel, "wording": wanted.wording, **known}
    subject = keys.digest(code_asks.PURPOSE, f"contact:{person.id}")
    new = NewAsk(practice.id, CONTACT, network, subject, typed, language, now, session.id, (person.id,))
    code_asks.begin(conn, keys, new)
    return None


def told(conn: Connection, practice: Practice, ask: Ask, now: datetime) -> list[Arrival]:
    """The code was right: the news for every address on file. The change is made with the first of them."""
    person_id, typed = ask.person_ids[0], dict(ask.typed or {})
    if not typed:
        return []
    way: Way = typed["channel"]
    on_file = sorted(reaching.of(conn, person_id), key=lambda one: one.channel != way)  # what goes hears of it first
    places = [Place(practice.id, one.channel, one.address) for one in on_file]
    talks = conversations.begun(conn, places, ask.language)
    event = ContactChanged(person_id, way)

    def change(conn: Connection, conversation_id: int) -> tuple[int | None, Event | None]:
        _change(conn, practice, ask, typed, now)
        return conversation_id, event

    first = [
        Arrival("page", f"contact:{ask.id}:{talk}", event, now, conversation_id=talk)
        for talk in dict.fromkeys(talks[place][0] for place in places)
    ]
    if not first:
        _change(conn, practice, ask, typed, now)
        return []
    talk = first[0].conversation_id or 0
    making = Arrival(
        "page", f"contact:{ask.id}", event, now, conversation_id=talk, prepare=lambda conn: change(conn, talk)
    )
    return [making, *first[1:]]


def speak(conn: Connection, person: Patient, language: str, now: datetime) -> list[Arrival]:
    """Write to them in this language from now on; their conversations switch to it."""
    people.speak(conn, [person.id], language)
    event = LanguageChosen((person.id,), language)
    return [
        Arrival("page", f"language:{talk}:{now.isoformat()}", event, now, conversation_id=talk)
        for talk in reaching.conversations_of(conn, person.id)
    ]


def _change(conn: Connection, practice: Practice, ask: Ask, typed: dict[str, Any], now: datetime) -> None:
    person_id, way = ask.person_ids[0], cast("Way", typed["channel"])
    known = {"verified": typed["verified"], "zones": typed["zones"]}
    address_id = reaching.replace(conn, person_id, Place(practice.id, way, typed["address"]), known)
    if typed["wording"]:
        said = Consent(practice.id, address_id, way, "granted", typed["wording"], "page", now, person_id)
        consents.record(conn, [said])
    cards.hold(conn, [person_id], now + CARDS_HELD)
    # Whoever has the old phone in hand may be why they change it.
    page_sessions.end_others(conn, practice.id, person_id, ask.session_id, now)
    who = f"patient:{person_id}"
    audit.note(conn, at=now, who=who, what="contact_changed", practice_id=practice.id, person=person_id, channel=way)


def _read(wanted: Wanted, *, simulated: bool) -> dict[str, Any] | Hindrance:
    try:
        if wanted.channel == "email":
            return {"address": cells.email(wanted.typed), "verified": True, "zones": []}
        phone = cells.phone(wanted.typed)
    except cells.CellError:
        return Hindrance.UNREADABLE_EMAIL if wanted.channel == "email" else Hindrance.UNREADABLE_PHONE
    if phone.toll_free or not (phone.valid or simulated) or not cells.may_get_codes(phone.number):
        return Hindrance.UNREADABLE_PHONE
    return {"address": phone.number, "verified": phone.valid, "zones": list(phone.zones)}
