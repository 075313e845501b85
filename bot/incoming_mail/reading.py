"""A mail's bytes in, what is known about it out. Runs in a process of its own, which may be killed."""

import email
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from email.message import Message
from email.policy import compat32

from bot.incoming_mail import bounces, prescan, robots
from bot.incoming_mail.decoding import Decoded, decoded, header_text, tidy
from bot.incoming_mail.sender import sender
from bot.incoming_mail.values import Bounce, IncomingMail, Trouble, unread
from bot.incoming_mail.words import NewWords, new_words, points_down
from conversations.hearing.cards import redact

LONGEST_WORDS = 4000
LONGEST_QUOTE = 8000
LONGEST_SUBJECT = 250
MOST_REFERENCES = 12
MOST_TEXT = 256 * 1024
_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f]{1,250}>")
_PHONE = re.compile(r"(?<!\d)(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}(?!\d)")
_REPLY_PREFIX = re.compile(
    r"\s*(?:(?:re|fwd?|rv|rta|res|aw|sv|antw|r|i|tr|ref|resp)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE
)
_MAYBE_CARD = re.compile(r"(?:\d\D{0,14}+){12}\d")
"""Thirteen digits near each other; without these a long text need not be looked through for a card."""
NO_PICTURE = re.compile(
    r"application/(?:pkcs7-|x-pkcs7-|pgp-|ms-tnef|vnd\.ms-tnef|ics)"
    r"|text/(?:calendar|vcard|x-vcard|directory|rfc822-headers)|message/|multipart/"
)
"""Attachments that programs add by themselves; none of them shows a card."""


def read(raw: bytes, envelope_from: str | None, on_file: Collection[str] = ()) -> IncomingMail:
    """What there is to know about this mail. Never raises for what a mail may contain."""
    refused = prescan.refusal(raw)
    if refused:
        return unread(refused)
    message = email.message_from_bytes(raw, policy=compat32)
    parts, why = _parts(message)
    if why:
        return unread(why)
    return _Reader(message, parts, envelope_from, on_file).read()


def _parts(message: Message) -> tuple[list[Message], str]:
    """All parts in their order, without recursion; what lies inside a mail that came along is not this mail's text."""
    found: list[Message] = []
    waiting = [(message, 0)]
    while waiting:
        part, depth = waiting.pop()
        found.append(part)
        if depth > prescan.DEPTH:
            return [], "depth"
        if len(found) > prescan.PARTS:
            return [], "parts"
        if part.is_multipart() and (part is message or part.get_content_maintype() == "multipart"):
            inner = part.get_payload()
            inner_parts = [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []
            waiting += [(one, depth + 1) for one in reversed(inner_parts)]
    return found, ""


class _Reader:
    """One mail, half read."""

    def __init__(
        self, message: Message, parts: list[Message], envelope_from: str | None, on_file: Collection[str]
    ) -> None:
        self.message, self.parts, self.envelope_from, self.on_file = message, parts, envelope_from, on_file
        self.headers: dict[str, list[str]] = defaultdict(list)
        for name, value in message.raw_items():
            self.headers[name.lower()].append(header_text(value))

    def read(self) -> IncomingMail:
        subject = tidy(_unfolded(self._header("subject")))[:LONGEST_SUBJECT]
        from_ = sender(self.headers["from"])
        machine = robots.why_machine(self.headers, from_, self.envelope_from, subject)
        plain = self._text("text/plain")
        # Drawing HTML as text is slow; beside a plain part it is only searched for card numbers.
        bare = bool(plain.text.strip())
        html = self._text("text/html", bare=bare)
        new, trouble, notes = self._words(plain, replace(html, text="") if bare else html, subject)
        bounce = self._bounce(plain.text + html.text, machine)
        words = "\n".join(part for part in (new.above, new.below) if part)
        if trouble is None and not words and not self._subject_alone(subject):
            trouble = Trouble.EMPTY
        words = words or (subject if trouble is None else "")
        mail = IncomingMail(
            from_=from_,
            trouble=trouble,
            quote=redact(new.quote[:LONGEST_QUOTE], self.on_file).text if trouble is Trouble.EMPTY else "",
            why="" if from_ else "from",
            machine="bounce" if bounce else machine,
            silence_asked=robots.asks_silence(self.headers),
            left=bool(machine) and robots.says_gone(subject, plain.text or html.text),
            bounce=bounce,
            message_id=self._id("message-id"),
            in_reply_to=self._id("in-reply-to"),
            references=tuple(_ID.findall(self._header("references")[-4000:]))[-MOST_REFERENCES:],
            results=tuple(self.headers["authentication-results"][:10]),
            pictures=self._pictures(),
            notes=notes,
        )
        return self._redacted(mail, words, subject, plain.text + "\n" + html.text)

    def _redacted(self, mail: IncomingMail, words: str, subject: str, everything: str) -> IncomingMail:
        """Card numbers are looked for in all of it, quotes too; only the new words are kept."""
        kept, title = redact(words[:LONGEST_WORDS], self.on_file), redact(subject, self.on_file)
        whole = everything[:MOST_TEXT]
        in_all = redact(whole, self.on_file).cards if _MAYBE_CARD.search(whole) else 0
        cards = max(kept.cards + title.cards, in_all)
        # People sign with their phone number; it is masked, but it is no piece of a card.
        digits = max(0, kept.runs - len(_PHONE.findall(words[:LONGEST_WORDS])))
        return replace(mail, words=kept.text, subject=title.text, cards=cards, digits=digits)

    def _words(self, plain: Decoded, html: Decoded, subject: str) -> tuple[NewWords, Trouble | None, tuple[str, ...]]:
        names = self._names()
        new = new_words(plain.text, names)
        if not plain.text.strip() and html.text.strip():
            new = new_words(html.text, names)
        heard = html if html.text.strip() and not plain.text.strip() else plain
        notes = tuple(dict.fromkeys((*heard.notes, *(["tnef"] if self._tnef() else []))))
        if not (plain.found or html.found):
            return new, None if self._subject_alone(subject) else Trouble.UNREADABLE, notes
        if heard.garbled and (new.above + new.below):
            return new, Trouble.UNREADABLE, notes
        if self._tnef() and not heard.text.strip():
            return new, Trouble.UNREADABLE, notes
        elsewhere = new.below or (new.quoted and points_down(new.above))
        return new, Trouble.BELOW_QUOTE if elsewhere else None, notes

    def _subject_alone(self, subject: str) -> bool:
        """Nothing but PAY in the subject: then that is what they say."""
        return bool(subject.strip()) and not _REPLY_PREFIX.match(subject)

    def _text(self, kind: str, *, bare: bool = False) -> Decoded:
        parts = [part for part in self.parts if part.get_content_type() == kind and not _attached(part)]
        # A part without a type is text, whatever was broken about its header.
        each = [decoded(part, html=kind == "text/html", bare=bare) for part in parts[:20]]
        return Decoded.together(each)

    def _bounce(self, text: str, machine: str) -> Bounce | None:
        reports = [part for part in self.parts if part.get_content_type() == "message/delivery-status"]
        found = bounces.from_status(_report_texts(reports)) if reports else None
        if found:
            return found
        kind = self._header("content-type").lower()
        disposition = any(part.get_content_type().startswith("message/disposition") for part in self.parts)
        if machine and not disposition and (reports or "report-type=delivery" in kind or self._looks_like_bounce()):
            return bounces.from_words(text[:20_000])
        return None

    def _looks_like_bounce(self) -> bool:
        if "x-failed-recipients" in self.headers:
            return True
        daemon = re.compile(r"(?:mailer-daemon|postmaster|mail-?daemon|mdaemon|mmdf)\b", re.IGNORECASE)
        return bool(daemon.match(sender(self.headers["from"]))) or (
            self.envelope_from == "" and bool(_BOUNCE_SUBJECT.search(self._header("subject")))
        )

    def _pictures(self) -> int:
        return sum(_attached(part) and not NO_PICTURE.match(part.get_content_type()) for part in self.parts)

    def _tnef(self) -> bool:
        return any(part.get_content_type().endswith("ms-tnef") for part in self.parts)

    def _names(self) -> tuple[str, ...]:
        named = tidy(re.sub(r"<[^<>]*>", "", self._header("from"))).strip(" \"'")
        return (named,) if 0 < len(named) <= 80 else ()

    def _header(self, name: str) -> str:
        return next(iter(self.headers.get(name, ())), "")

    def _id(self, name: str) -> str:
        found = _ID.search(self._header(name)[:1000])
        return found[0] if found else ""


_BOUNCE_SUBJECT = re.compile(
    r"deliver|undeliver|returned mail|failure|bounced?|devuelto|no entregado|rejected|not sent", re.IGNORECASE
)


def _attached(part: Message) -> bool:
    if part.is_multipart():
        return False
    where = str(part.get("content-disposition", "")).split(";")[0].strip().lower()
    if where == "inline" or part.get("content-id"):
        # Logos of signatures stand in the text; a photo that a phone put there counts all the same.
        return part.get_content_type() in {"image/jpeg", "image/heic", "application/pdf"} and where != ""
    return where == "attachment" or part.get_content_maintype() in {"image", "audio", "video", "application"}


def _report_texts(reports: list[Message]) -> Iterator[str]:
    for part in reports:
        inner = part.get_payload()
        for block in inner if isinstance(inner, list) else [inner]:
            text = _fields_of(block) if isinstance(block, Message) else str(block or "")
            # Each recipient has a block of its own.
            yield from (one for one in re.split(r"\r?\n\s*\r?\n", _unfolded(text)) if one.strip())


def _fields_of(block: Message) -> str:
    # Not str(): writing a broken header out again raises.
    fields = "\n".join(f"{name}: {_unfolded(header_text(value))}" for name, value in block.raw_items())
    inner = block.get_payload()
    return f"{fields}\n\n{inner if isinstance(inner, str) else ''}"


def _unfolded(value: str) -> str:
    return re.sub(r"\r?\n[ \t]+", " ", value)
