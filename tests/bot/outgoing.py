"""A practice, patients and outbox rows, built directly, for tests of the way out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from bot.keys import Keys
from bot.practice_file import PracticeFile, Sending, parse_practice, to_json
from bot.rendering import Renderer
from bot.sending.making import Desk
from bot.store import ledger
from bot.store.outbox import rank
from bot.store.practices import Practices
from bot.store.tables import addresses, codes, conversations, inbox, outbox, people, practices, sending_numbers
from conversations.conversation import Conversation
from conversations.effects import Kind
from tests import canaries

NOON = datetime(2026, 5, 6, 19, 0, tzinfo=UTC)
"""Noon in Seattle, on a Wednesday."""
OURS = "+12065550100"
PUBLIC = "https://pay.harbor.example"
KEYS = Keys(["a key for tests"])
FILE = {
    "slug": "harbor",
    "name": "Harbor Family Med",
    "phone": "+12065550142",
    "text_numbers": [OURS],
    "email": "billing@harbor.example",
    "website": "https://harbor.example",
    "zip": "98101",
    "time_zone": "America/Los_Angeles",
}


def practice_file(**sending: float) -> PracticeFile:
    """Harbor Family Med, which sends at this rate."""
    return replace(parse_practice(FILE), sending=Sending(**sending))  # type: ignore[arg-type]


class Office:
    """One practice with its numbers in a database, and the rows that tests put there."""

    def __init__(
        self, engine: Engine, *, numbers: Sequence[str] = (OURS,), overlay: Path | None = None, **sending: float
    ) -> None:
        self.engine = engine
        self.desk = Desk(Practices(0), KEYS, Renderer(overlay), PUBLIC, "mail.harbor.example")
        self.lanes: dict[str, int] = {}
        with engine.begin() as conn:
            file = replace(practice_file(**sending), text_numbers=tuple(numbers))
            self.id = _insert(conn, practices, slug=file.slug, file=to_json(file), updated_at=NOON)
            for number in numbers:
                self.lanes[number] = _insert(conn, sending_numbers, practice_id=self.id, number=number)

    def patient(self, number: int = 0, *, owes_cents: int = 18450, **cells: Any) -> "Patient":
        """Somebody with a phone and a conversation; cells of people, addresses and conversations by their names."""
        with self.engine.begin() as conn:
            return Patient(self, conn, number, owes_cents, cells)

    def rows(self) -> list[Any]:
        """The outbox."""
        with self.engine.connect() as conn:
            return list(conn.execute(select(outbox).order_by(outbox.c.id)))

    def row(self, outbox_id: int) -> Any:
        """One row of it."""
        return next(row for row in self.rows() if row.id == outbox_id)

    def all(self, table: Any) -> list[Any]:
        """Every row of a table."""
        with self.engine.connect() as conn:
            return list(conn.execute(select(table).order_by(*table.primary_key)))

    def set(self, table: Any, row_id: int, **values: Any) -> None:
        """Change a row."""
        with self.engine.begin() as conn:
            conn.execute(update(table).where(table.c.id == row_id).values(**values))


class Patient:
    """Ids of one patient's rows."""

    def __init__(self, office: Office, conn: Connection, number: int, owes_cents: int, cells: dict[str, Any]) -> None:
        self.office = office
        channel = cells.get("channel", "text")
        self.phone = cells.get("address", f"+1206555{1000 + number:04d}" if number else canaries.PHONES[0])
        own = {name: cells[name] for name in cells if name in people.c}
        self.id = _insert(
            conn,
            people,
            practice_id=office.id,
            patient_id=f"P{number}",
            first_name=canaries.FIRST_NAMES[0],
            last_name=canaries.LAST_NAMES[0],
            **own,
        )
        place = {"practice_id": office.id, "channel": channel, "address": self.phone, "consent": "granted"}
        zones = {"zones": ["America/Los_Angeles"], "consent_at": NOON - timedelta(days=90)}
        self.address_id = _insert(
            conn, addresses, **place | zones | {n: cells[n] for n in cells if n in addresses.c and n != "id"}
        )
        self.conversation_id = _insert(
            conn,
            conversations,
            practice_id=office.id,
            address_id=self.address_id,
            channel=channel,
            kept=Conversation().to_json(),
            **{name: cells[name] for name in cells if name == "owner"},
        )
        if owes_cents:
            sides = (ledger.Posting("receivable", self.id, owes_cents), ledger.Posting("revenue", self.id, -owes_cents))
            ledger.post(conn, ledger.Entry(office.id, "charge", f"charge:{number}", NOON, sides))

    def wrote(self, at: datetime = NOON, event: str = "MessageReceived") -> int:
        """Something happened in this conversation; its inbox row."""
        with self.office.engine.begin() as conn:
            already = len(list(conn.execute(select(inbox.c.id))))
            return _insert(
                conn,
                inbox,
                provider="twilio",
                provider_id=f"SM{already}",
                practice_id=self.office.id,
                conversation_id=self.conversation_id,
                event=event,
                received_at=at,
                details={},
            )

    def code(self, at: datetime = NOON) -> int:
        """A code that was ordered."""
        with self.office.engine.begin() as conn:
            return _insert(
                conn,
                codes,
                practice_id=self.office.id,
                conversation_id=self.conversation_id,
                way="text",
                typed="thread",
                person_ids=[self.id],
                ordered_at=at,
            )

    def message(self, kind: Kind = Kind.REPLY, message: str = "pay/link", **cells: Any) -> int:
        """A row of the outbox. A notice stands on consent, everything else answers something just written."""
        notice = kind is Kind.NOTICE
        if notice:
            message = "notice/new" if message == "pay/link" else message
        elif "ground_id" not in cells:
            cells["ground_id"] = self.wrote(cells.get("created_at", NOON))
        return self.messages([cells], kind, message)[0]

    def messages(self, many: Sequence[dict[str, Any]], kind: Kind, message: str) -> list[int]:
        """Several at once."""
        notice = kind is Kind.NOTICE
        base = {
            "practice_id": self.office.id,
            "conversation_id": self.conversation_id,
            "address_id": self.address_id,
            "number_id": next(iter(self.office.lanes.values())),
            "channel": "text",
            "kind": kind.value,
            "rank": rank(kind, message),
            "message": message,
            "language": "en",
            "values": {},
            "link": None,
            "code_id": None,
            "person_ids": [self.id],
            "ground": "consent" if notice else "reply",
            "notice_of": self.id if notice else None,
            "due_at": NOON,
            "created_at": NOON,
        }
        with self.office.engine.begin() as conn:
            rows = [base | cells for cells in many]
            return sorted(conn.scalars(insert(outbox).returning(outbox.c.id), rows))


def wording(folder: Path, **templates: str) -> Path:
    """An overlay with messages of the tests' own: `pay__link="..."`, in both languages."""
    for name, words in templates.items():
        flow, _, message = name.partition("__")
        for language in ("en", "es"):
            file = folder / "messages" / language / flow / f"{message}.sms.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(words + "\n", "utf-8")
    return folder


def _insert(conn: Connection, table: Any, **values: Any) -> int:
    found: int = conn.execute(insert(table).values(**values).returning(table.c.id)).scalar_one()
    return found
