"""Sends the codes that forms of our pages asked for, beside the requests: no answer tells who is known."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.clock import Clock
from bot.paying.entry import identifying
from bot.store import code_asks, conversations, page_codes, people
from bot.store.code_asks import CONTACT, Ask
from bot.store.conversations import Place
from bot.store.practices import Practice, Practices
from bot.store.tables import tasks
from bot.store.tasks import open_task
from bot.store.writer import Writer
from bot.turns.arrivals import Arrival
from bot.turns.road import Road
from conversations.events import CodeAskedOnPage

log = logging.getLogger(__name__)

TEXTS_AN_HOUR = 200
"""Of one practice. Past that somebody may be pumping texts: codes go by mail, and staff are told."""
HOUR = timedelta(hours=1)
FLOOD = "sign_in_flood"


class Asking:
    """Looks each second for forms that wait."""

    def __init__(self, road: Road, writer: Writer, practices: Practices, clock: Clock, *, simulated: bool) -> None:
        self._road, self._writer, self._practices = road, writer, practices
        self._clock, self._simulated = clock, simulated

    async def look(self) -> int:
        """Look up those that wait, and have the conversations send what they asked for.

        Until none is left: a patient must not wait behind somebody who fills in forms all day.
        """
        sent, found = 0, code_asks.MOST
        while found == code_asks.MOST:
            found, arrivals = await self._writer.run(self._look)
            for arrival in arrivals:
                await self._road.take(arrival)
            sent += len(arrivals)
        return sent

    def _look(self, conn: Connection) -> tuple[int, list[Arrival]]:
        """How many waited, and what they come to."""
        now, found = self._clock(), list[Arrival]()
        asks = code_asks.due(conn)
        for ask in asks:
            practice = self._practices.by_id(conn, ask.practice_id)
            if practice is None or now - ask.made_at >= code_asks.GOOD_FOR:
                code_asks.looked_up(conn, ask, (), None)  # no code can be typed into it any more
                continue
            if ask.kind == CONTACT:
                about = _contact(conn, ask, practice, now)
            else:
                about = _sign_in(conn, ask, practice, now, simulated=self._simulated)
            if about:
                found.append(about)
        return len(asks), found


def _sign_in(conn: Connection, ask: Ask, practice: Practice, now: datetime, *, simulated: bool) -> Arrival | None:
    typed = dict(ask.typed or {})
    named = str(typed.get("address", ""))
    whom = ask.person_ids or (identifying.meant(conn, practice, typed, now) if named else ())
    code_asks.looked_up(conn, ask, whom, {"address": named} if whom else None)
    if not whom:
        return None
    reaches = people.reaches(conn, identifying.holders(conn, practice, whom, now))
    every = [reach for each in reaches.values() for reach in each]
    text = identifying.way_to(every, "text", named, simulated=simulated)
    mail = identifying.way_to(every, "email", named, simulated=simulated)
    if text and (not practice.file.senders or _pumped(conn, practice, now)):
        text = None
    first = text or mail
    if first is None:
        return None
    event = CodeAskedOnPage(first.channel, whom, both=bool(text and mail), ask_id=ask.id)
    return _arrival(conn, ask, practice, Place(practice.id, first.channel, first.address), event, now)


def _contact(conn: Connection, ask: Ask, practice: Practice, now: datetime) -> Arrival | None:
    typed = dict(ask.typed or {})
    code_asks.looked_up(conn, ask, ask.person_ids, typed)
    texted = bool(typed) and typed["channel"] == "text"
    if not typed or (texted and (not practice.file.senders or _pumped(conn, practice, now))):
        return None
    event = CodeAskedOnPage(typed["channel"], ask.person_ids, ask_id=ask.id)
    return _arrival(conn, ask, practice, Place(practice.id, typed["channel"], typed["address"]), event, now)


def _arrival(
    conn: Connection, ask: Ask, practice: Practice, place: Place, event: CodeAskedOnPage, now: datetime
) -> Arrival:
    conversation_id, _ = conversations.begun(conn, [place], ask.language)[place]
    return Arrival(
        provider="page",
        provider_id=f"ask:{ask.id}:{ask.asks}",
        event=event,
        received_at=now,
        channel=place.channel,
        ours=next(iter(practice.file.senders), ""),
        conversation_id=conversation_id,
    )


def _pumped(conn: Connection, practice: Practice, now: datetime) -> bool:
    """Were more codes texted for our forms in this hour than a practice's patients need? Staff are told once."""
    if page_codes.texted_since(conn, practice.id, now - HOUR) < TEXTS_AN_HOUR:
        return False
    told = select(tasks.c.id).where(
        tasks.c.practice_id == practice.id, tasks.c.kind == FLOOD, tasks.c.opened_at > now - HOUR
    )
    if conn.scalar(told) is None:
        open_task(conn, kind=FLOOD, opened_at=now, practice_id=practice.id, urgent=True)
        log.warning("codes for sign-in go by mail only: more than %d were texted in an hour", TEXTS_AN_HOUR)
    return True
