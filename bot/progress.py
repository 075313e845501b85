"""How long work tells how far it is, whoever watches."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""What is being done, how many of it, of how many (0: not known yet)."""


def silent(_doing: str, _done: int, _of: int) -> None:
    """For who does not watch."""
