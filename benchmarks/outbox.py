"""How many outbox rows a second are claimed, decided, rendered and marked: `python -m benchmarks.outbox [postgresql://…]`."""

import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert

from bot.channels.results import Accepted
from bot.keys import Keys
from bot.practice_file import Sending, parse_practice, to_json
from bot.rendering import Renderer
from bot.sending.claiming import claim
from bot.sending.making import Desk
from bot.sending.results import Result, record
from bot.store.engine import make_engine
from bot.store.practices import Practices
from bot.store.schema import migrate
from bot.store.tables import addresses, conversations, inbox, outbox, people, practices, sending_numbers
from conversations.conversation import Conversation
from conversations.effects import Value

NOW = datetime(2026, 5, 6, 19, tzinfo=UTC)
ROWS, PEOPLE = 10_000, 1_000
VALUES: dict[str, Value] = {"owed_cents": 18450, "part": "50", "whose": ""}
FILE = {
    "slug": "harbor", "name": "Harbor Family Med", "phone": "+12065550142", "text_numbers": ["+12065550100"],
    "time_zone": "America/Los_Angeles",
}  # fmt: skip


def main() -> None:
    """Both questions, on the database that is named or on a fresh SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[1] if len(sys.argv) > 1 else f"sqlite:///{Path(folder) / 'bench.db'}"
        engine = make_engine(url)
        migrate(engine)
        desk = Desk(Practices(), Keys(["bench"]), Renderer(), "https://pay.harbor.example")
        fill(engine)
        claimed, marked = _claim_all(engine, desk)
        accepted = _record_all(engine, claimed)
        engine.dispose()
    print(f"{engine.dialect.name}: claim, decide, render, mark {marked:,.0f} rows/s; results {accepted:,.0f} rows/s")
    _render()


def fill(engine: Engine) -> None:
    """A thousand patients with ten replies each."""
    file = replace(parse_practice(FILE), sending=Sending(segments_per_second=100_000, segments_per_day=10**7))
    with engine.begin() as conn:
        practice = _one(conn, practices, slug=file.slug, file=to_json(file), updated_at=NOW)
        lane = _one(conn, sending_numbers, practice_id=practice, number="+12065550100")
        for number in range(PEOPLE):
            who = _one(conn, people, practice_id=practice, patient_id=f"P{number}", first_name="Ana", last_name="Ruiz")
            where = {
                "practice_id": practice,
                "channel": "text",
                "address": f"+1206555{number:04d}",
                "consent": "granted",
            }
            address = _one(conn, addresses, **where, zones=["America/Los_Angeles"])
            talk = _one(
                conn,
                conversations,
                practice_id=practice,
                address_id=address,
                channel="text",
                kept=Conversation().to_json(),
            )
            ground = _one(
                conn,
                inbox,
                provider="bench",
                provider_id=str(number),
                event="MessageReceived",
                received_at=NOW,
                details={},
            )
            row = {
                "practice_id": practice, "conversation_id": talk, "address_id": address, "number_id": lane,
                "channel": "text", "kind": "reply", "rank": 0, "message": "balance/total", "language": "en",
                "values": VALUES, "person_ids": [who], "ground": "reply",
                "ground_id": ground, "due_at": NOW, "created_at": NOW,
            }  # fmt: skip
            conn.execute(insert(outbox), [row] * (ROWS // PEOPLE))


def _claim_all(engine: Engine, desk: Desk) -> tuple[list[Any], float]:
    ready: list[Any] = []
    begun, now = time.perf_counter(), NOW
    while len(ready) < ROWS:
        with engine.begin() as conn:
            got = claim(conn, desk, now).ready
        if not got:
            raise SystemExit(f"only {len(ready)} rows could be claimed")
        ready += got
        now += timedelta(milliseconds=5)
    return ready, ROWS / (time.perf_counter() - begun)


def _record_all(engine: Engine, ready: list[Any]) -> float:
    begun = time.perf_counter()
    for start in range(0, ROWS, 100):
        batch = [Result(one.outbox_id, 1, Accepted(f"SM{one.outbox_id}")) for one in ready[start : start + 100]]
        with engine.begin() as conn:
            record(conn, batch, NOW)
    return ROWS / (time.perf_counter() - begun)


def _render() -> None:
    renderer, file = Renderer(), parse_practice(FILE)
    renderer.text("balance/total", "en", VALUES, file)
    begun = time.perf_counter()
    for _ in range(ROWS):
        renderer.text("balance/total", "en", VALUES, file)
    print(f"render one text: {(time.perf_counter() - begun) / ROWS * 1e6:.0f} us")


def _one(conn: Connection, table: Any, **values: Any) -> int:
    found: int = conn.execute(insert(table).values(**values).returning(table.c.id)).scalar_one()
    return found


if __name__ == "__main__":
    main()
