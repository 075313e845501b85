"""The server with a key of the practice, on either database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.web.api.program import Program, open_program


@pytest.fixture
async def program(database_url: str, tmp_path: Path) -> AsyncIterator[Program]:
    """Runs the test once on each kind of database."""
    async with open_program(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
async def quick(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Program]:
    """For what does not depend on the database."""
    async with open_program(sqlite_url, tmp_path) as opened:
        yield opened
