"""Values that a turn makes many of."""

from typing import TYPE_CHECKING

__all__ = ["value"]

if TYPE_CHECKING:
    from dataclasses import dataclass as value
else:
    from collections.abc import Callable
    from dataclasses import dataclass

    def value(*, frozen: bool, slots: bool) -> Callable[[type], type]:
        """A frozen dataclass to the type checker, which sees to it that nobody writes to one.

        At run time it is not frozen: there each field of a frozen one is set by a call of its own, and with a hundred
        and fifty fields a turn that was a fifteenth of what a text costs.
        """
        return dataclass(slots=slots, unsafe_hash=frozen)
