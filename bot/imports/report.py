"""What an import found and did: every bad row by line and column, every dropped field, and the counts."""

from dataclasses import dataclass, field

MOST_KEPT = 10_000
"""A hostile file may be wrong in every cell: we list so many and count the rest."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing at one place. Line 1 is the header; column is empty when the whole row or file is meant."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = [f"line {self.line}"] if self.line else []
        return ": ".join([*place, *([self.column] if self.column else []), self.reason])


@dataclass(slots=True)
class Problems:
    """Found while reading: errors refuse the whole file, warnings drop a field."""

    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    errors_beyond: int = 0
    warnings_beyond: int = 0

    def error(self, line: int, column: str, reason: str) -> None:
        """This refuses the file."""
        if len(self.errors) < MOST_KEPT:
            self.errors.append(Problem(line, column, reason))
        else:
            self.errors_beyond += 1

    def warn(self, line: int, column: str, reason: str) -> None:
        """This drops a field, or is merely odd."""
        if len(self.warnings) < MOST_KEPT:
            self.warnings.append(Problem(line, column, reason))
        else:
            self.warnings_beyond += 1


@dataclass(slots=True)
class Counts:
    """What the rows of an import came to."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    recognised: int = 0
    """Payments that carry our own receipt reference."""

    def as_json(self) -> dict[str, int]:
        """For the imports table."""
        return {"rows": self.rows, "new": self.new, "changed": self.changed, "unchanged": self.unchanged}


@dataclass(frozen=True, slots=True)
class Imported:
    """An import that was done, or rehearsed: then it has no id."""

    import_id: int | None
    counts: Counts
    problems: Problems


class RefusedError(Exception):
    """The file was refused whole; nothing was imported."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        super().__init__("nothing was imported")
