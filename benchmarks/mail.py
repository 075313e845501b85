"""Mail in: the whole road from a trusted relay, and what hostile mail costs the others.

    python -m benchmarks.mail [--mails 3000] [--connections 8]

The relay is a process of its own that keeps its connections, as Postfix does; each mail is answered by 250 only once it
is committed (SQLite, synchronous=FULL). The goal is 200 mails a second, and 100 ms at the most because of hostile ones.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.road import PATIENTS, WORDS, fill
from bot.clock import utc_now
from bot.incoming_mail.recipients import Recipients
from bot.keys import Keys
from bot.smtp import MailDoor, Trust
from bot.smtp.limits import Limits
from bot.store import conversations, reply_addresses
from bot.store.conversations import Place
from bot.store.engine import make_engine
from bot.store.practices import Practices
from bot.store.reply_addresses import Kind
from bot.store.schema import create
from bot.store.tables import inbox
from bot.store.writer import Reader
from bot.turns.arrivals import World
from bot.turns.road import Road

DOMAIN, WORD = "mail.harbor.example", "mx.harbor.example"
QUOTE = "\r\n".join(f"> line {n} of what we wrote, Reply STOP to opt out" for n in range(25))
Shares = list[list[tuple[str, str, bytes]]]
HOSTILE = (
    b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\n" * 130_000,
    b"From: a@b.example\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 3000,
    b"From: a@b.example\r\n\r\n" + b"\r\n" * 5_000_000,
)


def letter(number: int, to: str, sender: str) -> tuple[str, str, bytes]:
    """An answer with its quote, text and HTML, as a web mailer writes it."""
    words = WORDS[number % len(WORDS)]
    lines = (
        f"Authentication-Results: {WORD}; dmarc=pass header.from=mail.example",
        f"From: Ana Ruiz <{sender}>",
        f"To: <{to}>",
        "Subject: Re: A new statement",
        f"Message-ID: <{number}@mail.example>",
        "MIME-Version: 1.0",
        'Content-Type: multipart/alternative; boundary="b1"',
        "",
        "--b1",
        "Content-Type: text/plain; charset=UTF-8",
        "",
        words,
        "",
        "On Wed, May 6, 2026 at 10:05 AM Harbor Family Med <h@x.example> wrote:",
        QUOTE,
        "--b1",
        "Content-Type: text/html; charset=UTF-8",
        "",
        f"<div>{words}</div><blockquote>{QUOTE}</blockquote>",
        "--b1--",
        "",
    )
    raw = "\r\n".join(lines)
    return to, sender, raw.encode()


def addresses_of(engine: Engine, keys: Keys) -> list[tuple[str, str]]:
    """Where each patient's answers go, and who they are."""
    found = []
    with engine.begin() as conn:
        places = [Place(1, "email", f"p{n}@mail.example") for n in range(1, PATIENTS + 1)]
        for at in range(0, len(places), 500):
            talks = conversations.begun(conn, set(places[at : at + 500]))
            for place, (talk, _) in talks.items():
                token = reply_addresses.make(conn, keys, [Kind.REPLY], talk, None, datetime.now(UTC))[Kind.REPLY]
                found.append((f"reply+{token}@{DOMAIN}", place.address))
    return found


async def hand_in(port: int, letters: list[tuple[str, str, bytes]]) -> list[float]:
    """One connection, one mail after the other; the seconds each took."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    async def say(words: bytes, code: bytes) -> None:
        writer.write(words)
        line = await reader.readline()
        while line[3:4] == b"-":
            line = await reader.readline()
        if not line.startswith(code):
            raise RuntimeError(line)

    await reader.readline()
    await say(b"EHLO relay.example\r\n", b"250")
    took = []
    for to, sender, raw in letters:
        begun = time.perf_counter()
        await say(f"MAIL FROM:<{sender}>\r\n".encode(), b"250")
        await say(f"RCPT TO:<{to}>\r\n".encode(), b"250")
        await say(b"DATA\r\n", b"354")
        await say(raw.replace(b"\r\n.", b"\r\n..") + b"\r\n.\r\n", b"250")
        took.append(time.perf_counter() - begun)
    await say(b"QUIT\r\n", b"221")
    writer.close()
    return took


def relay(
    port: int, shares: list[list[tuple[str, str, bytes]]], told: "multiprocessing.SimpleQueue[list[float]]"
) -> None:
    """A relay with a connection for each share."""

    async def all_of_them() -> list[float]:
        each = await asyncio.gather(*(hand_in(port, share) for share in shares))
        return [one for took in each for one in took]

    told.put(asyncio.run(all_of_them()))


async def run(port: int, shares: Shares) -> tuple[float, list[float]]:
    """The seconds it all took, and each mail's own."""
    spawn = multiprocessing.get_context("spawn")
    told = spawn.SimpleQueue()
    process = spawn.Process(target=relay, args=(port, shares, told))
    begun = time.perf_counter()
    await asyncio.to_thread(process.start)
    took = await asyncio.to_thread(told.get)
    await asyncio.to_thread(process.join)
    return time.perf_counter() - begun, took


def split(letters: list[tuple[str, str, bytes]], count: int) -> list[list[tuple[str, str, bytes]]]:
    """Shares of equal size."""
    return [letters[at::count] for at in range(count)]


def summary(took: list[float]) -> str:
    """How long they took."""
    each = sorted(1000 * one for one in took)
    return f"median {statistics.median(each):.1f} ms, p99 {each[int(0.99 * len(each))]:.1f} ms, worst {each[-1]:.1f} ms"


async def measure(mails: int, connections: int, folder: Path) -> None:
    """Everything, told on the way."""
    engine, keys = make_engine(f"sqlite:///{folder / 'bench.db'}"), Keys(["benchmark"])
    create(engine)
    with engine.begin() as conn:
        fill(conn)
    who = addresses_of(engine, keys)
    world = World(Practices(), keys)
    road, reader = Road(engine, world, utc_now), Reader(engine)
    road.start()
    trust = Trust.parse(("127.0.0.1",), WORD, "system")
    # A relay of ours is bound by sizes only; hostile mail comes by it too.
    door = MailDoor(Recipients(keys, world.practices, DOMAIN), road.take, reader, utc_now, hostname=WORD, trust=trust,
                    limits=Limits(commands=10 * mails))  # fmt: skip
    port = await door.start("127.0.0.1", 0)
    letters = [letter(number, *who[number % len(who)]) for number in range(mails)]
    await run(port, split([letter(mails + n, *who[n]) for n in range(50)], 2))
    seconds, took = await run(port, split(letters, connections))
    # The relay's own start is not ours.
    busy = max(sum(took) / connections, 0.001)
    print(
        f"{mails} mails, {connections} connections: {mails / busy:.0f} a second ({mails / seconds:.0f} with its start)"
    )
    print(f"  each: {summary(took)}")
    few = [letter(2 * mails + n, *who[n]) for n in range(120)]
    _, alone = await run(port, [few])
    bad = [(who[-1][0], who[-1][1], raw + str(n).encode()) for n in range(4) for raw in HOSTILE]
    beside = [letter(3 * mails + n, *who[n]) for n in range(400)]
    _, both = await run(port, [beside, *split(bad, 2)])
    ordinary = both[: len(beside)]
    print(f"one by one: {summary(alone)}")
    print(f"beside {len(bad)} hostile mails: {summary(ordinary)}")
    with engine.connect() as conn:
        print(f"inbox: {len(conn.execute(inbox.select()).all())} rows")
    await door.close()
    await road.close()
    reader.close()
    engine.dispose()


def main() -> None:
    """Print the numbers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mails", type=int, default=3000)
    parser.add_argument("--connections", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(options.mails, options.connections, Path(folder)))


if __name__ == "__main__":
    main()
