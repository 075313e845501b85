"""Passwords of staff: what a good one is, and argon2id in threads of its own, at most two at a time."""

import asyncio
import secrets
import unicodedata
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

SHORTEST, LONGEST = 12, 256
FEWEST_LETTERS = 6

# Each hash takes 64 MiB and all it can get of a core: more at once would starve the loop.
_pool = ThreadPoolExecutor(2, thread_name_prefix="password")
_hasher = PasswordHasher()


def _impossible() -> str:
    """A hash that no password has, as costly to compare as ours; made without the work of hashing."""
    made = _hasher
    salt, digest = (
        b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (made.salt_len, made.hash_len)
    )
    return f"$argon2id$v={ARGON2_VERSION}$m={made.memory_cost},t={made.time_cost},p={made.parallelism}${salt}${digest}"


_NOBODYS = _impossible()


def fault(password: str, email: str) -> str | None:
    """Why this password is refused, as the name of a sentence; None when it is good."""
    told = _plain(password)
    if len(told) < SHORTEST:
        return "too_short"
    if len(told) > LONGEST:
        return "too_long"
    name = email.partition("@")[0].casefold()
    if len(set(told)) < FEWEST_LETTERS or told.casefold() in {email.casefold(), name * 2}:
        return "too_easy"
    return None


async def hashed(password: str) -> str:
    """As the database keeps it."""
    return await asyncio.get_running_loop().run_in_executor(_pool, _hasher.hash, _plain(password))


async def matches(password: str, kept: str | None) -> bool:
    """Is it the one? Without anything kept it takes just as long to say no."""
    return await asyncio.get_running_loop().run_in_executor(_pool, _verify, _plain(password), kept)


def outdated(kept: str) -> bool:
    """Was it hashed with fewer rounds than are taken now?"""
    return _hasher.check_needs_rehash(kept)


def _verify(password: str, kept: str | None) -> bool:
    try:
        return _hasher.verify(kept or _NOBODYS, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def _plain(password: str) -> str:
    """Keyboards spell the same letters in several ways (NIST SP 800-63B: normalise)."""
    return unicodedata.normalize("NFKC", password[: LONGEST * 4])
