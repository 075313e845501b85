"""The core imports the standard library and `transitions`, and asks nobody for the time, chance or the environment."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CORE = Path(__file__).parent.parent / "conversations"
MODULES = sorted(CORE.rglob("*.py"))

# Names of the standard library that reach outside a turn, however harmless their module.
IMPURE = frozenset({"now", "utcnow", "today", "open", "print", "input", "getenv", "uuid4", "token_bytes", "urandom"})


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def called(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield node.func.id if isinstance(node.func, ast.Name) else node.func.attr


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(CORE)))
def test_the_core_stays_pure(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    allowed = sys.stdlib_module_names | {"conversations"} | ({"transitions"} if path.name == "machine.py" else set())
    assert set(imported(tree)) <= allowed
    assert not set(called(tree)) & IMPURE
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef | ast.Await)]
