"""A running server with a console."""

import pytest

from tests.bot.web.console.desk import Desk
from tests.bot.web.house import House


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)
