"""Texts whose copy at the provider is still to be emptied: a card number or a code was in them (PCI DSS 3.3.1)."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Select, bindparam, func, select, update

from bot.store.among import among
from bot.store.many import adding
from bot.store.tables import inbox, outbox, redactions
from bot.store.tasks import NewTask, open_tasks

log = logging.getLogger(__name__)

MOST = 20
LONGEST_WAIT = timedelta(hours=1)
TRIES = 36
"""The waits double from a second to an hour: that is a day and some minutes."""
LEFT_THERE = "card_number_left_at_twilio"

Held = Literal["card", "code"]


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text to be emptied at the provider: one of theirs, or one of ours."""

    provider: str
    provider_id: str
    asked_at: datetime
    held: Held = "card"
    inbox_id: int | None = None
    outbox_id: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One as the database has it."""

    id: int
    inbox_id: int | None
    provider: str
    provider_id: str
    held: Held
    tries: int
    practice_id: int | None
    conversation_id: int | None
    left_by: str | None
    noted: Mapping[str, Any] | None
    """About one of theirs, as it came."""

    @property
    def account(self) -> str:
        """The practice's own at the provider, that it came or left by: others would say that there is no such text."""
        return self.left_by or str((self.noted or {}).get("account", ""))


_R, _I, _O = redactions.c, inbox.c, outbox.c
_NAMES = ("provider", "provider_id", "asked_at", "held", "inbox_id", "outbox_id")
_ASK = adding(redactions, (*_NAMES, "ask_at"))
_DUE: Select[Any] = (
    select(
        _R.id, _R.inbox_id, _R.provider, _R.provider_id, _R.held, _R.tries,
        func.coalesce(_I.practice_id, _O.practice_id), func.coalesce(_I.conversation_id, _O.conversation_id),
        _O.account, _I.details,
    )
    .join_from(redactions, inbox, _R.inbox_id == _I.id, isouter=True)
    .join(outbox, _R.outbox_id == _O.id, isouter=True)
    .where(_R.ask_at <= bindparam("now"))
    .order_by(_R.ask_at, _R.id)
    .limit(MOST)
)  # fmt: skip
_DONE = update(redactions).where(among(_R.id, "ids")).values(done_at=bindparam("now"), ask_at=None)
_REFUSED = update(redactions).where(_R.id == bindparam("row")).values(tries=bindparam("tried"), ask_at=bindparam("at"))


def ask(conn: Connection, wanted: Sequence[Redaction]) -> None:
    """Ask for these to be emptied."""
    _ASK.each(conn, [{name: getattr(one, name) for name in _NAMES} | {"ask_at": one.asked_at} for one in wanted])


def due(conn: Connection, now: datetime) -> list[Asked]:
    """Those about which the provider is to be asked now."""
    return [Asked(*row) for row in conn.execute(_DUE, {"now": now})]


def done(conn: Connection, ids: Collection[int], now: datetime) -> None:
    """These are empty."""
    if ids:
        conn.execute(_DONE, {"ids": list(ids), "now": now})


def refused(conn: Connection, these: Collection[Asked], now: datetime) -> None:
    """The provider has not emptied these: later again, and after a day somebody else must.

    A code that is a day old opens nothing any more: nobody is asked to go and delete it.
    """
    if not these:
        return
    moments = [(one, now + wait(one.tries) if one.tries + 1 < TRIES else None) for one in these]
    conn.execute(_REFUSED, [{"row": one.id, "tried": one.tries + 1, "at": at} for one, at in moments])
    left = [one for one, at in moments if at is None]
    cards = [one for one in left if one.held == "card"]
    if left:
        log.error("left at the provider: %s texts with card numbers, %s with codes", len(cards), len(left) - len(cards))
        tasks = [NewTask(LEFT_THERE, now, one.practice_id, one.conversation_id, one.inbox_id) for one in cards]
        open_tasks(conn, tasks)


def wait(tries: int) -> timedelta:
    """After so many tries before this one."""
    return min(LONGEST_WAIT, timedelta(seconds=2**tries))
