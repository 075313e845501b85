"""The calendar of plans and promises: a round of the worker. What it has to do lies in rows, and each is done once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.clock import Clock
from bot.plans import happenings, ordering, promised
from bot.plans.ordering import Came
from bot.store import installments, plan_dues
from bot.store.installments import Installment
from bot.store.writer import Reader, Writer
from bot.turns.arrivals import Arrival, Ended, World
from bot.turns.road import Road

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Due:
    announce: Sequence[Installment]
    charge: Sequence[Installment]
    others: Sequence[Arrival]
    """Nothing is left to decide about these: their arrivals guard themselves."""
    last_entry: int


class Schedule:
    """Several of them on one database do nothing twice: every step is guarded by the state it leaves."""

    def __init__(self, road: Road, reader: Reader, writer: Writer, world: World, clock: Clock) -> None:
        self._road, self._reader, self._writer = road, reader, writer
        self._world, self._clock = world, clock
        self._read_to = 0
        """How far the books were read; after a start they are read from the beginning."""

    async def look(self) -> int:
        """Do whatever is due; how much that was."""
        now = self._clock()
        due: _Due = await self._reader.run(lambda conn: self._due(conn, now))
        for arrival in due.others:
            await self._road.take(arrival)
        for one in due.announce:
            await self._announce(one, now)
        for one in due.charge:
            await self._charge(one, now)
        self._read_to = max(0, due.last_entry - plan_dues.SEEN_AGAIN)
        return len(due.others) + len(due.announce) + len(due.charge)

    def _due(self, conn: Connection, now: datetime) -> _Due:
        world, last = self._world, plan_dues.last_entry(conn)
        larger = plan_dues.larger_than_owed(conn, self._read_to)
        others = [
            *(happenings.larger_than_owed(one, last, world, now) for one in larger),
            *(happenings.refused_for_good(one, world, now) for one in plan_dues.refused_for_good(conn)),
            *(happenings.signed(one, world, now) for one in plan_dues.signed(conn)),
            *(happenings.unsigned(one, world, now) for one in plan_dues.unsigned(conn, now)),
            *(promised.arrival(one, now) for one in promised.due(conn, world, now)),
        ]
        return _Due(plan_dues.to_announce(conn, now), plan_dues.to_charge(conn, now), others, last)

    async def _announce(self, one: Installment, now: datetime) -> None:
        taken = await self._road.take(happenings.coming(one, self._world, now))
        if taken.outcome is Ended.SHUNTED:  # staff have a task for it; the same would fail each second
            await self._writer.run(lambda conn: installments.put_off(conn, one, None))

    async def _charge(self, one: Installment, now: datetime) -> None:
        world = self._world
        try:
            came = await self._writer.run(lambda conn: ordering.order_installment(conn, one, world, now))
        except (LookupError, ValueError) as error:  # the others are charged all the same
            log.warning("an installment was not ordered: %s", type(error).__name__)
            await self._writer.run(lambda conn: installments.put_off(conn, one, now + ordering.SOON))
            return
        if came is Came.UNHEARD:
            await self._announce(one, now)
        elif came is Came.NO_CARD:
            await self._road.take(happenings.by_hand(one, self._world, now, "plan_card"))
