"""Charges saved cards with nobody at a page: orders are handed to the processor once, and its word is posted."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.clock import Clock
from bot.facts.people import today_at
from bot.paying.at_processor import AtProcessor
from bot.paying.checkout import checkouts
from bot.paying.checkout.checkouts import Hindrance
from bot.paying.outcomes import follow_through, settlements
from bot.paying.outcomes.hearing import hear
from bot.payments import POLLS, CardCharge, Processor, ProcessorAwayError
from bot.store import card_charges, cards, payments
from bot.store.card_charges import ChargeOrder
from bot.store.cards import Card
from bot.store.payments import Attempt
from bot.store.practices import Practices
from bot.store.writer import Reader, Writer
from bot.turns.arrivals import Arrival
from bot.turns.road import Road
from conversations.events import ChargeFailed, Event

__all__ = ["ChargeOrder", "Charging", "order"]

TRY_AGAIN = timedelta(seconds=5)
"""After the processor could not be reached."""
AT_ONCE = 8
FORGET_EVERY = timedelta(seconds=10)
FORGET_AGAIN = timedelta(minutes=10)
"""A practice whose account refused a card, or could not be reached, is left alone for so long."""

log = logging.getLogger(__name__)


def order(conn: Connection, wanted: ChargeOrder, now: datetime) -> Attempt | Hindrance:
    """An order to charge that card. One payment at a time for each patient, as with checkouts."""
    return card_charges.order(conn, wanted, now) or Hindrance.IN_DOUBT


@dataclass(frozen=True, slots=True)
class _Claimed:
    attempt: Attempt
    card: Card
    account: str


class Charging(AtProcessor):
    """Looks beside the worker, in as many processes as there are: whoever marks an order first hands it over."""

    def __init__(
        self, road: Road, reader: Reader, writer: Writer, processor: Processor, practices: Practices, clock: Clock
    ) -> None:
        super().__init__(road, reader, writer, processor, practices, clock)
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._forget_at: datetime | None = None
        self._resting: dict[int, datetime] = {}

    async def look(self) -> int:
        """Hand over what was ordered, and have removed cards forgotten; how many orders there were."""
        now = self._clock()
        due = await self._reader.run(lambda conn: card_charges.due(conn, now))
        ended = await asyncio.gather(*(self._one(attempt) for attempt in due), return_exceptions=True)
        if self._forget_at is None or self._forget_at <= now:
            self._forget_at = now + FORGET_EVERY
            await self._forget(now)
        for broken in ended:
            if isinstance(broken, BaseException):
                raise broken
        return len(due)

    async def _one(self, attempt: Attempt) -> None:
        async with self._slots:
            closed = await self._close_pages(attempt)
            now = self._clock()
            if not closed and not card_charges.is_stale(attempt, now):
                later = now + TRY_AGAIN
                await self._writer.run(lambda conn: card_charges.put_off(conn, attempt, later))
                return
            claimed = await self._writer.run(lambda conn: self._claim(conn, attempt, now))
            if claimed is not None:
                await self._charge(claimed, now)
            elif await self._reader.run(lambda conn: _is_open(conn, attempt)):
                await self._road.take(_given_up(attempt, now))

    def _claim(self, conn: Connection, known: Attempt, now: datetime) -> _Claimed | None:
        """Marks the order before anything is charged: a second process, or this one after a fall, finds it marked."""
        attempt, practice = payments.find(conn, known.public_id, lock=True), None
        if attempt and attempt.state == payments.OPEN and attempt.processor == self._processor.name:
            practice = self._practices.by_id(conn, attempt.practice_id)
        if attempt is None or practice is None or card_charges.is_stale(attempt, now):
            return None
        card = card_charges.card_of(conn, attempt, today_at(now, practice.file.time_zone), now)
        if card is None or not card_charges.still_owed(conn, attempt):
            return None
        if not payments.submit(conn, attempt.id, {"submitted_at": now, "poll_at": now + POLLS[0]}):
            return None
        return _Claimed(attempt, card, practice.file.stripe_account)

    async def _charge(self, claimed: _Claimed, now: datetime) -> None:
        attempt, card = claimed.attempt, claimed.card
        charge = CardCharge(attempt.public_id, attempt.amount_cents, claimed.account, card.customer, card.token)
        try:
            news = await self._processor.charge(charge, now)
        except ProcessorAwayError:
            later = self._clock() + TRY_AGAIN
            await self._writer.run(lambda conn: card_charges.put_back(conn, attempt, now, later))
            return
        if news is None:
            await self._road.take(settlements.doubt(attempt, now))
        else:
            await hear(self._road, news, self._practices, self._clock())

    async def _close_pages(self, attempt: Attempt) -> bool:
        """A page that gave way to this order takes no money any more; if it was faster, that is what they have paid."""
        pages = await self._reader.run(lambda conn: card_charges.open_pages(conn, attempt))
        account = await self._account(attempt.practice_id)
        for page in pages:
            now = self._clock()
            news = await self._processor.end_checkout(checkouts.submitted(page, account), now)
            if news is None:
                return False
            await hear(self._road, news, self._practices, now)
            await self._writer.run(lambda conn, one=page: payments.closed(conn, one.id))  # type: ignore[misc]
        return True

    async def _forget(self, now: datetime) -> None:
        """The processor drops the cards that patients and staff have removed."""
        self._resting = {practice: until for practice, until in self._resting.items() if until > now}
        found = await self._reader.run(lambda conn: cards.unforgotten(conn, self._processor.name, self._resting))
        theirs: dict[int, list[Card]] = {}
        for card in found:
            theirs.setdefault(card.practice_id, []).append(card)
        # Side by side: patients wait for the next look, and a processor that is away is waited for each time.
        await asyncio.gather(*(self._forget_of(practice, gone) for practice, gone in theirs.items()))

    async def _forget_of(self, practice_id: int, gone: Sequence[Card]) -> None:
        async with self._slots:
            account = await self._account(practice_id)
            for card in gone:
                try:
                    await self._processor.forget_card(card.customer, card.token, account)
                except ProcessorAwayError as error:
                    log.warning("cards of practice %d are forgotten later: %s", practice_id, error)
                    self._resting[practice_id] = self._clock() + FORGET_AGAIN
                    return
                now = self._clock()
                await self._writer.run(lambda conn, one=card, at=now: cards.forgotten(conn, one.id, at))  # type: ignore[misc]


def _is_open(conn: Connection, attempt: Attempt) -> bool:
    found = payments.find(conn, attempt.public_id)
    return found is not None and found.state == payments.OPEN


def _given_up(attempt: Attempt, now: datetime) -> Arrival:
    """The order comes to nothing: nothing was charged, and whoever waits for an answer gets it."""

    def prepare(conn: Connection) -> tuple[int | None, Event | None]:
        found = payments.find(conn, attempt.public_id, lock=True)
        if found is None or found.state != payments.OPEN:
            return attempt.conversation_id, None
        payments.end(conn, found.id, payments.EXPIRED)
        follow_through.installment_not_charged(conn, found, now)
        answered = found.kind == payments.INSTALLMENT or payments.paid_since(conn, found)
        failed = ChargeFailed(found.person_ids, found.amount_cents, after_doubt=True, saved_card=True)
        return found.conversation_id, None if answered else failed

    return Arrival(
        provider=attempt.processor,
        provider_id=f"{attempt.public_id}:given_up",
        event=None,
        received_at=now,
        details={"payment": attempt.public_id},
        prepare=prepare,
    )
