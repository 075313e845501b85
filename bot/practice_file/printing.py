"""A practice file printed as the TOML that parses back to the same practice, and what differs between two of them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.practice_file.values import PracticeFile, to_json


def to_toml(practice: PracticeFile) -> str:
    """The whole file, defaults included, in the order people know."""
    return "\n".join(_lines(to_json(practice), "")) + "\n"


def print_diff(before: PracticeFile | None, after: PracticeFile) -> list[str]:
    """One line for each key that changes: `policy.link_minutes: 60 -> 30`."""
    old = dict(_flat(to_json(before), "")) if before else {}
    new = dict(_flat(to_json(after), ""))
    if not before:
        return [f"{key}: {value}" for key, value in new.items()]
    return [f"{key}: {old.get(key, 'nothing')} -> {value}" for key, value in new.items() if old.get(key) != value]


def _lines(table: Mapping[str, Any], section: str) -> Iterator[str]:
    for key, value in table.items():
        if not isinstance(value, dict):
            yield f"{key} = {json.dumps(value, ensure_ascii=False)}"
    for key, value in table.items():
        if isinstance(value, dict):
            name = f"{section}{key}"
            yield ""
            yield f"[{name}]"
            yield from _lines(value, f"{name}.")


def _flat(table: Mapping[str, Any], section: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{section}{key}.")
        else:
            yield f"{section}{key}", json.dumps(value, ensure_ascii=False)
