"""`column IN (these)` as one statement for any number of them, which both databases parse and plan only once."""

from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import ARRAY, BigInteger, Boolean, Dialect, Select, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine


class _Listed(TypeDecorator[Iterable[Any]]):
    """Many values in one parameter: an array, or JSON where the database has no arrays."""

    impl = Text
    cache_ok = True

    def __init__(self, words: bool) -> None:
        super().__init__()
        self.words = words

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """What the driver is told."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(Text() if self.words else BigInteger()))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> Any:
        """What the driver is given."""
        return list(value or ()) if dialect.name == "postgresql" else orjson.dumps(list(value or ())).decode()


class _Among(FunctionElement[bool]):
    name = "among"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: object = None) -> "_Among":  # noqa: ARG002
        """As it is: "= 1" behind it, where there are no booleans, would hide the column from the index."""
        return self


@compiles(_Among, "postgresql")
def _any(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(_Among)
def _in(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - both parts were compiled


class _AmongFound(_Among):
    name = "among_found"
    inherit_cache = True


@compiles(_AmongFound, "postgresql")
def _any_found(element: _AmongFound, compiler: SQLCompiler, **how: Any) -> str:
    column, found = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} = ANY (ARRAY{found})"


@compiles(_AmongFound)
def _in_found(element: _AmongFound, compiler: SQLCompiler, **how: Any) -> str:
    column, found = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} IN {found}"


def among_found(column: "ColumnElement[Any]", found: "Select[Any]") -> "ColumnElement[bool]":
    """The column is one of those that this finds; PostgreSQL finds them first, also while it takes tables for empty."""
    return _AmongFound(column, found.scalar_subquery())


def among(column: "ColumnElement[Any]", name: str, *, words: bool = False) -> "ColumnElement[bool]":
    """The column is one of the values given under that name."""
    return _Among(column, bindparam(name, type_=_Listed(words)))
