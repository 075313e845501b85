"""Finds every constant that the program hands to a function, through however many others: names that staff may see."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[4]
FOLDERS = ("bot", "conversations")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Parameter = tuple[int, str]
"""Its place among the arguments, and its name."""
Takers = dict[tuple[str, str], Parameter]
"""By the module that has it, or by nothing where every module may call it, and the function's name."""


@cache
def _modules() -> Mapping[str, ast.Module]:
    paths = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in paths}


@cache
def _assigned() -> Mapping[str, set[str]]:
    """What is called so at the top of some module."""
    found: dict[str, set[str]] = {}
    for module in _modules().values():
        for one in module.body:
            if isinstance(one, ast.Assign):
                targets = [name for target in one.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
                values = one.value.elts if isinstance(one.value, ast.Tuple) and len(targets) > 1 else [one.value]
                for target, value in zip(targets, values, strict=False):
                    found.setdefault(target.id, set()).update(_plain(value))
    return found


def _plain(node: ast.expr) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def handed_to(name: str, place: int, parameter: str) -> set[str]:
    """Every constant that is handed to the parameter of whatever is called `name`: at that place, or by its name."""
    takers: Takers = {("", name): (place, parameter)}
    while new := {key: at for key, at in _passing_on(takers) if key not in takers}:
        takers |= new
    return {words for function, value in _handed(takers) for words in _read(function[1], value)}


def _passing_on(takers: Takers) -> Iterator[tuple[tuple[str, str], Parameter]]:
    """Functions that hand a parameter of their own on to one of these."""
    for (module, function), value in _handed(takers):
        if function and isinstance(value, ast.Name):
            every = [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]
            names = [one for one in every if one not in {"self", "cls"}]
            if value.id in names:
                at = (names.index(value.id), value.id)
                yield (module, function.name), at
                if not function.name.startswith("_"):
                    yield ("", function.name), at


def _handed(takers: Takers) -> Iterator[tuple[tuple[str, Function | None], ast.expr]]:
    for module, function, called, call in _calls():
        at = takers.get((module, called)) or takers.get(("", called))
        value = _argument(call, at) if at else None
        if value is not None:
            yield (module, function), value


@cache
def _calls() -> Sequence[tuple[str, Function | None, str, ast.Call]]:
    return [
        (name, function, call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", ""), call)
        for name, module in _modules().items()
        for function, call in _calls_in(module, None)
    ]


def _calls_in(node: ast.AST, inside: Function | None) -> Iterator[tuple[Function | None, ast.Call]]:
    """Each call, with the outermost function around it."""
    for one in ast.iter_child_nodes(node):
        if isinstance(one, ast.Call):
            yield inside, one
        yield from _calls_in(one, inside or (one if isinstance(one, Function) else None))


def _argument(call: ast.Call, at: Parameter) -> ast.expr | None:
    place, name = at
    named = next((one.value for one in call.keywords if one.arg == name), None)
    return named or (call.args[place] if place < len(call.args) else None)


def _read(function: Function | None, value: ast.expr) -> Iterator[str]:
    match value:
        case ast.Constant(value=str(words)):
            yield words
        case ast.IfExp(body=one, orelse=other):
            yield from _read(function, one)
            yield from _read(function, other)
        case ast.BoolOp(values=several):
            for one in several:
                yield from _read(function, one)
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in _assigned():
            yield from _assigned()[name]
        case ast.Name(id=name) if function and (local := _local(function, name)):
            yield from _read(function, local)


def _local(function: Function, name: str) -> ast.expr | None:
    for one in ast.walk(function):
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name) and one.targets[0].id == name:
            return one.value
    return None


def strings_of(module: str) -> set[str]:
    """Every constant in what some function of one module returns."""
    returned = [one.value for one in ast.walk(_modules()[module]) if isinstance(one, ast.Return) and one.value]
    return {words for value in returned for words in _plain(value)}
