"""Closes pages at the processor: when their link ends, and when another attempt took their place (RULES 6.9, 6.10)."""

from datetime import timedelta

from bot.paying.at_processor import AtProcessor
from bot.paying.checkout import checkouts
from bot.paying.outcomes.hearing import hear
from bot.store import payments
from bot.store.payments import Attempt

AGAIN = timedelta(minutes=1)


class Closings(AtProcessor):
    """Looks beside the worker. A payment that was faster than we is honoured."""

    async def look(self) -> int:
        """Close what is due; how many."""
        now = self._clock()
        due = await self._reader.run(lambda conn: payments.to_close(conn, self._processor.name, now))
        for attempt in due:
            await self._close(attempt)
        return len(due)

    async def _close(self, attempt: Attempt) -> None:
        now = self._clock()
        account = await self._account(attempt.practice_id)
        news = await self._processor.end_checkout(checkouts.submitted(attempt, account), now)
        if news is None:
            later = now + AGAIN
            await self._writer.run(lambda conn: payments.asked(conn, attempt.id, attempt.polls + 1, later))
            return
        await hear(self._road, news, self._practices, now)
        # Told before, the road took nothing; the page is closed all the same.
        await self._writer.run(lambda conn: payments.closed(conn, attempt.id))
