"""The servers that the other tests stand on are real, local and fresh."""

import socket

import psycopg
import pytest
import redis

from bot.store.engine import make_engine
from bot.store.schema import is_current
from tests.fixtures.sockets import OutsideError


def test_each_test_gets_an_empty_postgresql(empty_postgres_url: str) -> None:
    with psycopg.connect(empty_postgres_url) as connection:
        connection.execute("CREATE TABLE visits (id int)")
        found = connection.execute("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
        assert found.fetchone() == (1,)


def test_and_the_next_one_does_not_see_it(empty_postgres_url: str) -> None:
    with psycopg.connect(empty_postgres_url) as connection:
        found = connection.execute("SELECT to_regclass('visits')")
        assert found.fetchone() == (None,)


def test_a_database_is_at_the_current_schema(database_url: str) -> None:
    engine = make_engine(database_url)
    assert is_current(engine)
    engine.dispose()


def test_valkey_answers(valkey_url: str) -> None:
    with redis.Redis.from_url(valkey_url) as client:
        client.set("wake", "now")
        assert client.get("wake") == b"now"


def test_no_test_reaches_another_machine() -> None:
    with pytest.raises(OutsideError):
        socket.create_connection(("192.0.2.1", 443), timeout=1)
    with pytest.raises(OutsideError):
        socket.getaddrinfo("mail.example", 25)
