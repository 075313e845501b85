"""The practice of the stories, with a core that a test writes itself."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from tests.bot.road.cores import Scripted, echo
from tests.harbor import Harbor, make_harbor


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
