"""A consistent copy of the database while everything runs."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Engine

MODE = 0o600
"""A copy holds everything that the database holds."""


class CannotBackUpError(Exception):
    """No copy was made; the message says why."""


def back_up(engine: Engine, file: Path) -> int:
    """Write the copy; its size in bytes. A file that is there already is never written over."""
    if file.exists():
        raise CannotBackUpError(f"{file} is there already. Name a new file: a backup never replaces another one.")
    if not file.parent.is_dir():
        raise CannotBackUpError(f"{file.parent} is not a folder.")
    # Under another name until it is whole, so that nobody takes half a copy for one.
    half = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        os.close(os.open(half, os.O_CREAT | os.O_EXCL | os.O_WRONLY, MODE))
        if engine.dialect.name == "sqlite":
            _copy_sqlite(engine.url.database or "", half)
        else:
            _dump_postgresql(engine.url, half)
        _to_disk(half)
        half.rename(file)
    finally:
        half.unlink(missing_ok=True)
    return file.stat().st_size


def _copy_sqlite(database: str, to: Path) -> None:
    # One step reads one snapshot: writers go on meanwhile, and never make it start again.
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as source, closing(sqlite3.connect(to)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise CannotBackUpError("The copy is damaged, and so is the database, perhaps: see the disk it is on.")


def _dump_postgresql(url: URL, to: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise CannotBackUpError(
            "The database is PostgreSQL, and pg_dump is not installed here. Install PostgreSQL's client programs "
            "(Debian: apt-get install postgresql-client), or use the backups of whoever runs the database."
        )
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query).render_as_string()
    # The password goes by the environment: arguments can be read by everybody on this machine.
    secret = {"PGPASSWORD": url.password} if url.password else {}
    command = [program, "--format=custom", "--no-owner", f"--file={to}", f"--dbname={plain}"]
    done = subprocess.run(command, env=os.environ | secret, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise CannotBackUpError(f"pg_dump did not make a copy. {_first_fault(done.stderr)}")


def _first_fault(said: str) -> str:
    lines = [line.partition("error: ")[2] for line in said.splitlines() if "error: " in line]
    said = f"It said: {lines[0].rstrip('.')}." if lines else "It did not say why."
    return f"{said} It must be of the server's version, or newer." if "version mismatch" in said else said


def _to_disk(path: Path) -> None:
    with path.open("rb") as copy:
        os.fsync(copy.fileno())
