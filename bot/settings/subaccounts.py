"""The tokens of practices' own Twilio accounts: files of the secrets folder, read again while we run."""

import logging
import re
import time
from collections.abc import Mapping
from pathlib import Path

log = logging.getLogger(__name__)

TOKEN_FILE = re.compile(r"PAYBOT_TWILIO_AUTH_TOKEN_(?P<next>SECONDARY_)?(?P<account>AC[0-9A-Za-z]+)")
"""Two files while a token is replaced, as the settings of the main account have two names."""
FRESH_SECONDS = 1.0
MISSING = (
    "The token of its own Twilio account is missing: its texts wait, and what comes in by that account is refused."
)
WAY_OUT = "Put it into the file PAYBOT_TWILIO_AUTH_TOKEN_{account} of the secrets folder (PAYBOT_SECRETS_DIR)."


class Subaccounts:
    """What the secrets folder held a second ago at most; asked for every text, so answered from memory."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._files: dict[str, str] = {}
        self._tokens: Mapping[str, tuple[str, ...]] = {}
        self._unreadable: set[str] = set()
        self._read_at = float("-inf")
        # Before anybody asks: the loop and the writer both do, and neither may find nothing while the other reads.
        self.tokens("")

    def tokens(self, account_sid: str) -> tuple[str, ...]:
        """The tokens of that account, the one for our own calls first; none where no file holds one."""
        if self._folder and time.monotonic() - self._read_at >= FRESH_SECONDS:
            self._read(self._folder)
        return self._tokens.get(account_sid, ())

    def _read(self, folder: Path) -> None:
        self._read_at = time.monotonic()
        try:
            names = [path.name for path in folder.iterdir() if TOKEN_FILE.fullmatch(path.name)]
        except OSError as error:
            # The folder is just being replaced: what was good a second ago loses no patient's text.
            log.warning("the secrets folder cannot be read: %s", type(error).__name__)
            return
        files = {name: self._token(folder / name) for name in names}
        if files != self._files:
            self._files, self._tokens = files, _by_account(files)

    def _token(self, path: Path) -> str:
        try:
            token = path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            if path.name not in self._unreadable:
                log.warning("%s cannot be read: %s", path.name, type(error).__name__)
                self._unreadable.add(path.name)
            return self._files.get(path.name, "")
        self._unreadable.discard(path.name)
        return token


def _by_account(files: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The second token of each after its first. An empty one is none: anybody could sign with it."""
    found: dict[str, tuple[str, ...]] = {}
    named = [(name, token) for file, token in files.items() if token and (name := TOKEN_FILE.fullmatch(file))]
    for name, token in sorted(named, key=lambda one: one[0]["next"] is not None):
        found[name["account"]] = (*found.get(name["account"], ()), token)
    return found
