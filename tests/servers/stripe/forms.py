"""Requests read as Stripe reads them, and checked against the parameter types of its own SDK."""

import re
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin

from typing_extensions import get_type_hints, is_typeddict

OPTIONS = frozenset(
    "api_key stripe_version stripe_account stripe_context idempotency_key headers max_network_retries".split()
)
_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


class WrongParameterError(ValueError):
    """Stripe would answer 400; `param` names it."""

    def __init__(self, param: str, why: str) -> None:
        super().__init__(f"{why}: {param}")
        self.param = param


def parse(pairs: Mapping[str, str]) -> dict[str, Any]:
    """`a[b][0]=c` as nested objects."""
    told: dict[str, Any] = {}
    for key, value in pairs.items():
        found = _KEY.fullmatch(key)
        if found is None:
            raise WrongParameterError(key, "unreadable name")
        path = [found[1], *re.findall(r"\[([^\[\]]*)\]", found[2])]
        place = told
        for part in path[:-1]:
            place = place.setdefault(part, {})
        place[path[-1]] = value
    return told


def check(told: Mapping[str, Any], kind: type, at: str = "") -> dict[str, Any]:
    """The parameters in their own types; raises WrongParameterError for one that is unknown, ill-typed or missing."""
    hints = _hints(kind)
    required: frozenset[str] = kind.__required_keys__  # type: ignore[attr-defined]
    if missing := sorted(required - set(told) - OPTIONS):
        raise WrongParameterError(f"{at}{missing[0]}", "missing required param")
    checked = {}
    for name, value in told.items():
        if name not in hints:
            raise WrongParameterError(f"{at}{name}", "received unknown parameter")
        checked[name] = _read(value, hints[name], f"{at}{name}")
    return checked


@cache
def _hints(kind: type) -> dict[str, Any]:
    # How a call is made stands among its parameters in the SDK, with types of other modules.
    own = {name: told for name, told in kind.__annotations__.items() if name not in OPTIONS}
    bare = type(kind.__name__, (), {"__annotations__": own, "__module__": kind.__module__})
    return get_type_hints(bare, include_extras=True)


def _read(value: Any, kind: Any, at: str) -> Any:
    origin, args = get_origin(kind), get_args(kind)
    if origin in {NotRequired, Required}:
        return _read(value, args[0], at)
    if origin in {Union, UnionType}:
        return _one_of(value, args, at)
    if isinstance(value, dict):
        return _nested(value, kind, at)
    if origin is Literal and value in args:
        return value
    return _plain(value, kind, at)


def _nested(value: dict[str, Any], kind: Any, at: str) -> Any:
    origin, args = get_origin(kind), get_args(kind)
    if origin is list and set(value) == {str(n) for n in range(len(value))}:
        return [_read(value[str(n)], args[0], f"{at}[{n}]") for n in range(len(value))]
    if origin is dict:
        return {name: _read(each, args[1], f"{at}[{name}]") for name, each in value.items()}
    if is_typeddict(kind):
        return check(value, kind, f"{at}.")
    raise WrongParameterError(at, "invalid value")


def _one_of(value: Any, kinds: tuple[Any, ...], at: str) -> Any:
    # `Literal[...] | str` leaves room for words to come; today's are the literal ones.
    listed = [kind for kind in kinds if get_origin(kind) is Literal]
    tried = [kind for kind in kinds if not (listed and kind is str)]
    for kind in tried:
        try:
            return _read(value, kind, at)
        except WrongParameterError as error:
            if error.param != at or kind is tried[-1]:
                raise
    raise WrongParameterError(at, "invalid value")


def _plain(value: str, kind: Any, at: str) -> Any:
    if kind is int and re.fullmatch(r"-?[0-9]+", value):
        return int(value)
    if kind is bool and value in {"true", "false"}:
        return value == "true"
    if kind is str:
        return value
    raise WrongParameterError(at, "invalid value")
