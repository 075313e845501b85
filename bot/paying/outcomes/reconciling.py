"""Each night the books are compared with the processor's: what we were never told is posted, the rest is a task."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection, select

from bot.clock import Clock
from bot.paying.at_processor import AtProcessor
from bot.paying.books import refunds
from bot.paying.outcomes import disputes
from bot.paying.outcomes.hearing import hear
from bot.payments import (
    Answer,
    DisputeNews,
    News,
    PaymentNews,
    Processor,
    ProcessorAwayError,
    RefundNews,
    RefundState,
    Submitted,
)
from bot.store import payments, reconciliations, tasks
from bot.store import refunds as refund_rows
from bot.store.practices import Practice, Practices
from bot.store.reconciliations import Night
from bot.store.tables import tasks as task_rows
from bot.store.writer import Reader, Writer
from bot.turns.arrivals import Ended
from bot.turns.road import Road

AFTER = timedelta(hours=3)
"""So long after midnight (UTC) a day is complete at the processor."""
AGAIN = timedelta(minutes=10)
GIVEN_UP = timedelta(days=2)
"""The night that is over could not be compared all day long, and now there is another one: staff are told."""
TASK, NOT_COMPARED = "reconciliation", "not_reconciled"

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Tally:
    found: int = 0
    cents: int = 0
    seen: set[str] = field(default_factory=set)
    unexplained: list[str] = field(default_factory=list)


class Reconciling(AtProcessor):
    """Looks beside the worker. Nights that were missed are compared in one go."""

    def __init__(
        self, road: Road, reader: Reader, writer: Writer, processor: Processor, practices: Practices, clock: Clock
    ) -> None:
        super().__init__(road, reader, writer, processor, practices, clock)
        self._done: datetime | None = None
        self._wait_until: datetime | None = None

    async def look(self) -> int:
        """Compare the practices whose night is over; how many."""
        now = self._clock()
        until = _midnight(now - AFTER)
        if self._done == until or (self._wait_until and now < self._wait_until):
            return 0
        compared, missed = 0, list[tuple[Practice, datetime]]()
        for practice in await self._reader.run(self._practices.all):
            since = await self._since(practice)
            if since is None or since >= until:
                continue
            try:
                await self.reconcile(practice, since, until)
                compared += 1
            except Exception as error:  # noqa: BLE001 - one practice never keeps the others from being compared
                why = error if isinstance(error, ProcessorAwayError) else type(error).__name__
                log.warning("the night of practice %d is compared later: %s", practice.id, why)
                missed.append((practice, since))
        if not missed:
            self._done = until
            return compared
        self._wait_until = now + AGAIN
        for practice, since in missed:
            if until - since >= GIVEN_UP:
                await self._writer.run(lambda conn, one=practice.id, at=since: _tell(conn, one, at, now))  # type: ignore[misc]
        return compared

    async def reconcile(self, practice: Practice, since: datetime, until: datetime) -> Night:
        """One practice, one stretch of time. Raises ProcessorAwayError."""
        now, tally = self._clock(), _Tally()
        for news in await self._processor.between(practice.file.stripe_account, since, until):
            await self._compare(practice, news, tally, until)
        books, back = await self._books(practice, since, until)
        for processor_id in books:
            if processor_id not in tally.seen and not await self._there(practice, processor_id, now):
                tally.unexplained.append(processor_id)
        night = Night(
            practice_id=practice.id,
            processor=self._processor.name,
            since=since,
            until=until,
            processor_cents=tally.cents,
            books_cents=sum(books.values()) - back,
            found=tally.found,
            unexplained=tuple(tally.unexplained),
            at=now,
        )
        await self._writer.run(lambda conn: _keep(conn, night))
        return night

    async def _compare(self, practice: Practice, news: News, tally: _Tally, until: datetime) -> None:
        match news:
            case PaymentNews(answer=Answer.PAID):
                await self._payment(practice, news, tally)
            case RefundNews():
                await self._refund(practice, news, tally, until)
            case DisputeNews() if await self._is_ours(practice, news.payment_id):
                again = f":{until.date().isoformat()}"
                await self._road.take(disputes.told(news, self._clock(), again=again))
            case _:
                pass

    async def _payment(self, practice: Practice, news: PaymentNews, tally: _Tally) -> None:
        attempt = await self._reader.run(lambda conn: payments.find(conn, news.public_id))
        if attempt is None:
            # Money with our mark and no attempt: of a database that was put back from a copy, say.
            if await self._speaks_for_account(practice):
                tally.unexplained.append(news.processor_id)
            return
        if attempt.practice_id != practice.id:
            return
        tally.seen.add(news.processor_id)
        tally.cents += news.amount_cents
        if attempt.state == payments.PAID and await self._is_ours(practice, news.processor_id):
            return
        taken = await hear(self._road, news, self._practices, self._clock())
        if taken.outcome is Ended.SHUNTED or not await self._is_ours(practice, news.processor_id):
            tally.unexplained.append(news.processor_id)
        else:
            tally.found += 1

    async def _refund(self, practice: Practice, news: RefundNews, tally: _Tally, until: datetime) -> None:
        if not await self._is_ours(practice, news.payment_id):
            return
        if news.state is RefundState.DONE:
            tally.cents -= news.amount_cents
        find = refund_rows.find
        known = await self._writer.run(lambda conn: find(conn, news.public_id, news.processor, news.processor_id))
        if known is not None and known.state == news.state.value:
            return
        again = f":{until.date().isoformat()}"
        taken = await self._road.take(refunds.told(news, self._clock(), again=again))
        if taken.outcome is Ended.SHUNTED:
            tally.unexplained.append(news.processor_id)
        else:
            tally.found += 1

    async def _is_ours(self, practice: Practice, processor_id: str) -> bool:
        name = self._processor.name
        attempt = await self._reader.run(lambda conn: payments.by_processor_id(conn, name, processor_id))
        return attempt is not None and attempt.practice_id == practice.id and attempt.state == payments.PAID

    async def _there(self, practice: Practice, processor_id: str, now: datetime) -> bool:
        """Does the processor know of it, at another time than we wrote down?"""
        name = self._processor.name
        attempt = await self._reader.run(lambda conn: payments.by_processor_id(conn, name, processor_id))
        if attempt is None:
            return False
        account = practice.file.stripe_account
        asked = Submitted(attempt.public_id, processor_id, attempt.amount_cents, attempt.made_at, 0, account)
        news = await self._processor.look(asked, now)
        return news is not None and news.answer is Answer.PAID and news.amount_cents == attempt.amount_cents

    async def _books(self, practice: Practice, since: datetime, until: datetime) -> tuple[dict[str, int], int]:
        where = (practice.id, self._processor.name, since, until)
        return await self._reader.run(
            lambda conn: (
                reconciliations.paid_between(conn, *where),
                reconciliations.refunded_between(conn, *where),
            )
        )

    async def _since(self, practice: Practice) -> datetime | None:
        """The end of the last comparison, or the day of the first payment."""
        name = self._processor.name
        last = await self._reader.run(lambda conn: reconciliations.last_until(conn, practice.id, name))
        if last is not None:
            return last
        first = await self._reader.run(lambda conn: reconciliations.first_begun(conn, practice.id, name))
        return _midnight(first) if first else None

    async def _speaks_for_account(self, practice: Practice) -> bool:
        """Several practices may share one account: the first of them tells what nobody knows."""
        every: Sequence[Practice] = await self._reader.run(self._practices.all)
        sharing = [one.id for one in every if one.file.stripe_account == practice.file.stripe_account]
        return practice.id == min(sharing, default=practice.id)


def _midnight(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(UTC).date(), time.min, UTC)


def _keep(conn: Connection, night: Night) -> None:
    uneven = night.processor_cents != night.books_cents
    if reconciliations.write(conn, night):
        tasks.finish_all(conn, night.practice_id, NOT_COMPARED, "paybot", night.at)
        if night.unexplained or uneven:
            tasks.open_task(conn, kind=TASK, opened_at=night.at, practice_id=night.practice_id, urgent=True)


def _tell(conn: Connection, practice_id: int, since: datetime, now: datetime) -> None:
    """Nothing could be compared since then: told once, until it can be again."""
    mine = (task_rows.c.practice_id == practice_id, task_rows.c.kind == NOT_COMPARED)
    # Staff may have called it done, though nothing has been compared since.
    if conn.scalar(select(task_rows.c.id).where(*mine, task_rows.c.opened_at >= since + GIVEN_UP)) is None:
        tasks.open_task(conn, kind=NOT_COMPARED, opened_at=now, practice_id=practice_id, urgent=True)
