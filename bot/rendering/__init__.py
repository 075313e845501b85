"""Turns a message's name and values into the words a patient reads; the words themselves live in `templates/`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, Template, TemplateError, TemplateNotFound, select_autoescape

from bot.rendering.gsm7 import fold, segments
from bot.rendering.layers import Layers, UnusableTemplateError, templates_folder
from conversations.effects import Value
from conversations.policy import OfficeHours

__all__ = ["MailText", "MissingMessageError", "PracticeWords", "Renderer", "messages", "segments", "templates_folder"]

Part = tuple[str, Template]
"""Words, and the file that says them."""
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


def messages() -> tuple[str, ...]:
    """Every message there is, as `flow/name`."""
    root = templates_folder() / "messages" / "en"
    return tuple(sorted({f"{file.parent.name}/{file.name.split('.')[0]}" for file in root.glob("*/*.txt")}))


class Renderer:
    """Compiled once, asked often. A practice's own wording may lie over ours, file by file."""

    def __init__(self, overlay: Path | None = None, *, strict: bool = False) -> None:
        self._texts = Layers(overlay, strict=strict, finalize=_folded)
        self._mails = Layers(overlay, strict=strict, autoescape=select_autoescape(["html"], default=False))
        self._found: dict[tuple[Environment, str, str, str], Template | None] = {}

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
        short = {key: _cut(value) if key.endswith("name") else value for key, value in values.items()}
        context = _context(short, language, practice, link, code, host, site)

        def drawn(layers: Environment) -> list[Part]:
            return [_part(self._need(layers, message, language, "sms.txt"), context)]

        return self._drawn(self._texts, drawn, context)[0]

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

        def drawn(layers: Environment) -> list[Part]:
            return self._mail_parts(layers, message, language, context)

        _, subject, text, html = self._drawn(self._mails, drawn, context)
        return MailText(" ".join(subject.split()), text + "\n", html)

    def _mail_parts(self, layers: Environment, message: str, language: str, context: dict[str, Any]) -> list[Part]:
        """The words, and what is made of them."""
        plain = "email.txt" if self._find(layers, message, language, "email.txt") else "sms.txt"
        words = _part(self._need(layers, message, language, plain), context)
        subject = self._find(layers, message, language, "subject.txt")
        own = self._find(layers, message, language, "email.html")
        paragraphs = [p.strip() for p in words[0].split("\n\n")]
        return [
            words,
            _part(subject or self._need(layers, "layout", language, "subject.txt"), context),
            _part(layers.get_template("messages/layout.email.txt"), {**context, "words": words[0]}),
            _part(own or layers.get_template("messages/layout.email.html"), {**context, "paragraphs": paragraphs}),
        ]

    def _drawn(self, layers: Layers, drawn: Callable[[Environment], list[Part]], context: dict[str, Any]) -> list[str]:
        """The words of each part. What is laid over must say what ours would: nobody can answer a code left out."""

        def complete(among: Environment) -> list[str]:
            parts = drawn(among)
            if any(layers.is_laid_over(template.filename) for _, template in parts):
                self._compare(layers, parts, drawn, context)
            return [words for words, _ in parts]

        return layers.draw(complete)

    def _compare(
        self, layers: Layers, parts: list[Part], drawn: Callable[[Environment], list[Part]], context: dict[str, Any]
    ) -> None:
        for words, template in parts:
            if not words and layers.is_laid_over(template.filename):
                raise UnusableTemplateError("it says nothing", str(template.filename))
        try:
            ours = drawn(layers.ours)
        except (TemplateError, LookupError, TypeError, ValueError):
            # Not one of ours, or its values are of a time when ours asked for others: nothing to compare with.
            return
        for (words, template), (own, _) in zip(parts, ours, strict=True):
            for place in ("code", "link"):
                if context[place] in own and context[place] not in words and layers.is_laid_over(template.filename):
                    raise UnusableTemplateError(f"it leaves out {{{{ {place} }}}}", str(template.filename))

    def _need(self, layers: Environment, message: str, language: str, suffix: str) -> Template:
        found = self._find(layers, message, language, suffix)
        if found is None:
            raise MissingMessageError(f"no template messages/{language}/{message}.{suffix}")
        return found

    def _find(self, layers: Environment, message: str, language: str, suffix: str) -> Template | None:
        key = (layers, message, language, suffix)
        if key not in self._found:
            try:
                self._found[key] = layers.get_template(f"messages/{language}/{message}.{suffix}")
            except TemplateNotFound:
                self._found[key] = None
        return self._found[key]


def _part(template: Template, context: dict[str, Any]) -> Part:
    return template.render(context).strip(), template


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
