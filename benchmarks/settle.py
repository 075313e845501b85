"""How many payments a second the road settles, each of them told twice, beside bare ledger posts in the same run.

    python -m benchmarks.settle [--payments 1000] [--postgres]

Settled is: posted, receipt numbered, the patient told in the thread and by mail, committed to disk. The floor is the
same entry posted alone, each in a transaction of its own. The patients are those of `benchmarks.road`.
"""

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Sequence

from sqlalchemy import Engine, func, insert, select

from benchmarks.road import NOW, databases, fill
from bot.keys import Keys
from bot.paying.outcomes import settlements
from bot.payments import Answer, PaymentNews
from bot.store import conversations, ledger
from bot.store.conversations import Place
from bot.store.engine import make_engine
from bot.store.practices import Practices
from bot.store.schema import migrate
from bot.store.tables import entries, outbox, payments, postings
from bot.turns.arrivals import World
from bot.turns.road import Road

GOAL = 200
PATIENTS = 2000
WHOLE = 12_900


def begin(engine: Engine, count: int) -> None:
    """So many open attempts, each of another patient, who pays for both visits."""
    with engine.begin() as conn:
        places = [Place(1, "text", f"+1206556{n:04d}") for n in range(1, count + 1)]
        talks = conversations.begun(conn, places)
        conn.execute(
            insert(payments),
            [
                {"practice_id": 1, "conversation_id": talks[place][0], "person_ids": [n], "shares": {str(n): WHOLE},
                 "amount_cents": WHOLE, "owed_cents": WHOLE, "processor": "sandbox", "public_id": f"{n:032x}",
                 "processor_id": f"sandbox_{n:032x}", "state": "unknown", "made_at": NOW, "submitted_at": NOW}
                for n, place in enumerate(places, 1)
            ],
        )  # fmt: skip


def told(count: int) -> Sequence[PaymentNews]:
    """The news of them, each twice, in no order."""
    every = [
        PaymentNews("sandbox", f"sandbox_{n:032x}", f"{n:032x}", Answer.PAID, WHOLE, "Visa", "4242", NOW)
        for n in range(1, count + 1)
        for _ in range(2)
    ]
    random.Random(1).shuffle(every)
    return every


async def settle(engine: Engine, count: int) -> float:
    """Seconds until all of them are committed."""
    practices = Practices()
    road = Road(engine, World(practices, Keys(["benchmark"])), lambda: NOW, lanes=3)
    road.start()
    begun = time.perf_counter()
    await asyncio.gather(*(road.take(settlements.settle(news, practices, NOW)) for news in told(count)))
    seconds = time.perf_counter() - begun
    await road.close()
    return seconds


def floor(engine: Engine, count: int) -> float:
    """Seconds for bare posts of the same entries, of other patients."""
    begun = time.perf_counter()
    with engine.connect() as conn:
        for n in range(PATIENTS - count, PATIENTS):
            sides = (
                ledger.Posting("receivable", n, -WHOLE // 2, n * 2),
                ledger.Posting("receivable", n, -WHOLE // 2, n * 2 + 1),
                ledger.Posting("processor", n, WHOLE),
            )
            with conn.begin():
                ledger.post(conn, ledger.Entry(1, "payment", f"floor:{n}", NOW, sides))
    return time.perf_counter() - begun


def check(engine: Engine, count: int) -> None:
    """Exactly once: the books, the receipts and the messages say so."""
    with engine.connect() as conn:
        posted = conn.scalar(select(func.count()).select_from(entries).where(entries.c.reference.like("payment:%")))
        receipts = conn.scalar(select(func.count(payments.c.receipt.distinct())))
        mails = conn.scalar(select(func.count()).select_from(outbox).where(outbox.c.message == "charge/receipt"))
        uneven = conn.scalar(select(func.sum(postings.c.cents)))
    if (posted, receipts, mails, uneven) != (count, count, count, 0):
        sys.exit(f"not exactly once: {posted} posted, {receipts} receipts, {mails} mails, {uneven} cents over")


def main() -> None:
    """Print a line for each database."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--payments", type=int, default=1000)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args()
    count = asked.payments
    with databases(asked.postgres) as found:
        for name, url in found:
            engine = make_engine(url)
            migrate(engine)
            with engine.begin() as conn:
                fill(conn)
            begin(engine, count)
            bare = floor(engine, count // 2) * 2
            taken = asyncio.run(settle(engine, count))
            check(engine, count)
            rate, most = count / taken, count / bare
            print(
                f"{name:12} {rate:6.0f} payments settled a second, each told twice (goal {GOAL}); "
                f"bare posts {most:6.0f}; ratio {rate / most:.2f}"
            )
            engine.dispose()


if __name__ == "__main__":
    main()
