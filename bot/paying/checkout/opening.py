"""The processor's own page for an attempt: opened when the patient presses the button, and not before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.payments import Order, Processor
from bot.store import payments
from bot.store.payments import Attempt
from bot.store.practices import Practice
from bot.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a checkout happens, and in which language."""

    practice: Practice
    public_url: str
    language: str

    def page(self, public_id: str) -> str:
        """Where the patient comes back to."""
        return f"{self.public_url}/pay/{self.practice.file.slug}/checkout?payment={public_id}"


async def open_page(
    writer: Writer, processor: Processor, attempt: Attempt, counter: Counter, now: datetime, *, customer: str = ""
) -> str:
    """The address to send the browser to. Pressing again comes to the same page; raises ProcessorAwayError."""
    if attempt.checkout_url:
        return attempt.checkout_url
    order = Order(
        public_id=attempt.public_id,
        amount_cents=attempt.amount_cents,
        account=counter.practice.file.stripe_account,
        return_url=counter.page(attempt.public_id),
        expires_at=attempt.expires_at or now + timedelta(minutes=counter.practice.file.policy.link_minutes),
        keep_card=attempt.keep_card,
        customer=customer,
        language=counter.language,
    )
    opened = await processor.open_checkout(order, now)
    await writer.run(
        lambda conn: payments.opened(conn, attempt.id, opened.url, opened.processor_id, now, order.expires_at)
    )
    return opened.url
