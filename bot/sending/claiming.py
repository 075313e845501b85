"""Takes what may go out of the outbox: decides all again and marks it `sending`. Its commit is the submission."""

import logging
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, update
from sqlalchemy.exc import DBAPIError

from bot.channels.email import MailOut
from bot.channels.text import TextOut
from bot.facts.may_send import Asked, Drop, Hold, Send, decide
from bot.facts.sending import Known, gather
from bot.sending.making import Desk, Made, make
from bot.sending.mute import Mute
from bot.sending.provider_errors import MUST_GO
from bot.sending.results import record
from bot.store import lanes, pauses
from bot.store.lanes import Lane
from bot.store.prepared import Prepared
from bot.store.tables import outbox
from bot.store.tasks import NewTask, open_tasks
from conversations.effects import Kind

__all__ = ["Claimed", "Desk", "Ready", "claim", "record"]

log = logging.getLogger(__name__)

LIMIT = 100
SPARE = 8
"""How many more are looked at than can start: some will be held or dropped."""
RESERVED = 0.2
"""The share of a brand's day that notices and receipts leave to codes and replies."""
NOT_RENDERED = "not_rendered"


@dataclass(frozen=True, slots=True)
class Ready:
    """One message, to be handed to its channel at that moment, once."""

    outbox_id: int
    channel: str
    start_at: datetime
    attempts: int
    out: TextOut | MailOut = field(repr=False)


@dataclass(slots=True)
class Claimed:
    """What one transaction took, how many it decided about, and whether a lane or the relay had no room for more."""

    ready: list[Ready] = field(default_factory=list)
    decided: int = 0
    full: bool = False


_O = outbox.c
_ROW = _O.id == bindparam("row")
_SENDING = Prepared(
    update(outbox)
    .where(_ROW)
    .values(
        state="sending",
        held_by=None,
        attempts=_O.attempts + 1,
        **{name: bindparam(f"new_{name}") for name in ("submitted_at", "segments", "text", "account")},
    )
)
_HELD = Prepared(update(outbox).where(_ROW).values(state="held", held_by=bindparam("rule"), due_at=bindparam("until")))
_DROPPED = Prepared(
    update(outbox).where(_ROW).values(state="dropped", held_by=bindparam("rule"), follow_up=bindparam("owed"))
)
_FAILED = Prepared(update(outbox).where(_ROW).values(state="failed", held_by=NOT_RENDERED))


class _Batch:
    """The decisions of one transaction, written together at its end."""

    def __init__(self, conn: Connection, desk: Desk, now: datetime) -> None:
        self.conn, self.desk, self.now = conn, desk, now
        self.claimed = Claimed()
        self._noticed: Counter[int] = Counter()
        self._confirmed: set[int] = set()
        self._mute = Mute(desk.acts_as)
        self._changes: dict[Prepared, list[dict[str, Any]]] = {_SENDING: [], _HELD: [], _DROPPED: [], _FAILED: []}

    def lane(self, lane: Lane, brand: list[Lane], limit: int) -> None:
        """Fill a lane as far as its rate lets messages start soon."""
        limited = lane.limited(self.now)
        lowest = lanes.URGENT if limited or lane.paused(self.now) else lanes.LEAST_URGENT
        rows = lanes.rows_due(self.conn, lane.id, self.now, lowest, limit)
        for known in gather(self.conn, self.desk.practices, rows, self.now):
            if limited and Kind(known.row.kind) not in MUST_GO:
                self.claimed.decided += 1
                self._hold(known.row, pauses.LIMITED, lane.limited_until)
                continue
            left = _left_today(known, brand, self.now)
            if left < 1 or lane.starts_at(self.now) > self.now + lanes.SOON:
                self.claimed.full = True
                break
            made = self._decide(known, lane.number)
            if made and made.segments > left:
                self.claimed.full = True
                break
            if made:
                rate = known.practice.file.sending.segments_per_second
                self._send(known.row, made, lane.take(self.now, made.segments, rate))

    def mail(self, limit: int) -> None:
        """Mail has no lane: the relay sets the pace."""
        rows = lanes.rows_due(self.conn, None, self.now, lanes.LEAST_URGENT, limit)
        self.claimed.full = self.claimed.full or len(rows) == limit
        for known in gather(self.conn, self.desk.practices, rows, self.now):
            made = self._decide(known, "")
            if made:
                self._send(known.row, made, self.now)

    def write(self) -> None:
        """Everything that was decided."""
        for statement, rows in self._changes.items():
            statement.each(self.conn, rows)
        self._mute.tell(self.conn, self.now)

    def _decide(self, known: Known, sender: str) -> Made | None:
        self.claimed.decided += 1
        row, asked = known.row, self._since_then(known)
        verdict = decide(asked, known.practice.file.policy)
        if isinstance(verdict, Send):
            verdict = self._mute.asked(known, verdict, self.now)
        match verdict:
            case Hold(rule, until):
                self._hold(row, rule, until)
            case Drop(rule):
                owed = "code_undelivered" if row.code_id and rule != "code_void" else None
                self._changes[_DROPPED].append({"row": row.id, "rule": rule, "owed": owed})
            case Send(validity):
                return self._make(known, sender, validity)
        return None

    def _hold(self, row: Any, rule: str, until: datetime | None) -> None:
        self._changes[_HELD].append({"row": row.id, "rule": rule, "until": until})

    def _since_then(self, known: Known) -> Asked:
        """The facts, with what this very batch has added to them."""
        row, asked = known.row, known.asked
        more = self._noticed[row.notice_of] if row.notice_of else 0
        return replace(
            asked,
            notices_day=asked.notices_day + more,
            notices_week=asked.notices_week + more,
            confirmed=asked.confirmed or row.address_id in self._confirmed,
        )

    def _make(self, known: Known, sender: str, validity: timedelta) -> Made | None:
        row = known.row
        try:
            made = make(self.conn, self.desk, known, sender, validity, self.now)
        except DBAPIError:
            raise
        except Exception as error:  # noqa: BLE001 - one that is broken keeps no other from going, whoever wrote it
            log.error("message %s not rendered: %s", row.message, type(error).__name__)  # noqa: TRY400 - a trace holds values
            self._changes[_FAILED].append({"row": row.id})
            task = NewTask(NOT_RENDERED, self.now, row.practice_id, row.conversation_id, urgent=True)
            open_tasks(self.conn, [task])
            return None
        if row.notice_of:
            self._noticed[row.notice_of] += 1
        if row.kind == Kind.OPT_OUT.value:
            self._confirmed.add(row.address_id)
        return made

    def _send(self, row: Any, made: Made, start_at: datetime) -> None:
        account = made.out.account if isinstance(made.out, TextOut) else ""
        values = {"row": row.id, "new_submitted_at": self.now, "new_segments": made.segments, "new_text": made.text}
        self._changes[_SENDING].append(values | {"new_account": account or None})
        self.claimed.ready.append(Ready(row.id, row.channel, start_at, row.attempts + 1, made.out))


def claim(conn: Connection, desk: Desk, now: datetime, texts: int = LIMIT, mails: int = LIMIT) -> Claimed:
    """What may start within a quarter of a second, decided and marked. Once this commits, it counts as submitted.

    So many of each at most: what is claimed and then waits for its call is decided too early.
    """
    batch = _Batch(conn, desk, now)
    for brand in lanes.take_lanes(conn, now).values():
        for lane in brand:
            left = texts - len(batch.claimed.ready)
            if left > 0:
                batch.lane(lane, brand, _look_at(batch, lane, left))
        lanes.book(conn, brand)
    if mails > 0:
        batch.mail(mails)
    batch.write()
    return batch.claimed


def _left_today(known: Known, brand: list[Lane], now: datetime) -> float:
    """How many segments of the brand's day this message may use: notices and receipts leave a share."""
    today, cap = lanes.pacific_day(now), known.practice.file.sending.segments_per_day
    used = sum(lane.segments_today for lane in brand if lane.day == today)
    share = 1.0 if known.row.rank == lanes.URGENT else 1 - RESERVED
    return cap * share - used


def _look_at(batch: _Batch, lane: Lane, left: int) -> int:
    """As many rows as this lane has room for, and a few: all that is known about each is read."""
    practice = batch.desk.practices.by_id(batch.conn, lane.practice_id)
    rate = practice.file.sending.segments_per_second if practice else 1
    free_for = batch.now + lanes.SOON - lane.starts_at(batch.now)
    return min(left, int(rate * max(0.0, free_for.total_seconds())) + 1 + SPARE)
