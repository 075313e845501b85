"""What outbox rows still owe: news for the road, a question to the provider, an end to an unfinished call."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, select, update

from bot.store.lanes import WAITING
from bot.store.tables import addresses, codes, outbox, person_addresses, sending_numbers

MOST = 20
UNFINISHED = timedelta(seconds=60)
"""No call to a provider lasts so long: whoever made it is gone."""

_O, _A = outbox.c, addresses.c
_OWED = (
    select(_O.id, _O.practice_id, _O.channel, _O.follow_up, _O.notice_of, codes.c.conversation_id, codes.c.person_ids)
    .join_from(outbox, codes, _O.code_id == codes.c.id, isouter=True)
    .where(_O.follow_up.is_not(None))
    .order_by(_O.follow_up, _O.id)  # as their index has them: by id alone, SQLite would walk the whole table
    .limit(MOST)
)
_PAID = update(outbox).where(_O.id.in_(bindparam("ids", expanding=True))).values(follow_up=None)
_MAIL_OF = (
    select(_A.address)
    .join_from(person_addresses, addresses, person_addresses.c.address_id == _A.id)
    .where(person_addresses.c.person_id == bindparam("person"), _A.channel == "email", _A.problem.is_(None))
    .order_by(_A.id)
    .limit(1)
)
_TWIN = outbox.alias("twin")
_BEING_SENT = exists().where(and_(_TWIN.c.address_id == _O.address_id, _TWIN.c.state == "sending", _TWIN.c.id != _O.id))
_CHECKS = (
    select(
        _O.id, _O.practice_id, _O.conversation_id, _O.person_ids, _O.channel, _O.state, _O.provider_id, _O.submitted_at,
        _O.code_id, _O.account, _A.address, sending_numbers.c.number, _BEING_SENT.label("being_sent"),
    )
    .join_from(outbox, addresses, _O.address_id == _A.id)
    .join(sending_numbers, _O.number_id == sending_numbers.c.id, isouter=True)
    .where(_O.check_at <= bindparam("now"))
    .order_by(_O.check_at, _O.id)
    .limit(MOST)
)  # fmt: skip
# One that waits to be sent again, since its call came back after all, is not asked about.
_NEXT_CHECK = update(outbox).where(_O.id == bindparam("row"), _O.state.not_in(WAITING)).values(check_at=bindparam("at"))
_KNOWN = select(_O.provider_id).where(_O.provider_id.in_(bindparam("ids", expanding=True)))
_LEFT = (
    update(outbox)
    .where(_O.state == "sending", _O.submitted_at <= bindparam("before"))
    .values(state="uncertain", check_at=bindparam("now"))
)


_ANY_LEFT = select(exists().where(_O.state == "sending", _O.submitted_at <= bindparam("before")))


def owed(conn: Connection) -> Sequence[Row[Any]]:
    """Rows about which the road is still to be told."""
    return list(conn.execute(_OWED))


def paid(conn: Connection, ids: Collection[int]) -> None:
    """It has been told."""
    conn.execute(_PAID, {"ids": list(ids)})


def mail_of(conn: Connection, person_id: int) -> str | None:
    """Where that person gets mail."""
    found: str | None = conn.scalar(_MAIL_OF, {"person": person_id})
    return found


def checks(conn: Connection, now: datetime) -> Sequence[Row[Any]]:
    """Messages about which the provider is to be asked now."""
    return list(conn.execute(_CHECKS, {"now": now}))


def check_again(conn: Connection, outbox_id: int, at: datetime | None) -> None:
    """Ask again then; None: never."""
    conn.execute(_NEXT_CHECK, {"row": outbox_id, "at": at})


def known(conn: Connection, provider_ids: Collection[str]) -> set[str]:
    """Which of these messages of the provider's are rows of ours already."""
    return set(conn.scalars(_KNOWN, {"ids": list(provider_ids)})) if provider_ids else set()


def left_behind(conn: Connection, now: datetime) -> bool:
    """Is there such a row?"""
    return bool(conn.scalar(_ANY_LEFT, {"before": now - UNFINISHED}))


def give_up_on(conn: Connection, now: datetime, *, all_of_them: bool = False) -> int:
    """Rows that a process left behind in the middle of a call: nobody knows whether they went out."""
    return conn.execute(_LEFT, {"now": now, "before": now if all_of_them else now - UNFINISHED}).rowcount
