"""What every check may use: the settings, the practices, a client session, a resolver, the time."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

import aiohttp
from sqlalchemy import Engine

from bot.clock import Clock
from bot.practice_file import PracticeFile
from bot.settings import Settings


class Resolver(Protocol):
    """Asks the domain name system."""

    async def texts(self, name: str) -> list[str]:
        """TXT records; empty when there are none. Raises ResolverError when nobody answers."""

    async def mail_hosts(self, name: str) -> list[str]:
        """MX hosts, the first choice first."""


class ResolverError(Exception):
    """No answer came."""


def disk_room(folder: Path) -> tuple[int, int]:
    """Bytes in all, and free."""
    usage = shutil.disk_usage(folder)
    return usage.total, usage.free


@dataclass(slots=True)
class Surroundings:
    """Found on the way and shared: the practices from the database, the clocks of others."""

    settings: Settings
    engine: Engine
    session: aiohttp.ClientSession
    resolver: Resolver
    clock: Clock
    practices: Sequence[PracticeFile] = ()
    room: Callable[[Path], tuple[int, int]] = disk_room
    clocks: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)
    """Whose clock: what it showed, and what ours showed then."""
