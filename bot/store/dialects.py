"""The one statement that SQLite and PostgreSQL spell alike but SQLAlchemy does not: insert what is not there yet."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert


def insert_new(table: Table, *returning: "Column[Any]") -> Mapping[str, ReturningInsert[Any]]:
    """By dialect: insert these rows, skip those that a unique key refuses, and tell about the new ones."""
    return {
        "sqlite": sqlite.insert(table).on_conflict_do_nothing().returning(*returning),
        "postgresql": postgresql.insert(table).on_conflict_do_nothing().returning(*returning),
    }
