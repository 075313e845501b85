"""What every round about a processor works with: the road, the database, and whom it asks."""

from bot.clock import Clock
from bot.payments import Processor
from bot.store.practices import Practices
from bot.store.writer import Reader, Writer
from bot.turns.road import Road


class AtProcessor:
    """Looks beside the worker. What it knows lies in rows, so a restart forgets nothing."""

    def __init__(
        self, road: Road, reader: Reader, writer: Writer, processor: Processor, practices: Practices, clock: Clock
    ) -> None:
        self._road, self._reader, self._writer = road, reader, writer
        self._processor, self._practices, self._clock = processor, practices, clock

    async def _account(self, practice_id: int) -> str:
        """The practice's own account at the processor; empty where it has none."""
        practice = await self._reader.run(lambda conn: self._practices.by_id(conn, practice_id))
        return practice.file.stripe_account if practice else ""
