"""A practice with patients, written straight into the tables, for tests of what comes after an import."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, insert, select, update

from bot.keys import Keys
from bot.practice_file import parse_practice, to_json
from bot.store import ledger
from bot.store.practices import Practices
from bot.store.tables import (
    addresses,
    charges,
    encounters,
    guarantors,
    people,
    person_addresses,
    practices,
    sending_numbers,
)
from bot.turns.arrivals import Advance, Arrival, World
from conversations.events import Event, MessageReceived

NOW = datetime(2026, 5, 6, 17, 5, tzinfo=UTC)
"""Wednesday, 10:05 in Seattle."""
OURS = "+12065550100"
OTHER_OURS = "+12065550101"
PHONE = "+12065550177"
MAIL = "ana@mail.example"
KEYS = Keys(["a key for tests"])


@dataclass
class Harbor:
    """The practice, and ways to fill it."""

    engine: Engine
    world: World
    practice_id: int
    _charges: int = 0
    patients: dict[str, int] = field(default_factory=dict)

    def patient(self, name: str, *, phone: str = PHONE, mail: str = "", consent: str = "granted", owes: int = 0,
                pays: str = "", **columns: Any) -> int:  # fmt: skip
        """A patient "Ana Ruiz" with a phone and perhaps a mail address, and whom `pays` names as guarantor."""
        first, _, last = name.partition(" ")
        values = {"practice_id": self.practice_id, "patient_id": name, "first_name": first, "last_name": last} | columns
        with self.engine.begin() as conn:
            person: int = conn.execute(insert(people).values(values).returning(people.c.id)).scalar_one()
            for channel, address in (("text", phone), ("email", mail)):
                if address:
                    self._bind(conn, person, channel, address, consent)
            if pays:
                conn.execute(insert(guarantors).values(person_id=person, guarantor_id=self.patients[pays]))
        self.patients[name] = person
        if owes:
            self.charge(person, owes)
        return person

    def charge(
        self, person: int, cents: int, on: date = date(2026, 3, 14), at: datetime = NOW - timedelta(days=30)
    ) -> int:
        """A visit that leaves so much to pay."""
        self._charges += 1
        name, shared = f"C{self._charges}", {"practice_id": self.practice_id, "person_id": person, "service_on": on}
        with self.engine.begin() as conn:
            visit = conn.execute(
                insert(encounters).values(encounter_id=name, **shared).returning(encounters.c.id)
            ).scalar_one()
            charge: int = conn.execute(
                insert(charges)
                .values(charge_id=name, encounter_id=visit, patient_owes_cents=cents, **shared)
                .returning(charges.c.id)
            ).scalar_one()
            sides = (
                ledger.Posting("receivable", person, cents, charge),
                ledger.Posting("revenue", person, -cents, charge),
            )
            ledger.post(conn, ledger.Entry(self.practice_id, "charge", f"charge:{name}", at, sides))
        return charge

    def change_address(self, address: str, **columns: Any) -> None:
        """Something else about a phone or mail address."""
        with self.engine.begin() as conn:
            conn.execute(update(addresses).where(addresses.c.address == address).values(columns))

    def rows(self, statement: "Select[Any]") -> list[Mapping[str, Any]]:
        """What the database has."""
        with self.engine.connect() as conn:
            return [dict(row) for row in conn.execute(statement).mappings()]

    def all(self, table: Any) -> list[Mapping[str, Any]]:
        """Every row of a table, in order."""
        return self.rows(select(table).order_by(table.c.id))

    def count(self, table: Any) -> int:
        """How many rows."""
        with self.engine.connect() as conn:
            return conn.scalar(select(func.count()).select_from(table)) or 0

    def _bind(self, conn: Connection, person: int, channel: str, address: str, consent: str) -> None:
        where = (addresses.c.practice_id == self.practice_id, addresses.c.address == address)
        found = conn.scalar(select(addresses.c.id).where(*where))
        if found is None:
            found = conn.execute(
                insert(addresses)
                .values(practice_id=self.practice_id, channel=channel, address=address, consent=consent)
                .returning(addresses.c.id)
            ).scalar_one()
        conn.execute(insert(person_addresses).values(person_id=person, address_id=found))


def make_harbor(engine: Engine, advance: Advance | None = None, *, simulated: bool = True, **file: Any) -> Harbor:
    """Harbor Family Med, without patients."""
    told = {
        "slug": "harbor",
        "name": "Harbor Family Med",
        "phone": "+12065550142",
        "text_numbers": [OURS, OTHER_OURS],
        "time_zone": "America/Los_Angeles",
        "receipt_prefix": "HFM",
    } | file
    with engine.begin() as conn:
        practice_id = conn.execute(
            insert(practices)
            .values(slug=told["slug"], file=to_json(parse_practice(told)), updated_at=NOW)
            .returning(practices.c.id)
        ).scalar_one()
        for number in told["text_numbers"]:
            conn.execute(insert(sending_numbers).values(practice_id=practice_id, number=number))
    return Harbor(engine, World(Practices(0), KEYS, simulated=simulated, advance=advance), practice_id)


def text(words: str, sid: str, *, address: str = PHONE, at: datetime = NOW, ours: str = OURS) -> Arrival:
    """A text from a patient."""
    return Arrival("twilio", sid, MessageReceived(words), at, ours=ours, address=address, text=words)


def event(what: Event, sid: str, conversation_id: int, at: datetime = NOW) -> Arrival:
    """Something else that happened in a conversation."""
    return Arrival("test", sid, what, at, conversation_id=conversation_id)
