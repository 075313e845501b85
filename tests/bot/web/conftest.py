"""A running server for tests of the doors."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.web.house import NOON, Hands, House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """At noon in Seattle; time moves when the test says so."""
    async with open_house(tmp_path, Hands(NOON)) as house:
        yield house
