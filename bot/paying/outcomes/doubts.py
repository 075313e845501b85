"""Asks processors about payments whose outcome nobody told us (talk 25: after 1 minute, 5 minutes, 1 hour)."""

from bot.clock import Clock
from bot.paying.checkout import checkouts
from bot.paying.outcomes import settlements
from bot.paying.outcomes.hearing import hear
from bot.payments import Processor
from bot.store.payments import SAVED_CARD, Attempt
from bot.store.practices import Practices
from bot.store.writer import Reader, Writer
from bot.turns.road import Road


class Doubts:
    """Looks beside the worker. What it knows lies in the rows of the attempts, so a restart forgets none."""

    def __init__(
        self, road: Road, reader: Reader, writer: Writer, processor: Processor, practices: Practices, clock: Clock
    ) -> None:
        self._road, self._reader, self._writer = road, reader, writer
        self._processor, self._practices, self._clock = processor, practices, clock

    async def look(self) -> int:
        """Ask about everything that is due now; how many."""
        now = self._clock()
        due = await self._reader.run(lambda conn: settlements.due(conn, now))
        for attempt in due:
            await self._ask(attempt)
        return len(due)

    async def _ask(self, attempt: Attempt) -> None:
        now = self._clock()
        practice = await self._reader.run(lambda conn: self._practices.by_id(conn, attempt.practice_id))
        account = practice.file.stripe_account if practice else ""
        ours = attempt.processor == self._processor.name
        news = await self._processor.look(checkouts.submitted(attempt, account), now) if ours else None
        if news is not None:
            await hear(self._road, news, self._practices, now)
        elif attempt.kind == SAVED_CARD:  # nobody is at a page that says so; told once
            await self._road.take(settlements.doubt(attempt, now))
        # Also when there were news that could not be taken: then somebody from the practice looks at it.
        await self._writer.run(lambda conn: settlements.still_unknown(conn, attempt, now))
