"""A desk on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.imports.desk import Desk, open_desk


@pytest.fixture
def desk(database_url: str, tmp_path: Path) -> Iterator[Desk]:
    """Runs the test once on each kind of database."""
    with open_desk(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def quick_desk(sqlite_url: str, tmp_path: Path) -> Iterator[Desk]:
    """For what does not depend on the database."""
    with open_desk(sqlite_url, tmp_path) as opened:
        yield opened
