"""The practice of the stories, with a core that a test writes itself."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from tests.bot.road.cores import Scripted, echo
from tests.bot.road.till import Till, open_till
from tests.harbor import MAIL, Harbor, make_harbor


@pytest.fixture
def core() -> Scripted:
    """Does what the test says."""
    return Scripted()


@pytest.fixture
def scripted(engine: Engine, core: Scripted) -> Harbor:
    """The practice, on the core that the test writes."""
    return make_harbor(engine, core)


@pytest.fixture
def echoing(engine: Engine) -> Harbor:
    """The practice, on a core that answers everything."""
    return make_harbor(engine, echo)


@pytest.fixture
def other_world(echoing: Harbor) -> Harbor:
    """The same practice, as another process would know it."""
    return replace(echoing, world=replace(echoing.world))


@pytest.fixture
async def till(harbor: Harbor) -> AsyncIterator[Till]:
    """A server, and Ana on file, who owes $60.00."""
    harbor.patient("Ana Ruiz", mail=MAIL, owes=6000)
    async with open_till(harbor) as opened:
        yield opened


@pytest.fixture
async def ana(till: Till) -> int:
    """Known, proved, and with a Visa that a reply may charge."""
    person = till.harbor.patients["Ana Ruiz"]
    await till.say("hello")
    till.prove(person)
    await till.save(person)
    return person
