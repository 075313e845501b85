"""Bytes of a part as letters, whatever charset they claim to be in."""

import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from typing import Any, Self

LONGEST = 512 * 1024
_ENCODED = re.compile(r"=\?[^?\s]{1,60}\?[bqBQ]\?[^?]{0,2000}\?=")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_BETWEEN = re.compile(r"(?<=\?=)\s+(?==\?)")
NOT_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
"""Python would decode by these names too; none is a charset of mail, and two are slow on purpose-made bytes."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of some parts."""

    text: str = ""
    found: bool = False
    garbled: bool = False
    notes: tuple[str, ...] = ()

    @classmethod
    def together(cls, each: Sequence[Self]) -> Self:
        """Several parts, one below the other."""
        return cls(
            "\n".join(one.text for one in each)[:LONGEST],
            any(one.found for one in each),
            any(one.garbled for one in each),
            tuple(note for one in each for note in one.notes),
        )


def decoded(part: Message, *, html: bool, bare: bool = False) -> Decoded:
    """The text of this part; of HTML, when `bare`, only what stands between the tags."""
    try:
        payload: Any = part.get_payload(decode=True)
    except (ValueError, binascii.Error, LookupError, AssertionError):
        return Decoded("", found=True, garbled=True, notes=("encoding",))
    if not isinstance(payload, bytes):
        return Decoded()
    text, notes = letters(payload[:LONGEST], str(part.get_content_charset() or ""))
    garbled = bool(set(notes) & {"charset", "nul"})
    if html and bare:
        text = _TAG.sub("", text)
    elif html:
        from bot.incoming_mail.html_words import text_of

        text = text_of(text)
    return Decoded(tidy(text), found=True, garbled=garbled, notes=notes)


def letters(payload: bytes, charset: str) -> tuple[str, tuple[str, ...]]:
    """These bytes as text, and what was wrong with them: most that claim a wrong charset are UTF-8."""
    known = charset.lower().replace("-", "_") not in NOT_CHARSETS
    tries = [charset if charset and known else "utf-8", "utf-8"]
    for at, name in enumerate(tries):
        try:
            text = payload.decode(name)
        except (LookupError, UnicodeError, ValueError):
            continue
        else:
            return text, (*(("nul",) if "\0" in text else ()), *(("charset_wrong",) if at else ()))
    return payload.decode("cp1252", "replace"), ("charset",)


def header_text(value: Any) -> str:
    """A header as it came, raw bytes read as UTF-8; encoded words stay, since the reader of From wants to see them."""
    return str(value).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def tidy(text: str) -> str:
    """Without what no database keeps, encoded words decoded."""
    return _CONTROL.sub("", _ENCODED.sub(_word, _BETWEEN.sub("", text)) if "=?" in text else text)


def _word(found: re.Match[str]) -> str:
    try:
        parts = decode_header(found[0])
        return "".join(
            letters(part, charset or "ascii")[0] if isinstance(part, bytes) else part for part, charset in parts
        )
    except (ValueError, LookupError, MessageError):
        return found[0]
