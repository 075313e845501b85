"""What is told without waiting is done all the same, or refused by the next one who waits; on both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, bindparam, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.store.pipeline import connect_for_writing, hang_up, step_out
from bot.store.prepared import Prepared
from bot.store.schema import migrate
from bot.store.tables import code_tries
from tests.harbor import NOW

_C = code_tries.c
ADD = Prepared(insert(code_tries).values(id=bindparam("row"), side=bindparam("whose"), at=bindparam("when")))
MOVE = Prepared(update(code_tries).where(_C.id >= bindparam("row")).values(side="moved"))
ALL = Prepared(select(_C.id, _C.side).where(_C.id > bindparam("row")).order_by(_C.id))


@pytest.fixture
def conn(engine: Engine) -> Iterator[Connection]:
    """The connection of a writer, on fresh tables."""
    migrate(engine)
    opened = connect_for_writing(engine)
    yield opened
    hang_up(opened)


def add(conn: Connection, *rows: int) -> None:
    for row in rows:
        ADD.tell(conn, {"row": row, "whose": "+12065550177", "when": NOW})


def add_inside(conn: Connection, row: int) -> None:
    with conn.begin_nested():
        add(conn, row)
        step_out(conn)


def kept(conn: Connection) -> list[int]:
    with conn.begin():
        return [row[0] for row in ALL.rows(conn, {"row": 0})]


def test_the_commit_waits_for_what_was_told(conn: Connection) -> None:
    with conn.begin():
        add(conn, 1, 2)
    assert kept(conn) == [1, 2]


def test_questions_may_go_together_and_are_answered_in_any_order(conn: Connection) -> None:
    with conn.begin():
        add(conn, 1, 2, 3)
        first, second = ALL.ask(conn, {"row": 0}), ALL.ask(conn, {"row": 2})
        assert [row[0] for row in second()] == [3]
        assert [row[0] for row in first()] == [1, 2, 3]


def test_whoever_counts_waits(conn: Connection) -> None:
    with conn.begin():
        add(conn, 1, 2, 3)
        assert MOVE.run(conn, {"row": 2}) == 2
        assert MOVE.run(conn, {"row": 9}) == 0


def test_statements_of_sqlalchemy_may_stand_between(conn: Connection) -> None:
    with conn.begin():
        add(conn, 1)
        assert conn.scalar(select(_C.id)) == 1
        add(conn, 2)
        with conn.begin_nested():
            add(conn, 3)
    assert kept(conn) == [1, 2, 3]


@pytest.mark.parametrize("rows", [(1, 1), (1, 1, 2), (1, 1, 2, 3, 4)])
def test_what_was_refused_is_heard_at_the_commit_at_the_latest_and_nothing_is_kept(
    conn: Connection, rows: tuple[int, ...]
) -> None:
    with pytest.raises(IntegrityError), conn.begin():
        add(conn, *rows)
    assert kept(conn) == []


@pytest.mark.parametrize("waits", ["rows", "count", "sqlalchemy"])
def test_who_waits_next_hears_of_it(conn: Connection, waits: str) -> None:
    def ask() -> None:
        add(conn, 1, 1)
        match waits:
            case "rows":
                ALL.rows(conn, {"row": 0})
            case "count":
                MOVE.run(conn, {"row": 0})
            case _:
                conn.execute(select(code_tries))

    transaction = conn.begin()
    with pytest.raises(IntegrityError):
        ask()
    transaction.rollback()
    assert kept(conn) == []


def test_a_bad_one_in_a_savepoint_takes_only_that_back(conn: Connection) -> None:
    with conn.begin():
        add(conn, 1)
        with pytest.raises(IntegrityError):
            add_inside(conn, 1)
        add(conn, 2)
    assert kept(conn) == [1, 2]


def test_another_error_is_not_hidden_by_a_statement_that_was_refused(conn: Connection) -> None:
    def lose() -> None:
        with conn.begin():
            add(conn, 1)
            if conn.dialect.name == "postgresql":  # SQLite refuses it here and now
                add(conn, 1)
            raise LookupError

    with pytest.raises(LookupError):
        lose()
    assert kept(conn) == []


def test_an_error_tells_no_values(conn: Connection) -> None:
    with pytest.raises(DBAPIError) as caught, conn.begin():
        add(conn, 1, 1)
    assert "0177" not in str(caught.value)
