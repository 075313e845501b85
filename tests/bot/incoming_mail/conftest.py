"""A door for mail that a test may knock at."""

from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import Engine

from bot.store.engine import make_engine
from tests.bot.incoming_mail.house import House, open_house
from tests.harbor import MAIL, Harbor, make_harbor


@pytest.fixture
def lite(sqlite_url: str) -> Iterator[Engine]:
    """The road has its own tests on PostgreSQL; most of mail's differ in nothing there."""
    made = make_engine(sqlite_url)
    yield made
    made.dispose()


@pytest.fixture
def practice(lite: Engine) -> Harbor:
    """Harbor Family Med, with Ana who owes $184.50 and has a phone and a mail address."""
    harbor = make_harbor(lite)
    harbor.patient("Ana Ruiz", mail=MAIL, owes=18450)
    return harbor


@pytest.fixture
async def house(practice: Harbor) -> AsyncIterator[House]:
    """The door stands behind a relay that is trusted."""
    async with open_house(practice) as opened:
        yield opened
