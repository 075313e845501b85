"""Where a message stands. States only move forward, whatever the order in which the provider's words arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from bot.sending.failures import follow
from bot.sending.provider_errors import ERRORS, ErrorClass
from bot.store import redactions
from bot.store.among import among
from bot.store.dialects import insert_new
from bot.store.prepared import Prepared
from bot.store.tables import message_states, outbox

__all__ = ["ERRORS", "ErrorClass", "accepted", "advance", "record_status", "refused"]

FIRST_CHECK = timedelta(minutes=10)
"""Missing callbacks are normal: after so long the provider is asked."""
NO_RECEIPT = timedelta(hours=72)
"""After so long without a receipt nobody will know: it stays `sent`, and is shown as unknown."""

STATES = {
    "accepted": "sent", "scheduled": "sent", "queued": "sent", "sending": "sent", "sent": "sent",
    "delivered": "delivered", "read": "delivered", "undelivered": "undelivered",
    "failed": "failed", "canceled": "failed",
}  # fmt: skip
"""The provider's word, and ours: `sent` means that the provider has it."""
ORDER = ("queued", "held", "sending", "uncertain", "sent", "dropped", "failed", "undelivered", "delivered")
"""Forward is to the right. Carriers do say `delivered` after `undelivered`, and then it is true."""
LOST = frozenset({"failed", "undelivered"})
FINAL = LOST | {"delivered", "dropped"}

_O, _M = outbox.c, message_states.c
_SEEN = insert_new(message_states, _M.id)
_TOLD = select(_M.state, _M.error_code).where(_M.provider_id == bindparam("provider_id"))
_BY_ID = select(outbox).where(_O.id == bindparam("key")).with_for_update(key_share=True)
_BY_PROVIDER = select(outbox).where(_O.provider_id == bindparam("key")).with_for_update(key_share=True)
_MANY = Prepared(
    select(_O.id, _O.state, _O.channel).where(among(_O.id, "ids")).order_by(_O.id).with_for_update(key_share=True)
)
_HEARD = Prepared(select(_M.provider_id).where(among(_M.provider_id, "ids", words=True)))
_HELD = Prepared(select(_O.provider_id).where(among(_O.provider_id, "ids", words=True)))
_MOVE = Prepared(
    update(outbox)
    .where(_O.id == bindparam("row"))
    .values({name: bindparam(f"new_{name}") for name in ("state", "provider_id", "error_code", "check_at")})
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that the provider accepted."""

    outbox_id: int
    provider_id: str
    state: str


def record_status(
    conn: Connection,
    provider_id: str,
    outbox_id: int | None,
    state: str,
    error_code: str | None,
    now: datetime,
    account: str = "",
) -> bool:
    """What the provider said about a message. False: we know of no such message (yet); what was said is kept.

    `account`: a practice's own, in whose name it was said. It speaks of what left by it, and of nothing else.
    """
    if not _note(conn, provider_id, state, error_code, now):
        return True
    row = _row(conn, provider_id, outbox_id)
    if row is None or (account and account != row.account):
        return False
    advance(conn, row, provider_id, state, error_code, now)
    return True


def accepted(conn: Connection, outbox_id: int, provider_id: str, state: str, now: datetime) -> None:
    """The provider took it. Whatever callbacks came before our own call returned count too."""
    row = conn.execute(_BY_ID, {"key": outbox_id}).one_or_none()
    if row is None:
        return
    other = conn.execute(_BY_PROVIDER, {"key": provider_id}).one_or_none()
    if other is not None and other.id != outbox_id:
        # Reconciling gave it to a twin of this row, which went to the same number at the same time.
        advance(conn, row, None, state, None, now)
        return
    heard = [
        (state, None),
        *((said.state, said.error_code) for said in conn.execute(_TOLD, {"provider_id": provider_id})),
    ]
    for said, error_code in heard:
        advance(conn, row, provider_id, said, error_code, now)
        row = conn.execute(_BY_ID, {"key": outbox_id}).one()


def all_accepted(conn: Connection, taken: Sequence[Taken], now: datetime) -> None:
    """The same for many: those that nobody has said anything else about are moved together."""
    if not taken:
        return
    ids, sids = [one.outbox_id for one in taken], [one.provider_id for one in taken]
    rows = {row.id: row for row in _MANY.records(conn, {"ids": ids})}
    heard = {row[0] for known in (_HEARD, _HELD) for row in known.rows(conn, {"ids": sids})}
    plain: list[dict[str, Any]] = []
    for one in taken:
        row = rows.get(one.outbox_id)
        if row is None or row.state != "sending" or one.provider_id in heard or STATES.get(one.state) != "sent":
            accepted(conn, one.outbox_id, one.provider_id, one.state, now)
        else:
            check_at = now + FIRST_CHECK if row.channel == "text" else None
            moved = {"new_state": "sent", "new_error_code": None, "new_check_at": check_at}
            plain.append(moved | {"row": row.id, "new_provider_id": one.provider_id})
    _MOVE.each(conn, plain)


def refused(conn: Connection, outbox_id: int, error_code: str, now: datetime) -> None:
    """The provider would not take it."""
    row = conn.execute(_BY_ID, {"key": outbox_id}).one_or_none()
    if row is not None:
        advance(conn, row, None, "failed", error_code, now)


def advance(
    conn: Connection, row: Row[Any], provider_id: str | None, said: str, error_code: str | None, now: datetime
) -> None:
    """Move forward, or stay."""
    state = STATES.get(said)
    if state is None or row.state == "dropped":
        return
    moved = ORDER.index(state) > ORDER.index(row.state)
    after = state if moved else row.state
    values = {
        "row": row.id,
        "new_state": after,
        "new_provider_id": row.provider_id or provider_id,
        "new_error_code": (error_code if moved else row.error_code) if after in LOST else None,
        "new_check_at": None if after in FINAL else now + FIRST_CHECK if moved else row.check_at,
    }
    _MOVE.run(conn, values if row.channel == "text" else values | {"new_check_at": None})
    if after in FINAL and row.state not in FINAL:
        forget_code(conn, row, row.provider_id or provider_id, now)
    if moved and after in LOST and row.state not in LOST:
        follow(conn, row, error_code, now)


def is_final(said: str) -> bool:
    """Will nothing more happen, by the provider's word?"""
    return STATES.get(said) in FINAL


def forget_code(conn: Connection, row: Row[Any], provider_id: str | None, now: datetime) -> None:
    """Nothing more will happen to this message: if it is a text that held a code, the provider's copy goes.

    Earlier than that the provider would refuse, or send an empty one.
    """
    if row.code_id is not None and row.channel == "text" and provider_id:
        redactions.ask(conn, [redactions.Redaction("twilio", provider_id, now, "code", outbox_id=row.id)])


def _note(conn: Connection, provider_id: str, state: str, error_code: str | None, now: datetime) -> bool:
    """Write it down; False when this was said before."""
    said = {"provider_id": provider_id, "state": state[:20], "error_code": error_code and error_code[:20], "at": now}
    return conn.execute(_SEEN[conn.dialect.name], said).one_or_none() is not None


def _row(conn: Connection, provider_id: str, outbox_id: int | None) -> Row[Any] | None:
    found = conn.execute(_BY_PROVIDER, {"key": provider_id}).one_or_none()
    if found is None and outbox_id is not None:
        named = conn.execute(_BY_ID, {"key": outbox_id}).one_or_none()
        found = named if named is not None and named.provider_id in {None, provider_id} else None
    return found
