"""The wheel carries what the checkout has (words, migrations, static files) and nothing beside its two packages."""

import os
import re
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DATA = (".txt", ".html", ".css", ".js", ".svg", ".toml", ".mako", ".csv", ".json")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built with what is installed here: no build environment, no network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def files(folder: str, *suffixes: str) -> set[str]:
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(ROOT)) for path in found if path.suffix in suffixes}


def test_every_module_and_data_file_is_inside(names: set[str]) -> None:
    assert files("bot", ".py", *DATA) | files("conversations", ".py", *DATA) <= names


def test_the_words_are_inside_bot(names: set[str]) -> None:
    words = files("templates", *DATA)
    assert words
    assert {f"bot/{name}" for name in words} <= names


def test_nothing_else_is_installed(names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"bot", "conversations"}


def test_the_licence_travels_along(names: set[str]) -> None:
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def paybot(environment: Path, cwd: Path, *arguments: str) -> str:
    """Its command, in a folder where nothing of the checkout is to be found."""
    done = subprocess.run(
        [environment / "bin" / "paybot", *arguments],
        cwd=cwd, env={"PATH": os.defpath, "HOME": str(cwd)}, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def install(wheel: Path, environment: Path) -> None:
    """Into an empty environment, with what the wheel itself asks for, in the locked versions (pip kept them)."""
    venv.create(environment, symlinks=True)
    locked = environment / "locked.txt"
    locked.write_text(
        "\n".join(re.findall(r"^[\w.-]+==[^\s;]+", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    )
    pip = (sys.executable, "-m", "pip", "--python", environment / "bin" / "python")
    done = subprocess.run(
        [*pip, "install", "--quiet", "--no-compile", "--constraint", locked, wheel],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, f"pip could not install the wheel; is its index within reach?\n{done.stderr[-2000:]}"


@pytest.mark.timeout(300)
def test_installed_into_an_empty_environment_it_works_as_the_checkout_does(wheel: Path, tmp_path: Path) -> None:
    """One test, since the environment takes its time."""
    environment, folder = tmp_path / "environment", tmp_path / "empty"
    folder.mkdir()
    install(wheel, environment)
    assert paybot(environment, folder, "--version") == f"paybot {version('paybot')}\n"
    paybot(environment, folder, "migrate")
    assert (folder / "paybot-data" / "paybot.db").stat().st_size > 0
    played = paybot(environment, folder, "demo", "--once", "--scene", "stop", "--port", "0")
    assert played.endswith("Every step came out as expected.\n")
