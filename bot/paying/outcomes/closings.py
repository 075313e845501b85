"""Closes pages at the processor: when their link ends, and when another attempt took their place."""

import logging
from datetime import timedelta

from bot.paying.at_processor import AtProcessor
from bot.paying.checkout import checkouts
from bot.paying.outcomes.hearing import hear
from bot.payments import Answer, PaymentNews
from bot.store import payments
from bot.store.payments import Attempt

AGAIN = timedelta(minutes=1)
"""After the first try; after the second two, and so on."""
PAGE_LIFE = timedelta(hours=25)
"""No processor keeps a page open for longer than a day, and its clock may go otherwise than ours."""

log = logging.getLogger(__name__)


class Closings(AtProcessor):
    """Looks beside the worker. A payment that was faster than we is honoured."""

    async def look(self) -> int:
        """Close what is due; how many."""
        now = self._clock()
        due = await self._reader.run(lambda conn: payments.to_close(conn, self._processor.name, now))
        for attempt in due:
            try:
                await self._close(attempt)
            except Exception as error:  # noqa: BLE001 - one page never keeps the others from being closed
                log.warning("a checkout that has ended was not closed: %s", type(error).__name__)
                await self._put_off(attempt)
        return len(due)

    async def _close(self, attempt: Attempt) -> None:
        now = self._clock()
        asked = checkouts.submitted(attempt, await self._account(attempt.practice_id))
        news = await self._processor.end_checkout(asked, now)
        if news is None and now - asked.submitted_at < PAGE_LIFE:
            await self._put_off(attempt)
            return
        if news is None:
            # Of another key or account, say. If it was paid after all, its event or the nightly comparison posts that.
            log.warning("a checkout that the processor does not tell of has ended by our own clock")
            ended, cents = Answer.EXPIRED, attempt.amount_cents
            news = PaymentNews(self._processor.name, "", attempt.public_id, ended, cents, "", "", now)
        await hear(self._road, news, self._practices, now)
        # Told before, the road took nothing; the page is closed all the same.
        await self._writer.run(lambda conn: payments.closed(conn, attempt.id))

    async def _put_off(self, attempt: Attempt) -> None:
        polls = attempt.polls + 1
        later = self._clock() + AGAIN * polls
        await self._writer.run(lambda conn: payments.asked(conn, attempt.id, polls, later))
