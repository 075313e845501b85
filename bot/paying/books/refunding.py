"""Hands refunds to the processor that took the money, under a key that makes each of them once."""

from datetime import timedelta

from sqlalchemy import Connection

from bot.paying.at_processor import AtProcessor
from bot.paying.books import refunds as told_by
from bot.payments import ProcessorAwayError, RefundOrder
from bot.store import refunds, tasks
from bot.store.refunds import Refund

AGAIN = timedelta(minutes=5)
KEY_LIFE = timedelta(hours=23)
"""Processors forget a key after a day: what is older is never sent again, but found by the nightly comparison."""


class Refunds(AtProcessor):
    """Looks beside the worker; all that it knows lies in rows."""

    async def look(self) -> int:
        """Hand over everything that is due; how many."""
        now = self._clock()
        due = await self._reader.run(lambda conn: refunds.due(conn, self._processor.name, now))
        for refund in due:
            await self._hand_over(refund)
        return len(due)

    async def _hand_over(self, refund: Refund) -> None:
        now = self._clock()
        if refund.submitted_at and now - refund.submitted_at >= KEY_LIFE:
            await self._writer.run(lambda conn: self._leave(conn, refund))
            return
        # Committed before the call: whatever happens next, the same key is used again.
        order = await self._writer.run(lambda conn: self._claim(conn, refund))
        if order is None:
            return
        try:
            news = await self._processor.refund(order, now)
        except ProcessorAwayError:
            return
        if news is not None:
            await self._road.take(told_by.told(news, self._clock()))

    def _claim(self, conn: Connection, refund: Refund) -> RefundOrder | None:
        now = self._clock()
        paid, practice = refunds.paid_row(conn, refund.payment_id), self._practices.by_id(conn, refund.practice_id)
        if paid is None or practice is None or not refunds.claim(conn, refund, now, now + AGAIN):
            return None
        return RefundOrder(refund.public_id, paid.processor_id, refund.amount_cents, practice.file.stripe_account)

    def _leave(self, conn: Connection, refund: Refund) -> None:
        if not refunds.claim(conn, refund, self._clock(), self._clock() + AGAIN):
            return
        refunds.change(conn, refund.id, look_at=None)
        if refund.state == refunds.PENDING:
            return  # the processor has it, and tells us
        paid = refunds.paid_row(conn, refund.payment_id)
        if paid is not None:
            tasks.about_payment(conn, "refund_in_doubt", paid, self._clock())
