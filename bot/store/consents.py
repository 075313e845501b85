"""Who agreed to what, in which words, when: evidence that is only ever added to, and its sum on the address."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from bot.store.among import among
from bot.store.tables import addresses, consents
from conversations.events import Way


@dataclass(frozen=True, slots=True)
class Consent:
    """One statement about one address. It holds for the whole practice (47 CFR 64.1200(a)(10))."""

    practice_id: int
    address_id: int
    channel: Way
    status: str
    wording: str
    source: str
    at: datetime
    person_id: int | None = None
    inbox_id: int | None = None


_RECORD = insert(consents)
_SUM = (
    update(addresses)
    .where(addresses.c.id == bindparam("row"))
    .values(consent=bindparam("status"), consent_at=bindparam("since"))
)
_GRANTS = (
    select(consents.c.address_id, func.max(consents.c.id))
    .where(among(consents.c.address_id, "ids"), consents.c.status == "granted")
    .group_by(consents.c.address_id)
)
_NAMES = ("practice_id", "address_id", "channel", "status", "wording", "source", "at", "person_id", "inbox_id")


def record(conn: Connection, statements: Sequence[Consent]) -> None:
    """Write these down, and let the last one about each address hold."""
    if statements:
        conn.execute(_RECORD, [{name: getattr(one, name) for name in _NAMES} for one in statements])
        conn.execute(_SUM, [{"row": one.address_id, "status": one.status, "since": one.at} for one in statements])


def grants(conn: Connection, address_ids: Collection[int]) -> dict[int, int]:
    """The newest consent row of each address: the ground of whatever we begin there."""
    return {row[0]: row[1] for row in conn.execute(_GRANTS, {"ids": list(address_ids)})} if address_ids else {}
