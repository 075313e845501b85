"""`this person is on the list in that JSON column`, as one statement on both databases."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement


class _Holds(FunctionElement[bool]):
    name = "holds"
    type = Boolean()
    inherit_cache = True


@compiles(_Holds, "postgresql")
def _contains(element: _Holds, compiler: SQLCompiler, **how: Any) -> str:
    column, value = (compiler.process(clause, **how) for clause in element.clauses)
    return f"({column} @> to_jsonb(ARRAY[CAST({value} AS BIGINT)]))"


@compiles(_Holds)
def _each(element: _Holds, compiler: SQLCompiler, **how: Any) -> str:
    column, value = (compiler.process(clause, **how) for clause in element.clauses)
    return f"EXISTS (SELECT 1 FROM json_each({column}) WHERE value = {value})"  # noqa: S608 - both parts were compiled


def holds(column: "ColumnElement[Any]", person_id: int) -> "ColumnElement[bool]":
    """The list in that column has this person."""
    return _Holds(column, bindparam(None, person_id, type_=BigInteger))
