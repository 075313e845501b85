"""A CSV file as rows of cells, read strictly and without ever holding more than a piece of it."""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import IO

from bot.imports.report import Problems

LONGEST_CELL = 10_000
LONGEST_LINE = 200_000
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Columns:
    """What a kind of file may hold."""

    required: tuple[str, ...]
    optional: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Every column there is."""
        return self.required + self.optional


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row that hold something, and the line it begins on."""

    line: int
    cells: dict[str, str]


def digest(path: Path) -> str:
    """What tells this file from another one."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_rows(path: Path, columns: Columns, problems: Problems) -> Iterator[Row]:
    """Every row that can be read; what cannot be is in `problems`. Raises OSError when there is no such file."""
    csv.field_size_limit(LONGEST_CELL)
    with path.open("rb") as file:
        lines = _Lines(file)
        # strict: a stray quote would otherwise swallow the rest of the file into one cell
        reader = csv.reader(lines, strict=True)
        try:
            yield from _rows(reader, lines, columns, problems)
        except _UnreadableError as error:
            problems.error(lines.line, "", str(error))
        except csv.Error as error:
            problems.error(lines.line, "", _csv_fault(str(error)))


class _UnreadableError(Exception):
    """The file stops being text here."""


class _Lines:
    """The lines of a file as text. It counts them, and gives up on one that no table would hold."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.line = 0
        self.began = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        raw = self._file.readline(LONGEST_LINE + 1)
        if not raw:
            raise StopIteration
        self.line += 1
        if len(raw) > LONGEST_LINE:
            raise _UnreadableError(f"is longer than {LONGEST_LINE:,} bytes; this is no table of ours")
        if self.line == 1:
            raw = raw.removeprefix(b"\xef\xbb\xbf")
            if raw.startswith((b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04")):
                raise _UnreadableError("is not CSV in UTF-8; in a spreadsheet choose Save as, CSV UTF-8")
        if b"\0" in raw:
            raise _UnreadableError("holds a NUL byte; this is no text file")
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _UnreadableError(f"is not UTF-8 text at byte {error.start + 1}; save the file as CSV UTF-8") from None


def _rows(reader: Iterator[list[str]], lines: _Lines, columns: Columns, problems: Problems) -> Iterator[Row]:
    header = [name.strip() for name in next(reader, [])]
    if not _good_header(header, columns, problems):
        return
    line = lines.line + 1
    for cells in reader:
        if any(cells):
            if len(cells) == len(header):
                yield Row(line, {name: cell for name, raw in zip(header, cells, strict=True) if (cell := raw.strip())})
            else:
                problems.error(line, "", f"has {len(cells)} cells, the header has {len(header)}")
        line = lines.line + 1


def _good_header(header: Sequence[str], columns: Columns, problems: Problems) -> bool:
    if not any(header):
        problems.error(1, "", f"must name the columns: {', '.join(columns.all)}")
        return False
    if mark := _other_separator(header):
        problems.error(1, "", f"separates its cells by {mark}; save the file with commas (CSV UTF-8)")
        return False
    known = len(problems.errors)
    for name in dict.fromkeys(header):
        if name not in columns.all:
            near = get_close_matches(name, columns.all, n=1)
            way_out = f"did you mean {near[0]}?" if near else f"the columns are {', '.join(columns.all)}"
            problems.error(1, _shown(name), f"is not a column of this file; {way_out}")
        elif header.count(name) > 1:
            problems.error(1, name, "is there twice")
    for name in columns.required:
        if name not in header:
            problems.error(1, name, "is missing")
    return len(problems.errors) == known


def _other_separator(header: Sequence[str]) -> str:
    """What a spreadsheet in another country writes, and the line by which it says so."""
    if header[0].lower().startswith("sep="):
        return "a mark that its first line names"
    alone = header[0] if len(header) == 1 else ""
    return next((name for mark, name in (("\t", "tabs"), (";", "semicolons"), ("|", "bars")) if mark in alone), "")


def _shown(name: str) -> str:
    return (name if name.isprintable() and len(name) <= 60 else repr(name[:60])) or "(a column without a name)"


def _csv_fault(fault: str) -> str:
    if "field larger" in fault:
        return f"holds a cell longer than {LONGEST_CELL:,} characters; perhaps a quote is not closed"
    if "unexpected end of data" in fault:
        return "a quote is opened and never closed"
    if "expected after" in fault:
        return 'a quote inside a cell must be written twice: ""'
    if "new-line" in fault:
        return "holds a carriage return in the middle; save the file with plain line ends"
    return f"cannot be read as CSV: {fault}"
