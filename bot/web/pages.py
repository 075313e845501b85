"""Draws pages: one layout, one page, the words of one language. No page of ours for patients has a script."""

import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment

from bot.practice_file import PracticeFile
from bot.practice_file.words import phone_display
from bot.rendering.layers import Layers, templates_folder

LANGUAGES = ("en", "es")

_ABOVE = re.compile(r"^--- .{1,80} ---\n+", re.MULTILINE)
_STEERING = [*range(0x20), *range(0x7F, 0xA0)]
_TURNING = [0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_SHOWN = {code: "\N{REPLACEMENT CHARACTER}" for code in _STEERING + _TURNING if chr(code) not in "\n\t"}


def visible(text: str) -> str:
    """Marks that turn the reading order around or steer a terminal are shown as marks."""
    return text.translate(_SHOWN)


def as_sent(text: str) -> str:
    """What staff read of our own words: no letterhead, and what was secret named by what it was."""
    words = _ABOVE.sub("", visible(text).partition("\n-- \n")[0], count=1)
    return words.replace("{link}", "[their link]").replace("{code}", "[their code]")


class Pages:
    """Compiled on first use; a practice's own folder may lie over ours, file by file."""

    def __init__(self, overlay: Path | None = None) -> None:
        self._folders = [folder for folder in (overlay, templates_folder()) if folder]
        self._layers = Layers(overlay, autoescape=True)
        self._files: dict[str, str] = {}

    def draw(
        self,
        page: str,
        *,
        language: str = "en",
        practice: PracticeFile | None = None,
        status: int = 200,
        notice: Mapping[str, Any] | None = None,
        **values: Any,
    ) -> web.Response:
        """The page, as an answer."""
        spoken = language if language in LANGUAGES else "en"
        offered = practice.languages if practice else LANGUAGES
        other = next((each for each in LANGUAGES if each != spoken and each in offered), "")
        told = {"language": spoken, "other_language": other, "practice": practice, "notice": notice, "status": status}
        drawn = self._drawn(f"pages/{page}.html", {**values, **told})
        return web.Response(text=drawn, status=status, content_type="text/html")

    def words(self, name: str, language: str, practice: PracticeFile, *values: object) -> str:
        """One sentence of the pages by itself, as it is read: what is agreed to is kept in these words."""

        def sentence(layers: Environment) -> str:
            words = layers.get_template(f"pages/words.{language}.html")
            module = words.make_module({"language": language, "practice": practice})
            return str(getattr(module, name)(*values))

        return html.unescape(self._layers.draw(sentence))

    def draw_console(
        self, page: str, *, practice: PracticeFile | None = None, status: int = 200, **values: Any
    ) -> web.Response:
        """A page for staff, in English."""
        told: dict[str, Any] = {"language": "en", "practice": practice, "status": status}
        told |= {"phone": phone_display, "visible": visible, "as_sent": as_sent}
        nobody = {"who": None, "notice": "", "path": ""}
        drawn = self._drawn(f"console/{page}.html", {**nobody, **values, **told})
        return web.Response(text=drawn, status=status, content_type="text/html")

    def draw_tool(self, page: str, **values: Any) -> web.Response:
        """A page for people who develop: the simulators."""
        drawn = self._drawn(f"simulator/{page}.html", values)
        return web.Response(text=drawn, content_type="text/html")

    def file(self, name: str) -> str:
        """A style sheet or script that lies beside the templates."""
        if name not in self._files:
            found = next(path for folder in self._folders if (path := folder / name).is_file())
            self._files[name] = found.read_text("utf-8", errors="replace")
        return self._files[name]

    def _drawn(self, name: str, values: Mapping[str, Any]) -> str:
        return self._layers.draw(lambda layers: layers.get_template(name).render(values))


def say(words: str, tone: str = "bad", **values: Any) -> dict[str, Any]:
    """A sentence above the page: the name of its words, and what they speak of."""
    return {"words": words, "tone": tone, "values": values}
