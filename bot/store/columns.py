"""Column types: aware UTC times and JSON, the same on SQLite and on PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

WITHOUT_ZONE = len("2026-05-06 17:05:00.000000")


class UtcTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. A naive one is a bug and raises ValueError.

    On SQLite it is the text that SQLAlchemy keeps too, written and read by Python's own C: a turn has a dozen of them.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any]:
        """For the driver."""
        return _to_text if dialect.name == "sqlite" else _to_utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:  # noqa: ARG002
        """From the driver."""
        return _from_text if dialect.name == "sqlite" else None


def in_utc(value: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError when it names no zone."""
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone must not reach the database")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


def _to_utc(value: datetime | None) -> datetime | None:
    return in_utc(value) if value else None


@lru_cache(maxsize=256)  # the rows of a turn hold the same moment six times
def _to_text(value: datetime | None) -> str | None:
    """`2026-05-06 17:05:00.000000`, in UTC."""
    return in_utc(value).isoformat(" ", "microseconds")[:WITHOUT_ZONE] if value else None


def _from_text(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value + "+00:00") if value else None


class _Json(TypeDecorator[Any]):
    """Values as JSON, None as no value. On SQLite it is the text, again straight by C."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The binary kind, where there is one."""
        return dialect.type_descriptor((JSONB if dialect.name == "postgresql" else JSON)(none_as_null=True))

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """For the driver."""
        return _to_json if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """From the driver."""
        return _from_json if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _to_json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def _from_json(value: str | None) -> Any:
    return None if value is None else orjson.loads(value)


Id = BigInteger().with_variant(Integer, "sqlite")
"""Keys are plain numbers; SQLite counts up only on INTEGER."""
Json = _Json()
