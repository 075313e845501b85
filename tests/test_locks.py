"""The locks are fresh, agree with each other, and name no host."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"


def locked(path: Path) -> dict[str, str]:
    """Version by name; a package that differs by platform keeps its last."""
    pins = re.findall(r"^([\w.\-]+)(?:\[[\w,\-]+\])?==(\S+)", path.read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pins}


def grouped() -> Iterator[str]:
    for entries in PROJECT["dependency-groups"].values():
        yield from (entry for entry in entries if isinstance(entry, str))


def unmet(requirements: list[str], path: Path) -> list[str]:
    pins = locked(path)
    asked = [(text, Requirement(text)) for text in requirements]
    return [text for text, wish in asked if pins.get(canonicalize_name(wish.name), "") not in wish.specifier]


def test_the_runtime_lock_holds_what_the_project_asks_for() -> None:
    extras = [text for extra in PROJECT["project"]["optional-dependencies"].values() for text in extra]
    assert unmet([*PROJECT["project"]["dependencies"], *extras], RUNTIME) == []


def test_the_development_lock_holds_what_the_tools_ask_for() -> None:
    assert unmet(list(grouped()), DEVELOPMENT) == []


def test_the_development_lock_changes_nothing_of_the_runtime() -> None:
    assert locked(RUNTIME).items() <= locked(DEVELOPMENT).items()


@pytest.mark.parametrize("path", [RUNTIME, DEVELOPMENT], ids=lambda path: path.name)
def test_a_lock_names_no_host_and_hashes_everything(path: Path) -> None:
    text = path.read_text()
    assert "://" not in text
    assert "index-url" not in text
    blocks = re.split(r"^(?=[\w.\-]+(?:\[[\w,\-]+\])?==)", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)


def test_the_contract_lock_names_no_registry() -> None:
    assert '"resolved"' not in (ROOT / "tests" / "contract" / "package-lock.json").read_text()
