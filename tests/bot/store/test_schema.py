"""The migrations lead from nothing to the tables we declare, and a start can tell cheaply."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DatabaseError

from bot.store.engine import make_engine
from bot.store.money_tables import metadata
from bot.store.schema import HEAD, MIGRATIONS, create, is_current, migrate, version

ROWS_OF_BEFORE = (
    "practices (id, slug, file, updated_at) VALUES (1, 'harbor', '{}', :at)",
    "people (id, practice_id, patient_id, first_name, last_name) VALUES (1, 1, 'P1', 'Ana', 'Ruiz')",
    "people (id, practice_id, patient_id, first_name, last_name) VALUES (2, 1, 'P2', 'Leo', 'Ruiz')",
    (
        "payments (id, practice_id, person_ids, shares, amount_cents, owed_cents, processor, public_id, state, made_at)"
        " VALUES (7, 1, '[1, 2]', :shares, 500, 500, 'sandbox', 'opaque', 'paid', :at)"
    ),
)
REDACTIONS_OF_BEFORE = (
    "inbox (id, provider, provider_id, practice_id, event, received_at) VALUES (1, 'twilio', 'SM1', 1, 'x', :at)",
    "redactions (id, inbox_id, provider, provider_id, asked_at) VALUES (1, 1, 'twilio', 'SM1', :at)",
    "redactions (id, inbox_id, provider, provider_id, asked_at, done_at) VALUES (2, 1, 'twilio', 'SM2', :at, :at)",
)


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Engine]:
    engine = make_engine(empty_database_url)
    yield engine
    engine.dispose()


@contextmanager
def steps(engine: Engine) -> Iterator[Config]:
    """What alembic's own commands take."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as conn:
        config.attributes["connection"] = conn
        yield config


def differences(engine: Engine) -> list[object]:
    with engine.connect() as conn:
        found = compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), metadata)
    return [difference for difference in found if "alembic_version" not in str(difference)]


def test_migrations_make_the_tables_that_we_declare(empty: Engine) -> None:
    assert version(empty) is None
    assert not is_current(empty)
    migrate(empty)
    assert is_current(empty)
    assert differences(empty) == []


def test_an_empty_database_gets_the_same_tables_at_once(empty: Engine) -> None:
    create(empty)
    assert is_current(empty)
    assert differences(empty) == []


def test_both_ways_set_the_same_guards(empty: Engine) -> None:
    create(empty)
    with empty.begin() as conn:
        conn.execute(text("INSERT INTO audit (at, who, what, details) VALUES ('2026-05-06', 'kim', 'read', '{}')"))
    with empty.begin() as conn, pytest.raises(DatabaseError, match="append-only"):
        conn.execute(text("DELETE FROM audit"))


def test_making_it_twice_changes_nothing(empty: Engine) -> None:
    create(empty)
    create(empty)
    migrate(empty)
    assert is_current(empty)


def test_going_back_leaves_nothing(empty: Engine) -> None:
    migrate(empty)
    with steps(empty) as config:
        command.downgrade(config, "base")
    assert version(empty) is None


def test_payments_of_before_are_found_by_their_patients(empty: Engine) -> None:
    with steps(empty) as config:
        command.upgrade(config, "0004")
    with empty.begin() as conn:
        for row in ROWS_OF_BEFORE:
            conn.execute(
                text(f"INSERT INTO {row}"), {"at": "2026-05-06 17:05:00+00:00", "shares": '{"1": 200, "2": 300}'}
            )
    migrate(empty)
    with empty.connect() as conn:
        found = conn.execute(text("SELECT person_id, payment_id FROM payment_people ORDER BY person_id"))
        assert [tuple(row) for row in found] == [(1, 7), (2, 7)]


def test_messages_of_before_that_are_not_empty_are_asked_about(empty: Engine) -> None:
    with steps(empty) as config:
        command.upgrade(config, "0007")
    with empty.begin() as conn:
        for row in (ROWS_OF_BEFORE[0], *REDACTIONS_OF_BEFORE):
            conn.execute(text(f"INSERT INTO {row}"), {"at": "2026-05-06 17:05:00+00:00"})
    migrate(empty)
    with empty.connect() as conn:
        found = conn.execute(text("SELECT id, tries, ask_at = asked_at FROM redactions ORDER BY id"))
        assert [tuple(row) for row in found] == [(1, 0, True), (2, 0, None)]


def test_redactions_of_before_stay_and_those_of_our_texts_go_back_with_the_column(empty: Engine) -> None:
    with steps(empty) as config:
        command.upgrade(config, "0009")
    with empty.begin() as conn:
        for row in (ROWS_OF_BEFORE[0], *REDACTIONS_OF_BEFORE):
            conn.execute(text(f"INSERT INTO {row}"), {"at": "2026-05-06 17:05:00+00:00"})
    migrate(empty)
    ours = "INSERT INTO redactions (id, provider, provider_id, asked_at, held) VALUES (3, 'twilio', 'SM3', :at, 'code')"
    with empty.begin() as conn:
        assert list(conn.scalars(text("SELECT held FROM redactions ORDER BY id"))) == ["card", "card"]
        conn.execute(text(ours), {"at": "2026-05-06 17:05:00+00:00"})
    with steps(empty) as config:
        command.downgrade(config, "0009")
    with empty.connect() as conn:
        assert list(conn.scalars(text("SELECT inbox_id FROM redactions ORDER BY id"))) == [1, 1]
        found = inspect(conn).get_columns("redactions")
    assert [one["nullable"] for one in found if one["name"] == "inbox_id"] == [False]
    migrate(empty)
    assert differences(empty) == []


def test_the_head_that_a_start_looks_for_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [HEAD]


def test_a_database_of_another_version_is_told(empty: Engine) -> None:
    create(empty)
    with empty.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert version(empty) == "9999"
    assert not is_current(empty)
