"""Our templates, and a practice's own laid over them: where one of those cannot be used, ours speaks in its place."""

import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from jinja2 import (
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from bot.rendering.phrases import FILTERS

T = TypeVar("T")
LARGEST = 64 * 1024
"""No message or page has as many bytes; a file that has is something else."""

log = logging.getLogger(__name__)


class UnusableTemplateError(TemplateError):
    """It can be drawn, and yet nobody may be sent what comes out."""

    def __init__(self, reason: str, file: str, line: int = 1) -> None:
        super().__init__(reason)
        self.filename, self.lineno = file, line


WRITTEN = (TemplateSyntaxError, UnusableTemplateError)
"""They tell of the file itself, before any value is in it."""


def templates_folder() -> Path:
    """Inside the package when installed, beside it in a checkout."""
    inside = Path(__file__).parents[1] / "templates"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "templates"


class Layers:
    """Templates, compiled on first use. With an overlay there are two environments: `both`, and `ours` alone."""

    def __init__(self, overlay: Path | None = None, *, strict: bool = False, **options: Any) -> None:
        shared = {
            "undefined": StrictUndefined,
            "auto_reload": False,
            "trim_blocks": True,
            "lstrip_blocks": True,
            **options,
        }
        self._folder = templates_folder()
        own = FileSystemLoader(self._folder)
        self._overlay = overlay = overlay.resolve() if overlay else None
        self.ours = _prepared(Environment(loader=own, **shared))  # noqa: S701 - callers say what is HTML
        self.both = self.ours
        if overlay:
            self.both = _prepared(Careful(loader=ChoiceLoader([_LaidOver(overlay), own]), **shared))
        self._strict = strict
        self._told: set[tuple[str, int]] = set()

    def draw(self, drawn: Callable[[Environment], T]) -> T:
        """What this draws from both layers; from ours alone where that cannot be done, unless that is to be known."""
        if self._strict or self.both is self.ours:
            return drawn(self.both)
        try:
            return drawn(self.both)
        except Exception as error:  # noqa: BLE001 - told below, and ours is drawn
            # A practice's own file may do anything, and break one of ours: a patient must be answered all the same.
            try:
                ours = drawn(self.ours)
            except LookupError:  # no message or page of ours
                raise error from None
            self._tell(error)
            return ours

    def place(self, error: Exception) -> tuple[str, int]:
        """File and line of the template at which it happened, best one that is laid over."""
        if isinstance(error, WRITTEN):
            return error.filename or "", error.lineno
        frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
        laid_over = [place for place in frames if self.is_laid_over(place[0])]
        ours = [place for place in frames if Path(place[0]).is_relative_to(self._folder)]
        return next(reversed(laid_over or ours), (str(self._overlay), 0))

    def is_laid_over(self, file: str | None) -> bool:
        """Is this file one of the practice's own?"""
        return bool(self._overlay and file and Path(file).is_relative_to(self._overlay))

    def _tell(self, error: Exception) -> None:
        place = self.place(error)
        if place in self._told:
            return
        self._told.add(place)
        # What any other error says may quote a value, which is somebody's.
        reason = error.message if isinstance(error, WRITTEN) else type(error).__name__
        log.error("%s line %d failed, our own template was taken: %s", *place, reason)


class _LaidOver(FileSystemLoader):
    """Whatever lies there, reading it ends in a template or in an error that names the file."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        file = Path(self.searchpath[0], template)
        try:
            if file.is_file() and file.stat().st_size > LARGEST:
                raise TemplateSyntaxError(f"it has more than {LARGEST:,} bytes", 1, template, str(file))
            found = super().get_source(environment, template)
        except TemplateNotFound:  # to Jinja one of OSError
            raise
        except UnicodeDecodeError:
            raise TemplateSyntaxError("it is no text in UTF-8", 1, template, str(file)) from None
        except OSError as error:
            raise TemplateSyntaxError(f"it cannot be read: {error.strerror}", 1, template, str(file)) from None
        before, zero, _ = found[0].partition("\0")
        if zero:  # no database keeps it
            raise TemplateSyntaxError("it is no text", before.count("\n") + 1, template, str(file))
        return found


class Careful(SandboxedEnvironment):
    """Words have no business inside Python, and none in loops that would keep patients waiting."""

    intercepted_binops = frozenset({"*", "**"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for endless in ("range", "lipsum"):
            del self.globals[endless]

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        raise SecurityError(f"{operator} has no place in words")

    def compile(self, source: Any, name: str | None = None, filename: str | None = None, *more: Any, **how: Any) -> Any:
        try:
            return super().compile(source, name, filename, *more, **how)
        except RecursionError:
            raise TemplateSyntaxError("it is nested too deep", 1, name, filename) from None


def _prepared(environment: Environment) -> Environment:
    environment.filters.update(FILTERS)
    return environment
