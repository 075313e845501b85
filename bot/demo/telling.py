"""How the demo is told in a terminal: who speaks, what happens, at a pace that can be read."""

import asyncio

from rich.console import Console
from rich.text import Text

PAUSE_SECONDS = 0.3
STYLES = {"patient": "bold cyan", "practice": "green", "mail": "yellow", "web": "magenta", "system": "dim"}
LABELS = {"patient": "PT>", "practice": "BOT>", "mail": "MAIL>", "web": "WEB>", "system": "SYS>"}


class Teller:
    """Prints the talk; `paced` waits a moment between lines, as people need it."""

    def __init__(self, *, paced: bool, console: Console | None = None) -> None:
        self._pause = PAUSE_SECONDS if paced else 0.0
        self._console = console or Console(highlight=False, soft_wrap=True)

    def title(self, words: str) -> None:
        """A heading."""
        self._console.print()
        self._console.print(Text(words, style="bold"))

    def note(self, words: str) -> None:
        """Something beside the talk."""
        self._console.print(Text(words))

    async def line(self, who: str, words: str) -> None:
        """One thing said or done."""
        label = Text(f"{LABELS[who]:<6}", style=STYLES[who])
        self._console.print(label + Text(" ".join(words.split()), style=STYLES[who] if who == "system" else ""))
        await asyncio.sleep(self._pause)
