"""The data folder: made for this user alone, or refused with the setting that names it."""

import os
from pathlib import Path

MODE = 0o700


def make_data_folder(folder: Path) -> None:
    """See that it is there and can be written to; raises UnusableSettingsError otherwise."""
    from bot.settings import UnusableSettingsError

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=MODE)
        reason = "" if os.access(folder, os.W_OK | os.X_OK) else "this user may not write there"
    except FileExistsError:
        reason = "it is no folder"
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
    if reason:
        said = f"PAYBOT_DATA_DIR, {folder.absolute()}, cannot be used: {reason}."
        raise UnusableSettingsError([f"{said} Set it to a folder that this user may write to, or may make."])
