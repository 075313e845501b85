"""Turns a message's name and values into the words a patient reads; the words themselves live in `templates/`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    select_autoescape,
)

from bot.rendering.gsm7 import fold, segments
from bot.rendering.phrases import FILTERS
from conversations.effects import Value
from conversations.policy import OfficeHours

__all__ = ["MailText", "MissingMessageError", "PracticeWords", "Renderer", "messages", "segments", "templates_folder"]

LONGEST_NAME = 20
"""Longer first names are cut in texts, so that a text stays one segment whoever reads it."""


class PracticeWords(Protocol):
    """What sentences may say about a practice; a PracticeFile has it all."""

    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def text_name(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def phone_display(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def website(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def office(self) -> OfficeHours: ...


@dataclass(frozen=True, slots=True)
class MailText:
    """The words of one mail."""

    subject: str
    text: str
    html: str


class MissingMessageError(LookupError):
    """No template says this, in this language, on this channel."""


def templates_folder() -> Path:
    """Inside the package when installed, beside it in a checkout."""
    inside = Path(__file__).parents[1] / "templates"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "templates"


def messages() -> tuple[str, ...]:
    """Every message there is, as `flow/name`."""
    root = templates_folder() / "messages" / "en"
    return tuple(sorted({f"{file.parent.name}/{file.name.split('.')[0]}" for file in root.glob("*/*.txt")}))


class Renderer:
    """Compiled once, asked often. A practice's own wording may lie over ours, file by file."""

    def __init__(self, overlay: Path | None = None) -> None:
        folders: list[BaseLoader] = [FileSystemLoader(f) for f in (overlay, templates_folder()) if f]
        loader = ChoiceLoader(folders)
        self._texts = _environment(loader, finalize=_folded)
        self._mails = _environment(loader, autoescape=select_autoescape(["html"], default=False))
        self._found: dict[tuple[str, str, str, bool], Template | None] = {}

    def text(
        self,
        message: str,
        language: str,
        values: Mapping[str, Value],
        practice: PracticeWords,
        *,
        link: str = "{link}",
        code: str = "{code}",
        host: str = "",
        site: str = "",
    ) -> str:
        """One text message. Without `link` and `code` their places stay in it, as rows and staff see it."""
        template = self._need(message, language, "sms.txt", self._texts)
        short = {key: _cut(value) if key.endswith("name") else value for key, value in values.items()}
        return template.render(_context(short, language, practice, link, code, host, site)).strip()

    def mail(
        self,
        message: str,
        language: str,
        values: Mapping[str, Value],
        practice: PracticeWords,
        *,
        link: str = "{link}",
        code: str = "{code}",
        host: str = "",
        site: str = "",
    ) -> MailText:
        """One mail. A message that has no words of its own for mail is told in those of the text."""
        context = _context(values, language, practice, link, code, host, site)
        subject = self._find(message, language, "subject.txt") or self._need("layout", language, "subject.txt")
        plain = "email.txt" if self._find(message, language, "email.txt") else "sms.txt"
        template = self._need(message, language, plain)
        words = template.render(context).strip()
        own = self._find(message, language, "email.html")
        paragraphs = [p.strip() for p in words.split("\n\n")]
        html = own.render(context) if own else self._layout("html").render({**context, "paragraphs": paragraphs})
        text = self._layout("txt").render({**context, "words": words})
        return MailText(" ".join(subject.render(context).split()), text.strip() + "\n", html)

    def _need(self, message: str, language: str, suffix: str, among: Environment | None = None) -> Template:
        found = self._find(message, language, suffix, among)
        if found is None:
            raise MissingMessageError(f"no template messages/{language}/{message}.{suffix}")
        return found

    def _find(self, message: str, language: str, suffix: str, among: Environment | None = None) -> Template | None:
        chosen = among or self._mails
        key = (message, language, suffix, chosen is self._texts)
        if key not in self._found:
            try:
                self._found[key] = chosen.get_template(f"messages/{language}/{message}.{suffix}")
            except TemplateNotFound:
                self._found[key] = None
        return self._found[key]

    def _layout(self, kind: str) -> Template:
        return self._mails.get_template(f"messages/layout.email.{kind}")


def _environment(loader: BaseLoader, **options: Any) -> Environment:
    environment = Environment(  # noqa: S701 - texts are not HTML; mails choose by suffix
        loader=loader, undefined=StrictUndefined, auto_reload=False, trim_blocks=True, lstrip_blocks=True, **options
    )
    environment.filters.update(FILTERS)
    return environment


def _context(
    values: Mapping[str, Value], language: str, practice: PracticeWords, link: str, code: str, host: str, site: str
) -> dict[str, Any]:
    ours = {"link": link, "code": code, "host": host, "site": site or f"https://{host}"}
    # Ours come last: no value may pass itself off as the link or the practice.
    return {**values, "language": language, "practice": practice, **ours}


def _folded(value: Any) -> Any:
    return fold(value) if isinstance(value, str) else value


def _cut(value: Value) -> Value:
    if not isinstance(value, str) or len(value) <= LONGEST_NAME:
        return value
    return value[: LONGEST_NAME + 1].rpartition(" ")[0] or value[:LONGEST_NAME]
