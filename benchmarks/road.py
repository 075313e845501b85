"""What the road costs per event, by the size of the batch, and what of that is the core.

    python -m benchmarks.road [--events 3200] [--postgres] [--profile SIZE]

One batch is one transaction, committed to disk. The patients have a phone, a mail address and two visits each; they say
the things of `benchmarks.inbound`. Each size has phones of its own, so that nobody is answered too often.
"""

import argparse
import cProfile
import pstats
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine, insert

from benchmarks.load import OURS
from bot.keys import Keys
from bot.practice_file import parse_practice, to_json
from bot.store import ledger
from bot.store.engine import make_engine
from bot.store.pipeline import connect_for_writing, hang_up
from bot.store.practices import Practices
from bot.store.schema import migrate
from bot.store.tables import addresses, charges, encounters, people, person_addresses, practices, sending_numbers
from bot.turns.arrivals import Advance, Arrival, World
from bot.turns.batch import take_batch
from conversations.engine import advance
from conversations.events import MessageReceived
from tests.servers.postgres import running_postgres

SIZES = (1, 4, 8, 16, 32, 64)
WORDS = ("balance", "How much do I owe?", "pay", "can i pay 50 today", "Hola, cuanto debo?", "thanks", "asdf", "help",
         "is this a scam?", "i'll stop by tomorrow")  # fmt: skip
NOW = datetime(2026, 5, 6, 17, 5, tzinfo=UTC)
PATIENTS = 2000


def fill(conn: Connection) -> None:
    """A practice with patients."""
    file = parse_practice(
        {"slug": "harbor", "name": "Harbor Family Med", "phone": "+12065550142", "text_numbers": [OURS],
         "time_zone": "America/Los_Angeles"}
    )  # fmt: skip
    conn.execute(insert(practices), {"id": 1, "slug": "harbor", "file": to_json(file), "updated_at": NOW})
    conn.execute(insert(sending_numbers), {"practice_id": 1, "number": OURS})
    every = range(1, PATIENTS + 1)
    conn.execute(
        insert(people),
        [{"id": n, "practice_id": 1, "patient_id": f"P{n}", "first_name": "Ana", "last_name": "Ruiz"} for n in every],
    )
    ways = [(n, "text", _phone(n)) for n in every] + [(n, "email", f"p{n}@mail.example") for n in every]
    conn.execute(
        insert(addresses),
        [
            {"id": at, "practice_id": 1, "channel": way, "address": to, "consent": "granted", "zones": []}
            for at, (_, way, to) in enumerate(ways, 1)
        ],
    )
    conn.execute(insert(person_addresses), [{"person_id": n, "address_id": at} for at, (n, _, _) in enumerate(ways, 1)])
    for n in every:
        for visit in (0, 1):
            _charge(conn, n, visit)


def _charge(conn: Connection, person: int, visit: int) -> None:
    charge, cents, day = person * 2 + visit, 6450, date(2026, 3, 14) + timedelta(days=visit)
    conn.execute(
        insert(encounters),
        {"id": charge, "practice_id": 1, "person_id": person, "encounter_id": f"E{charge}", "service_on": day},
    )
    conn.execute(
        insert(charges),
        {"id": charge, "practice_id": 1, "person_id": person, "charge_id": f"C{charge}",
         "encounter_id": charge, "service_on": day, "patient_owes_cents": cents},
    )  # fmt: skip
    sides = (ledger.Posting("receivable", person, cents, charge), ledger.Posting("revenue", person, -cents, charge))
    ledger.post(conn, ledger.Entry(1, "charge", f"charge:C{charge}", NOW, sides))


def _phone(n: int) -> str:
    return f"+1206556{n:04d}"


def batches(size: int, events: int, first: int) -> Iterator[list[Arrival]]:
    """`events` texts in batches of `size`, each from another phone, five minutes between two of the same."""
    for start in range(first, first + events, size):
        yield [
            Arrival("twilio", f"SM{n:08x}", MessageReceived(text), NOW + timedelta(minutes=5 * (n // PATIENTS)),
                    ours=OURS, address=_phone(n % PATIENTS + 1), text=text)
            for n in range(start, start + size)
            for text in (WORDS[n % len(WORDS)],)
        ]  # fmt: skip


class Timed:
    """The core, with a stop watch."""

    def __init__(self, core: Advance) -> None:
        self.core, self.seconds = core, 0.0

    def __call__(self, *given: object) -> object:
        begun = time.perf_counter()
        try:
            return self.core(*given)  # type: ignore[arg-type]
        finally:
            self.seconds += time.perf_counter() - begun


def measure(engine: Engine, events: int, first: int, size: int) -> tuple[float, float, float]:
    """Microseconds per event: the median batch, this process's own part of the mean, and the core's part of that."""
    core = Timed(advance)
    world = World(Practices(), Keys(["benchmark"]), advance=core)  # type: ignore[arg-type]
    times = []
    cpu = time.process_time()
    conn = connect_for_writing(engine)
    for batch in batches(size, events, first):
        begun = time.perf_counter()
        with conn.begin():
            take_batch(conn, batch, world)
        times.append((time.perf_counter() - begun) / size * 1e6)
    hang_up(conn)
    own = (time.process_time() - cpu) / events * 1e6
    return statistics.median(times), own, core.seconds / events * 1e6


@contextmanager
def databases(postgres: bool) -> Iterator[Sequence[tuple[str, str]]]:
    """The databases to measure on."""
    with tempfile.TemporaryDirectory() as folder:
        sqlite = ("sqlite", f"sqlite:///{Path(folder) / 'road.db'}")
        if not postgres:
            yield (sqlite,)
            return
        with running_postgres(durable=True) as server:
            yield (sqlite, ("postgresql", server.url(server.create())))


def main() -> None:
    """Print a line for each database and size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=3200)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--profile", type=int, default=0)
    asked = parser.parse_args()
    with databases(asked.postgres) as found:
        for name, url in found:
            engine = make_engine(url)
            migrate(engine)
            with engine.begin() as conn:
                fill(conn)
            first = 0
            for size in (asked.profile,) if asked.profile else SIZES:
                run = partial(measure, engine, asked.events, first, size)
                first += asked.events
                if asked.profile:
                    profile = cProfile.Profile()
                    profile.runcall(run)
                    pstats.Stats(profile).sort_stats("tottime").print_stats(45)
                    continue
                whole, own, core = run()
                print(f"{name:12} batch of {size:2}: {whole:7.1f} us/event, processor {own:6.1f}, core {core:6.1f}")
            engine.dispose()


if __name__ == "__main__":
    main()
