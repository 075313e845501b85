"""Applying practice files: what changes, whose numbers they are, and that nothing changes twice."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.practice_file import parse_practice
from bot.practices import Applied, NumberTakenError, apply
from bot.store import tables as t
from bot.store.conversations import Place, begun
from bot.store.engine import make_engine
from bot.store.practices import Practices

NOW = datetime(2026, 5, 6, 17, 5, tzinfo=UTC)
FILE = {
    "slug": "harbor",
    "name": "Harbor Family Med",
    "phone": "+12065550142",
    "text_numbers": ["+12065550100"],
    "time_zone": "America/Los_Angeles",
}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = make_engine(database_url)
    yield opened
    opened.dispose()


def applied(engine: Engine, **changes: Any) -> Applied:
    with engine.begin() as conn:
        return apply(conn, parse_practice(FILE | changes), NOW)


def numbers(engine: Engine) -> list[str]:
    with engine.connect() as conn:
        return list(conn.scalars(select(t.sending_numbers.c.number).order_by(t.sending_numbers.c.id)))


def version(engine: Engine) -> int:
    with engine.connect() as conn:
        return int(conn.scalars(select(t.practices.c.version)).one())


def test_it_is_added_once_and_changed_by_what_differs(engine: Engine) -> None:
    assert applied(engine).new
    assert applied(engine) == Applied(new=False, changes=())
    assert version(engine) == 1
    assert applied(engine, policy={"link_minutes": 30}).changes == ("policy.link_minutes: 60 -> 30",)
    assert version(engine) == 2
    with engine.connect() as conn:
        practice = Practices().by_slug(conn, "harbor")
        details = list(conn.scalars(select(t.audit.c.details).order_by(t.audit.c.id)))
    assert practice
    assert practice.file.policy.link_minutes == 30
    assert details == [{"keys": ["new"]}, {"keys": ["policy.link_minutes"]}]


def test_its_numbers_follow_the_file(engine: Engine) -> None:
    applied(engine)
    applied(engine, text_numbers=["+12065550101", "+12065550100"])
    assert numbers(engine) == ["+12065550100", "+12065550101"]
    applied(engine, text_numbers=["+12065550101"])
    assert numbers(engine) == ["+12065550101"]
    applied(engine, text_numbers=[], messaging_service="MG0123")
    assert numbers(engine) == ["MG0123"]


def test_a_number_that_patients_know_us_by_stays_ours(engine: Engine) -> None:
    applied(engine)
    with engine.begin() as conn:
        practice = Practices().by_slug(conn, "harbor")
        assert practice
        begun(conn, [Place(practice.id, "text", "+12065550111")])
        conn.execute(t.conversations.update().values(number_id=practice.numbers["+12065550100"]))
    applied(engine, text_numbers=["+12065550101"])
    assert numbers(engine) == ["+12065550100", "+12065550101"]


def test_a_number_has_one_practice(engine: Engine) -> None:
    applied(engine)
    with pytest.raises(NumberTakenError, match=r"\+12065550100 already belongs to the practice harbor"):
        applied(engine, slug="other")
    with engine.connect() as conn:
        assert [practice.file.slug for practice in Practices().all(conn)] == ["harbor"]
