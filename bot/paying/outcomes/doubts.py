"""Asks processors about payments whose outcome nobody told us (talk 25: after 1 minute, 5 minutes, 1 hour)."""

from bot.paying.at_processor import AtProcessor
from bot.paying.checkout import checkouts
from bot.paying.outcomes import settlements
from bot.paying.outcomes.hearing import hear
from bot.store.payments import SAVED_CARD, Attempt


class Doubts(AtProcessor):
    """Looks beside the worker. What it knows lies in the rows of the attempts, so a restart forgets none."""

    async def look(self) -> int:
        """Ask about everything that is due now; how many."""
        now = self._clock()
        due = await self._reader.run(lambda conn: settlements.due(conn, now))
        for attempt in due:
            await self._ask(attempt)
        return len(due)

    async def _ask(self, attempt: Attempt) -> None:
        now = self._clock()
        account = await self._account(attempt.practice_id)
        ours = attempt.processor == self._processor.name
        news = await self._processor.look(checkouts.submitted(attempt, account), now) if ours else None
        if news is not None:
            await hear(self._road, news, self._practices, now)
        elif attempt.kind == SAVED_CARD:  # nobody is at a page that says so; told once
            await self._road.take(settlements.doubt(attempt, now))
        # Also when there were news that could not be taken: then somebody from the practice looks at it.
        await self._writer.run(lambda conn: settlements.still_unknown(conn, attempt, now))
