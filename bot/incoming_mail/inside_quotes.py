"""Answers typed into a quote that no sign marks, as Outlook leaves it: found by comparing it with what we sent."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from bot.incoming_mail import cuts
from bot.incoming_mail.recipients import Door, Recipient
from bot.incoming_mail.values import IncomingMail, Trouble
from bot.incoming_mail.words import WRAPPED, introduces
from bot.store.tables import outbox
from conversations.hearing.cards import redact

_PLACES = re.compile(
    r"<?(?:https?://|mailto:|tel:)\S+|\[(?:cid|image)[^\]\n]{0,200}\]|\{(?:link|code)\}", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+(?:['.@-][^\W_]+)*")
_CODE = re.compile(r"\d{6}")
_OUR_SIGNATURE = "\n-- \n"


def worth_comparing(recipient: Recipient, mail: IncomingMail) -> bool:
    """Nothing above a quote of one of our mails, and no sign in front of its lines."""
    empty = mail.trouble is Trouble.EMPTY and mail.quote and not mail.machine
    return bool(empty and recipient.door is Door.REPLY and recipient.of and recipient.of.outbox_id)


def compare(conn: Connection, recipient: Recipient, mail: IncomingMail) -> IncomingMail:
    """The mail, with what they typed into our words as theirs. Nobody can say it for certain: a person reads it."""
    key = recipient.of.outbox_id if recipient.of else None
    sent = conn.scalar(select(outbox.c.text).where(outbox.c.id == key))
    typed = added(mail.quote, redact(sent, recipient.on_file).text) if sent else ""
    return replace(mail, words=typed, trouble=Trouble.BELOW_QUOTE) if typed else mail


def added(quote: str, sent: str) -> str:
    """What stands in the quote and did not stand in what was sent; empty: nothing."""
    lines = _without_heads(quote.split("\n"))
    # In HTML our name stands above the words as well, and their program may show the foot twice.
    ours = Counter(_words(sent)) + Counter(_words(sent.rpartition(_OUR_SIGNATURE)[2]))
    more = Counter(_words("\n".join(lines))) - ours
    if "{code}" in sent:
        more.pop(next((word for word in more if _CODE.fullmatch(word)), ""), None)
    if not more:
        return ""
    known = {tuple(_words(line)) for line in sent.split("\n")}
    changed = [line for line in lines if tuple(_words(line)) not in known]
    theirs = [line.strip() for line in changed if not more.keys().isdisjoint(_words(line))]
    return "\n".join(theirs) or " ".join(more.elements())


def _words(text: str) -> list[str]:
    return _WORD.findall(_PLACES.sub(" ", text).casefold())


def _without_heads(lines: Sequence[str]) -> list[str]:
    """Without From, Sent, To and Subject, and without what their program put there by itself."""
    rest = [line for line in lines if line.strip() and not _is_foreign(line)]
    while rest and (cuts.HEADS_BEGIN.fullmatch(rest[0]) or cuts.HEADS_GO_ON.fullmatch(rest[0])):
        del rest[0]
    if rest and introduces(rest, 0):
        ends = next((at for at, line in enumerate(rest[:WRAPPED]) if line.rstrip("*_ ").endswith(":")), 0)
        del rest[: ends + 1]
    return rest


def _is_foreign(line: str) -> bool:
    own = any(pattern.fullmatch(line) for pattern in (cuts.RULE, cuts.ORIGINAL, cuts.MARKER))
    return own or (cuts.SIGNATURE.fullmatch(line) is not None and line.strip() != "--")
