"""Errors that no command foresaw: those of the world get a sentence with a way out, the rest are bugs of ours."""

import os
import traceback
from pathlib import Path

from sqlalchemy.exc import DBAPIError, NoSuchModuleError

from bot.settings import UnusableSettingsError, load_settings


def explain(error: Exception) -> str:
    """A sentence. The traceback only when it was asked for, because it may hold what nobody else should read."""
    known = _known(error)
    if os.environ.get("PAYBOT_LOG_LEVEL", "").lower() == "debug":
        return "".join(traceback.format_exception(error)) + (known or "")
    return known or (
        f"Something went wrong that should not have ({type(error).__name__}). "
        "Run it again with PAYBOT_LOG_LEVEL=debug to see where, and please report it."
    )


def _known(error: Exception) -> str | None:
    match error:
        case UnusableSettingsError():
            return str(error)
        case DBAPIError():
            return _database(error)
        case NoSuchModuleError() | ModuleNotFoundError() if "psycopg" in str(error):
            return "PostgreSQL needs its driver: pip install 'paybot[postgres]'."
        case OSError(strerror=reason, filename=name) if reason:
            return f"{reason}: {name}." if name else f"{reason}."
        case _:
            return None


def _database(error: DBAPIError) -> str | None:
    words = str(error.orig).lower()
    if "locked" in words:
        return "The database is busy: another command holds it. Try again in a moment."
    if "unable to open" in words:
        return (
            f"The database file{_file()} cannot be opened. See that PAYBOT_DATA_DIR, or the folder that "
            "PAYBOT_DATABASE_URL names, is there and that this user may write to it."
        )
    if "malformed" in words:
        return f"The database file{_file()} is damaged: stop the server and restore a backup."
    if "not a database" in words:
        return "The file at PAYBOT_DATABASE_URL is not a database of ours."
    if "readonly" in words or "read-only" in words:
        return (
            f"The database{_file()} cannot be written to: the file or its folder is read-only. "
            "See that both belong to this user (PAYBOT_DATA_DIR)."
        )
    if "full" in words and "disk" in words:
        return "The disk is full: make room, or move PAYBOT_DATA_DIR."
    if error.connection_invalidated or any(word in words for word in ("connect", "server closed", "shutting down")):
        return "The database does not answer. See that PAYBOT_DATABASE_URL is right and the server is up."
    return None


def _file() -> str:
    """Where it is, as far as the settings can still be read."""
    from sqlalchemy import make_url

    try:
        name = make_url(load_settings().database_url).database
    except UnusableSettingsError:
        return ""
    return f" {Path(name).absolute()}" if name else ""
