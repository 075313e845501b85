"""Checks of this machine: settings, disk, secrets, the database, Redis, the clock."""

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, select, text
from sqlalchemy.exc import SQLAlchemyError

from bot.checks.line import Line, Lines, failure, ok, warning
from bot.checks.surroundings import Surroundings
from bot.keeping import audit_seals
from bot.settings import Settings
from bot.settings.secret_key import FILE
from bot.store.engine import missing_file, reader
from bot.store.schema import is_current_on, version
from bot.store.tables import outbox

GIGABYTE = 1_000_000_000
OTHERS = stat.S_IRWXG | stat.S_IRWXO
STUCK = timedelta(minutes=5)
SEALED_WITHIN = timedelta(minutes=1)
SKEW, TOO_MUCH_SKEW = timedelta(seconds=5), timedelta(minutes=1)


async def settings(around: Surroundings) -> Lines:
    """Do they say what an operator with real patients means?"""
    ours = around.settings
    if ours.production:
        yield ok("settings", "They are complete, for production.")
    elif ours.sms == "twilio" or ours.mail_out.scheme != "simulator":
        yield warning(
            "settings",
            "Real messages leave, and PAYBOT_ENVIRONMENT is development.",
            "Set PAYBOT_ENVIRONMENT=production before patients are served: it refuses what must not be.",
        )
    else:
        yield ok("settings", "They are complete, for development: nothing leaves this machine.")
    if ours.secure and not ours.trusted_proxies:
        yield warning(
            "settings",
            "PAYBOT_PUBLIC_URL is https and PAYBOT_TRUSTED_PROXIES is empty.",
            "Name your proxy's network there, or all visitors count as one where tries are limited.",
        )


async def secrets(around: Surroundings) -> Lines:
    """Are they long, and readable by nobody else?"""
    ours = around.settings
    open_files = [path.name for path in _secret_files(ours) if path.stat().st_mode & OTHERS]
    if open_files:
        yield failure(
            "secrets",
            f"Others on this machine may read {', '.join(sorted(open_files))}.",
            "Take it away: chmod 600 each, and chmod 700 the folder.",
        )
    given = ours.secret_key.get_secret_value()
    if any(len(key.strip()) < 32 for key in given.split(",") if key.strip()):
        yield warning(
            "secrets",
            "A key in PAYBOT_SECRET_KEY has fewer than 32 characters.",
            "Put a longer one before it; the old one stays until what it made has run out.",
        )
    elif not open_files:
        yield ok("secrets", "Only this user may read them.")


def _secret_files(ours: Settings) -> Iterator[Path]:
    candidates = [ours.data_dir / FILE, *([Path(ours.dkim_key_file)] if ours.dkim_key_file else [])]
    if ours.mail_tls_key:
        candidates.append(ours.mail_tls_key)
    if ours.embedded:
        candidates += [Path(ours.database_url.partition("///")[2] + more) for more in ("", "-wal", "-shm")]
    return (path for path in candidates if path.is_file() and path.parent.stat().st_mode & OTHERS)


async def disk(around: Surroundings) -> Lines:
    """Is there room?"""
    folder = around.settings.data_dir
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    total, free = around.room(folder)
    share = free * 100 // total
    said = f"{free / GIGABYTE:.1f} GB are free ({share} %)."
    if free < GIGABYTE / 5:
        yield failure("disk", said, "Make room now: a full disk stops every message.")
    elif free < GIGABYTE or share < 5:
        yield warning("disk", said, "Make room, or move PAYBOT_DATA_DIR.")
    else:
        yield ok("disk", said)


async def encryption(around: Surroundings) -> Lines:
    """What patients wrote rests as the disk or the database keeps it: is that encrypted (45 CFR 164.312(a)(2)(iv))?"""
    if around.settings.embedded and _on_dm_crypt(around.settings.data_dir):
        yield ok("encryption", "The data folder is on an encrypted volume.")
        return
    where = "the volume under PAYBOT_DATA_DIR" if around.settings.embedded else "the PostgreSQL server's storage"
    yield warning(
        "encryption",
        f"Whether {where} is encrypted cannot be seen from here.",
        "Messages and addresses rest on it as they are: see that it is, backups too.",
    )


def _on_dm_crypt(folder: Path) -> bool:
    if not folder.exists():
        return False
    device = folder.stat().st_dev
    uuid = Path(f"/sys/dev/block/{device >> 8}:{device & 0xFF}/dm/uuid")
    return uuid.is_file() and uuid.read_text("ascii").startswith("CRYPT-")


async def database(around: Surroundings) -> Lines:
    """Does it answer, at our schema, whole, and does work leave it?"""
    if missing := missing_file(around.engine):
        yield failure(
            "database",
            f"There is no database at {missing}.",
            "See PAYBOT_DATA_DIR or PAYBOT_DATABASE_URL; paybot serve makes one.",
        )
        return
    try:
        found = version(around.engine)
        if found is None:
            yield warning(
                "database", "It is empty.", "paybot serve makes an embedded one; otherwise run paybot migrate."
            )
            return
        with reader(around.engine).connect() as conn:
            for line in _database_lines(conn, around):
                yield line
    except SQLAlchemyError as error:
        if "malformed" in str(error):
            yield failure("database", "The file is damaged.", "Stop the server and restore the newest backup.")
            return
        yield failure(
            "database",
            f"It does not answer ({type(error).__name__}).",
            "See that PAYBOT_DATABASE_URL is right and the server is up.",
        )


def _database_lines(conn: Connection, around: Surroundings) -> Iterator[Line]:
    if not is_current_on(conn):
        yield failure("database", "It is at another version than this program.", "Run paybot migrate.")
        return
    if conn.dialect.name == "sqlite":
        verdict = conn.scalar(text("PRAGMA quick_check(1)"))
        if verdict != "ok":
            yield failure("database", "The file is damaged.", "Stop the server and restore the newest backup.")
            return
    else:
        theirs = conn.scalar(text("SELECT clock_timestamp()"))
        if theirs is not None:
            around.clocks["the database"] = (theirs, around.clock())
    yield ok("database", "It answers, is whole, and is at the schema of this version.")
    now = around.clock()
    due = select(outbox.c.id).where(outbox.c.state == "queued", outbox.c.rank == 0, outbox.c.due_at < now - STUCK)
    if conn.execute(due.limit(1)).first():
        yield failure("outbox", "A reply has been due for five minutes.", "See that paybot serve runs with a worker.")
    else:
        yield ok("outbox", "No reply waits.")
    unsealed = audit_seals.tail(conn)
    if unsealed and min(unsealed) < now - SEALED_WITHIN:
        yield warning("audit", f"{len(unsealed):,} rows are not sealed yet.", "A running worker seals them.")
    else:
        yield ok("audit", "Every row is sealed. Whether the seals are unbroken, paybot audit verify says.")


async def redis(around: Surroundings) -> Lines:
    """Does it answer?"""
    url = around.settings.redis_url
    if url == "memory://":
        if around.settings.embedded:
            yield ok("redis", "It is not used, and one process needs none.")
        else:
            yield warning(
                "redis",
                "It is not used.",
                "Several processes then notice each other's work only once a second: set PAYBOT_REDIS_URL.",
            )
        return
    from redis.asyncio import Redis
    from redis.exceptions import RedisError

    client = Redis.from_url(url, socket_timeout=3, socket_connect_timeout=3, retry=None)
    try:
        await client.ping()
        yield ok("redis", "It answers.")
    except (RedisError, OSError) as error:
        yield failure(
            "redis",
            f"It does not answer ({type(error).__name__}).",
            "Nothing is lost, but work crosses processes a second late: see PAYBOT_REDIS_URL.",
        )
    finally:
        await client.aclose()


async def time(around: Surroundings) -> Lines:
    """Does our clock agree with others'? Hours, codes and signatures hang on it. Comes after who may tell."""
    if not around.clocks:
        yield ok("time", f"{around.clock():%Y-%m-%d %H:%M:%S} UTC; there is no other clock to compare it with.")
    for whose, (theirs, ours) in around.clocks.items():
        off = abs(theirs - ours)
        said = f"It is {off.total_seconds():.0f} s off the clock of {whose}."
        if off > TOO_MUCH_SKEW:
            yield failure("time", said, "Set this machine's clock by NTP (timedatectl set-ntp true).")
        elif off > SKEW:
            yield warning("time", said, "See that NTP runs on both.")
        else:
            yield ok("time", f"It agrees with the clock of {whose}.")
