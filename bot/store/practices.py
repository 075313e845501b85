"""Practices, kept in memory and looked up again when their file changed."""

import time
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from bot.practice_file import PracticeFile, from_json
from bot.store.tables import practices, sending_numbers

CHECK_EVERY_SECONDS = 0.5
"""What a command writes beside a running server is noticed within a second."""


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice as its file says, and the ids of the numbers it texts from."""

    id: int
    file: PracticeFile
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def first_number_id(self) -> int | None:
        """The number, or messaging service, that patients are texted from who never wrote to another one."""
        return next((self.numbers[sender] for sender in self.file.senders if sender in self.numbers), None)


@dataclass(frozen=True, slots=True)
class _Known:
    """What was read last; replaced whole, so that several lanes may read it."""

    mark: tuple[object, ...] = ()
    by_id: dict[int, Practice] = field(default_factory=dict)
    by_slug: dict[str, Practice] = field(default_factory=dict)
    by_number: dict[str, Practice] = field(default_factory=dict)


class Practices:
    """Every practice of this database. A look-up costs a query only when the last look is half a second old."""

    def __init__(self, check_every_seconds: float = CHECK_EVERY_SECONDS) -> None:
        self._every = check_every_seconds
        self._known = _Known()
        self._checked = float("-inf")
        self._changes = 0

    def by_number(self, conn: Connection, number: str) -> Practice | None:
        """Whose number, or messaging service, is this?"""
        return self._fresh(conn).by_number.get(number)

    def by_slug(self, conn: Connection, slug: str) -> Practice | None:
        """The practice of that short name."""
        return self._fresh(conn).by_slug.get(slug)

    def by_id(self, conn: Connection, practice_id: int) -> Practice | None:
        """The practice of that key."""
        return self._fresh(conn).by_id.get(practice_id)

    def all(self, conn: Connection) -> tuple[Practice, ...]:
        """All of them, in the order they were added."""
        return tuple(self._fresh(conn).by_id.values())

    def forget(self) -> None:
        """Look again next time: this process changed one."""
        self._changes += 1
        self._checked = float("-inf")

    def _fresh(self, conn: Connection) -> _Known:
        now, changes = time.monotonic(), self._changes
        if now - self._checked < self._every:
            return self._known
        mark = tuple(conn.execute(MARK).one())
        known = self._known if mark == self._known.mark else _read(conn, mark)
        if changes == self._changes:  # else it may have been read before that change, and is not kept
            self._known, self._checked = known, now
        return known


MARK = select(
    func.count(practices.c.id),
    func.sum(practices.c.version),
    select(func.count(sending_numbers.c.id)).scalar_subquery(),
    select(func.max(sending_numbers.c.id)).scalar_subquery(),
)
ALL_PRACTICES = select(practices.c.id, practices.c.file).order_by(practices.c.id)
ALL_NUMBERS = select(sending_numbers.c.id, sending_numbers.c.practice_id, sending_numbers.c.number).order_by(
    sending_numbers.c.id
)


def _read(conn: Connection, mark: tuple[object, ...]) -> _Known:
    numbers: dict[int, dict[str, int]] = {}
    for row in conn.execute(ALL_NUMBERS):
        numbers.setdefault(row.practice_id, {})[row.number] = row.id
    every = [Practice(row.id, from_json(row.file), numbers.get(row.id, {})) for row in conn.execute(ALL_PRACTICES)]
    return _Known(
        mark,
        {p.id: p for p in every},
        {p.file.slug: p for p in every},
        {number: p for p in every for number in p.numbers},
    )
