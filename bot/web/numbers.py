"""Whose number is this? Asked for every text, so answered from memory that is a second old at most."""

import time

from bot.store.practices import Practices
from bot.store.writer import Reader

FRESH_SECONDS = 1.0


class Numbers:
    """Our numbers, and the office phones that a patient may quote back to us."""

    def __init__(self, practices: Practices, reader: Reader) -> None:
        self._practices, self._reader = practices, reader
        self._office: dict[str, str] = {}
        self._on_file: dict[str, frozenset[str]] = {}
        self._senders: frozenset[str] = frozenset()
        self._of_services: dict[str, set[str]] = {}
        self._read_at = float("-inf")

    async def on_file(self, ours: str) -> frozenset[str]:
        """Numbers that may stand in a text to that number of ours without being masked."""
        if time.monotonic() - self._read_at >= FRESH_SECONDS:
            await self._refresh()
        return self._on_file.get(ours, self._senders)

    def is_named(self, number: str) -> bool:
        """Does a practice name it in its file? Ask after `on_file`."""
        return number in self._office

    async def on_file_of(self, service: str, number: str, account: str = "") -> frozenset[str]:
        """`on_file` for a number that a messaging service texts from. No file names it, so it is remembered as ours."""
        if service in self._office:
            self._of_services.setdefault(account, set()).add(number)
        return await self.on_file(service)

    def is_ours(self, number: str, account: str = "") -> bool:
        """Do we text from it ourselves, as far as is known? Ask after `on_file`.

        What a practice's own account told of its numbers counts for its texts only: it could name a patient of another.
        """
        told = self._of_services
        return number in self._office or number in told.get("", ()) or number in told.get(account, ())

    async def _refresh(self) -> None:
        self._read_at = time.monotonic()
        every = await self._reader.run(self._practices.all)
        self._office = {number: practice.file.phone for practice in every for number in practice.numbers}
        self._senders = frozenset(self._office)
        self._on_file = {ours: self._senders | {phone} - {""} for ours, phone in self._office.items()}
