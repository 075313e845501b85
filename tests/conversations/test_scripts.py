"""Every talk under scripts/ goes as it is written there. `pytest --update-scripts` writes down what happens instead."""

from pathlib import Path

import pytest

from tests.conversations.script import SCRIPTS, Script, every_script


@pytest.mark.parametrize("path", every_script(), ids=lambda path: str(path.relative_to(SCRIPTS)))
def test_the_talk_goes_as_written(path: Path, request: pytest.FixtureRequest) -> None:
    script = Script.read(path)
    if request.config.getoption("--update-scripts"):
        script.update()
    script.play()
    difference = script.difference()
    assert not difference, f"\n{difference}"
