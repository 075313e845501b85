"""Progress of long work: a bar on a terminal, a plain line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.cli.outcome import say

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

EVERY_SECONDS = 5.0
Progress = Callable[[str, int, int], None]


@contextmanager
def shown() -> Iterator[Progress]:
    """Call it with what is being done, how many are done, and of how many (0: not known)."""
    if not sys.stderr.isatty():
        yield _plain(time.monotonic)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True)) as bar:
        yield _moving(bar)


def _moving(bar: "Bar") -> Progress:
    tasks: dict[str, TaskID] = {}

    def move(doing: str, done: int, of: int) -> None:
        if doing not in tasks:
            tasks[doing] = bar.add_task(doing, total=of or None)
        if done % 200 == 0 or done == of:
            bar.update(tasks[doing], completed=done, total=of or None)

    return move


def _plain(now: Callable[[], float]) -> Progress:
    last = now()

    def move(doing: str, done: int, of: int) -> None:
        nonlocal last
        if now() - last >= EVERY_SECONDS:
            last = now()
            say(f"{doing}: {done:,}" + (f" of {of:,}" if of else ""))

    return move
