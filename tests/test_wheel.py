"""The wheel carries what the checkout has (words, migrations, static files) and nothing beside its two packages."""

import os
import subprocess
import sys
import zipfile
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


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel in a folder of its own, away from the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(installed: Path, cwd: Path, *arguments: str) -> str:
    """Run Python with the wheel's code; only the dependencies are borrowed from here (its editable install is not)."""
    borrowed = [path for path in sys.path if path.endswith("site-packages")]
    done = subprocess.run(
        [sys.executable, "-S", "-P", *arguments],
        cwd=cwd, env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join([str(installed), *borrowed])},
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_words_are_found_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    found = run(installed, tmp_path, "-c", "from bot.rendering import templates_folder; print(templates_folder())")
    assert Path(found.strip()) == installed / "bot" / "templates"


def test_a_database_is_made_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    run(installed, tmp_path, "-m", "bot", "migrate")
    assert (tmp_path / "paybot-data" / "paybot.db").stat().st_size > 0
