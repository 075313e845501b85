"""Writes down what the channels made of the messages they were given."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from bot.channels.email import ABOUT_US
from bot.channels.results import Accepted, MaybeSent, Refused, Sent, TryLater
from bot.sending import deliveries, mail_trouble
from bot.store.tables import outbox

TRIES = 5
FIRST_WAIT, LONGEST_WAIT = 0.1, 30.0
DEFERRED = timedelta(minutes=5)
ASK_AFTER = timedelta(seconds=15)
"""How long to wait for a callback before the provider is asked what became of a message."""


@dataclass(frozen=True, slots=True)
class Result:
    """One message and what became of it."""

    outbox_id: int
    attempts: int
    sent: Sent


_O = outbox.c
_THIS_TRY = (_O.id == bindparam("row"), _O.attempts == bindparam("try"))
# A call that took very long was given up on meanwhile. Now it says itself that nothing went out.
_AGAIN = (
    update(outbox)
    .where(*_THIS_TRY, _O.state.in_(("sending", "uncertain")))
    .values(state="queued", held_by=bindparam("rule"), due_at=bindparam("due"), check_at=None)
)
_HOLDS_A_CODE = select(_O.code_id).where(*_THIS_TRY)
_UNCERTAIN = update(outbox).where(*_THIS_TRY, _O.state == "sending").values(state="uncertain", check_at=bindparam("at"))


def record(
    conn: Connection, results: Sequence[Result], now: datetime, draw: Callable[[], float] = random.random
) -> None:
    """These have come back. `draw` is the dice for the waits."""
    taken = [
        deliveries.Taken(r.outbox_id, r.sent.provider_id, r.sent.state) for r in results if isinstance(r.sent, Accepted)
    ]
    deliveries.all_accepted(conn, taken, now)
    troubles: dict[str, list[int]] = {}
    for result in results:
        values: dict[str, Any] = {"row": result.outbox_id, "try": result.attempts}
        match result.sent:
            case Accepted(again=again):
                if again:
                    troubles.clear()
                    mail_trouble.over(conn, now)
            case Refused(code):
                deliveries.refused(conn, result.outbox_id, code, now)
            case TryLater(after, refused_us, trouble):
                if trouble:
                    troubles.setdefault(trouble, []).append(result.outbox_id)
                if refused_us and conn.scalar(_HOLDS_A_CODE, values):
                    # Whoever waits for it had better hear now that it does not come.
                    deliveries.refused(conn, result.outbox_id, f"{ABOUT_US}{refused_us}", now)
                    continue
                wait = backoff(result.attempts, after, draw)
                rule = "provider_busy" if result.attempts >= TRIES else None
                conn.execute(_AGAIN, values | {"rule": rule, "due": now + wait})
            case MaybeSent():
                conn.execute(_UNCERTAIN, values | {"at": now + ASK_AFTER})
    for kind, outbox_ids in troubles.items():
        mail_trouble.tell(conn, kind, outbox_ids, now)


def backoff(attempts: int, after: timedelta | None, draw: Callable[[], float]) -> timedelta:
    """Full jitter under a doubling ceiling; never less than the provider asked for. After five tries, minutes."""
    if attempts >= TRIES:
        return max(DEFERRED, after or DEFERRED)
    ceiling = min(LONGEST_WAIT, FIRST_WAIT * 2**attempts)
    return max(timedelta(seconds=draw() * ceiling), after or timedelta(0))
