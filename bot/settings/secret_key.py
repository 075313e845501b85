"""The root key: given by the operator, or made once in the data folder where only we can read it."""

import os
import secrets
from pathlib import Path

from bot.settings.data_folder import make_data_folder

FILE = "secret.key"


def secret_keys(given: str, data_dir: Path) -> tuple[str, ...]:
    """The keys, newest first: those given, or the one of the data folder, which the first start makes."""
    keys = tuple(key.strip() for key in given.split(",") if key.strip())
    return keys or (_own_key(data_dir),)


def _own_key(data_dir: Path) -> str:
    path = data_dir / FILE
    if not path.exists():
        _make(path)
    return path.read_text("ascii").strip()


def _make(path: Path) -> None:
    make_data_folder(path.parent)
    fresh = path.with_name(f".{FILE}.{secrets.token_hex(8)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(handle)
    try:
        # A link appears whole or not at all, so of two processes that start at once the second reads the first's key.
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
