"""One way to the database: write locks taken at once, commits that reach the disk, errors that show no data."""

import traceback
from pathlib import Path
from stat import S_IMODE

import pytest
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from bot.store.engine import make_engine, reader
from bot.store.lock import AlreadyServedError, only_server
from bot.store.tables import people, practices
from tests.harbor import NOW, Harbor


def test_sqlite_syncs_every_commit(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    with engine.connect() as conn:
        found = {
            name: conn.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    engine.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_new_database_is_ours_alone_whatever_folder_it_is_in(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    engine = make_engine(f"sqlite:///{tmp_path / 'paybot.db'}")
    with only_server(engine), engine.begin() as conn:
        conn.execute(text("CREATE TABLE one (two INTEGER)"))
        modes = {file.name: S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    engine.dispose()
    assert modes == dict.fromkeys(("paybot.db", "paybot.db-wal", "paybot.db-shm", "paybot.db.lock"), 0o600)


def test_two_writers_wait_for_each_other_and_a_reader_for_nobody(sqlite_url: str) -> None:
    engine, other = make_engine(sqlite_url), make_engine(sqlite_url)
    with engine.begin() as writing, reader(other).connect() as reading:
        writing.execute(text("SELECT 1"))
        assert reading.scalar(text("SELECT count(*) FROM people")) == 0
        with other.connect() as second:
            second.execution_options(sqlite_begin="DEFERRED")
            second.execute(text("PRAGMA busy_timeout = 1"))
            with pytest.raises(DatabaseError, match="locked"):
                second.execute(text("UPDATE people SET zip = NULL"))
    engine.dispose()
    other.dispose()


@pytest.mark.parametrize(
    "values", [{"first_name": "Anabrisa"}, {"first_name": "Anabrisa", "patient_id": "twice", "last_name": "x"}]
)
def test_an_error_shows_nobodys_data(harbor: Harbor, values: dict[str, str]) -> None:
    harbor.patient("Somebody Else", patient_id="twice")
    with pytest.raises(IntegrityError) as caught, harbor.engine.begin() as conn:
        conn.execute(insert(people).values(practice_id=harbor.practice_id, **values))
    assert "Anabrisa" not in "".join(traceback.format_exception(caught.value))


def test_an_error_names_the_rule_that_was_broken(engine: Engine) -> None:
    twice = [{"slug": "harbor", "file": {}, "updated_at": NOW}] * 2
    with pytest.raises(IntegrityError, match="slug"), engine.begin() as conn:
        conn.execute(insert(practices), twice)


def test_a_moment_without_a_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(Exception, match="time zone"), engine.begin() as conn:
        conn.execute(insert(practices).values(slug="harbor", file={}, updated_at=NOW.replace(tzinfo=None)))


def test_one_server_on_a_database(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    with only_server(engine), pytest.raises(AlreadyServedError, match="PostgreSQL"), only_server(engine):
        pass
    with only_server(engine):
        pass
    engine.dispose()


def test_postgresql_serves_several(postgres_url: str) -> None:
    engine = make_engine(postgres_url)
    with only_server(engine), only_server(engine):
        pass
    engine.dispose()
