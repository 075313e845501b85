"""FHIR files on disk: bundles, single resources, and one resource a line; a folder is all of its files."""

import hashlib
import json
from collections import deque
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot.imports.batches import Progress
from bot.imports.fhir.fields import Resource, many, one, word
from bot.imports.fhir.shelf import WANTED, Shelf
from bot.imports.report import Problems

BY_LINE = (".ndjson", ".jsonl")
SUFFIXES = (".json", *BY_LINE)


def files_at(path: Path) -> list[Path]:
    """The file itself, or every FHIR file below the folder, always in the same order."""
    if not path.is_dir():
        return [path]
    return sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())


def digest(files: Sequence[Path]) -> str:
    """What tells these files from others."""
    whole = hashlib.sha256()
    for file in files:
        with file.open("rb") as opened:
            whole.update(hashlib.file_digest(opened, "sha256").digest())
    return whole.hexdigest()


def read(files: Sequence[Path], problems: Problems, progress: Progress) -> Shelf:
    """Everything of use in these files. One that cannot be read is a warning, and the rest is taken."""
    shelf = Shelf()
    for count, file in enumerate(files, 1):
        for place, value in _values(file, problems):
            for resource, full_url in _resources(value):
                if not shelf.put(resource, full_url):
                    problems.warn(0, place, f"a {word(resource, 'resourceType')} without an id was left out")
        progress("Reading files", count, len(files))
    return shelf


def _values(file: Path, problems: Problems) -> Iterator[tuple[str, Any]]:
    """Each JSON value of the file, and where it stands."""
    if file.suffix.lower() not in BY_LINE:
        try:
            yield file.name, _load(file.read_bytes())
        except ValueError as fault:
            problems.warn(0, file.name, f"is not JSON ({fault}); it was left out")
        return
    with file.open("rb") as opened:
        for number, line in enumerate(opened, 1):
            if line.strip():
                place = f"{file.name} line {number}"
                try:
                    yield place, _load(line)
                except ValueError as fault:
                    problems.warn(0, place, f"is not JSON ({fault}); it was left out")


def _load(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"), parse_float=Decimal)
    except json.JSONDecodeError as fault:
        raise ValueError(f"at line {fault.lineno}, column {fault.colno}") from None
    except UnicodeDecodeError as fault:
        raise ValueError(f"at byte {fault.start + 1}, not UTF-8") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _resources(value: Any) -> Iterator[tuple[Resource, str]]:
    """The resources of use in this value, with their full addresses; bundles in bundles are opened too."""
    waiting: deque[tuple[Any, str]] = deque((each, "") for each in (value if isinstance(value, list) else [value]))
    while waiting:
        resource, full_url = waiting.popleft()
        kind = word(resource, "resourceType")
        if kind == "Bundle":
            waiting.extend(
                (one(entry, "resource"), word(entry, "fullUrl"))
                for entry in many(resource, "entry")
                if word(entry, "request", "method").upper() != "DELETE"
            )
        elif kind in WANTED:
            yield resource, full_url
