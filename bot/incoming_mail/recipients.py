"""Who is written to: the token in an address of ours decides, never To, never In-Reply-To."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from bot.keys import Keys
from bot.store import reply_addresses
from bot.store.practices import Practices
from bot.store.reply_addresses import Kind, ReplyAddress

_TOKEN = re.compile(r"(reply|bounce)\+([0-9A-Fa-f]{32})")


class Door(StrEnum):
    """What an address of ours is for."""

    REPLY = "reply"
    BOUNCE = "bounce"
    PRACTICE = "practice"  # what our mails are from; whoever writes there brings no token
    POSTMASTER = "postmaster"


@dataclass(frozen=True, slots=True)
class Recipient:
    """One address of ours that exists."""

    door: Door
    of: ReplyAddress | None = None
    practice_id: int | None = None
    on_file: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What tells it from others, without telling what it is."""
        return f"{self.door}:{self.of.id if self.of else self.practice_id or 0}"


class Recipients:
    """Looks addresses up."""

    def __init__(self, keys: Keys, practices: Practices, domain: str) -> None:
        self._keys, self._practices, self._domain = keys, practices, domain.lower()

    def find(self, conn: Connection, address: str, now: datetime) -> Recipient | None:
        """What that address is; None: no address of ours."""
        local, _, domain = address.strip("<>").rpartition("@")
        if not local:
            local, domain = domain, self._domain
        if local.lower() == "postmaster" and domain.lower() == self._domain:
            return Recipient(Door.POSTMASTER)
        if domain.lower() != self._domain:
            return None
        token = _TOKEN.fullmatch(local.lower())
        if token:
            return self._by_token(conn, Kind(token[1]), token[2], now)
        practice = self._practices.by_slug(conn, local.lower())
        if practice is None:
            return None
        return Recipient(Door.PRACTICE, None, practice.id, (practice.file.phone, *practice.numbers))

    def _by_token(self, conn: Connection, kind: Kind, token: str, now: datetime) -> Recipient | None:
        found = reply_addresses.find(conn, self._keys, kind, token, now)
        practice = self._practices.by_id(conn, found.practice_id) if found else None
        if found is None or practice is None:
            return None
        return Recipient(Door(kind.value), found, practice.id, (practice.file.phone, *practice.numbers))
