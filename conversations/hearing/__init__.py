"""Hearing people: a raw text in, everything it may mean out; no flow's keywords live here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from conversations.hearing.amounts import Amount, Unreadable, amount
from conversations.hearing.answers import choice, thanks, thanks_words, yes_no
from conversations.hearing.cards import Redacted, redact
from conversations.hearing.codes import code, redacted_code
from conversations.hearing.grave import Grave, grave
from conversations.hearing.language import asked_language, spoken
from conversations.hearing.offers import offered, put_off, spread
from conversations.hearing.optout import OptOut, against_texts, opt_out
from conversations.hearing.parts import Parts, Share, parts
from conversations.hearing.phrasebook import Match, Phrasebook
from conversations.hearing.reactions import emoji_only, is_reaction
from conversations.hearing.reserved import RESERVED_WORDS, Reserved, is_yes_exact, provider_word, reserved
from conversations.hearing.text import fold_digits, normalise

__all__ = [
    "RESERVED_WORDS",
    "Amount",
    "Grave",
    "Heard",
    "Match",
    "OptOut",
    "Parts",
    "Phrasebook",
    "Redacted",
    "Reserved",
    "Share",
    "Unreadable",
    "against_texts",
    "amount",
    "asked_language",
    "choice",
    "code",
    "emoji_only",
    "fold_digits",
    "grave",
    "hear",
    "is_reaction",
    "is_yes_exact",
    "normalise",
    "offered",
    "opt_out",
    "parts",
    "provider_word",
    "put_off",
    "redact",
    "redacted_code",
    "reserved",
    "spoken",
    "spread",
    "thanks",
    "yes_no",
]


@dataclass(frozen=True, slots=True)
class Heard:
    """One message and all that hearing makes of it; `words` is what phrasebooks and answers are asked with."""

    raw: str
    words: str
    reserved: Reserved | None
    yes_exact: bool
    opt_out: OptOut | None
    grave: Grave | None
    amount: Amount | Unreadable | None
    code: str | None
    reaction: bool
    thanks: bool
    emoji_only: bool
    language: str | None
    asked_language: str | None
    _parts: dict[date, Parts] = field(default_factory=dict, repr=False, compare=False)

    def parts_on(self, today: date) -> Parts:
        """Sums and days in it, worked out once a day."""
        found = self._parts.get(today)
        if found is None:
            if len(self._parts) >= _MOST_DAYS:
                self._parts.clear()
            found = self._parts[today] = parts(self.raw, today)
        return found


_STUCK: Final = re.compile(r"\b(pay|pagar|pague|pago)[:=]?(?=\$? ?\d)", re.IGNORECASE)
_DIGIT: Final = re.compile("[0-9]")
_MOST_DAYS: Final = 3
"""It is no more than that at any moment, from Samoa to Kiribati."""
_NUMBER_SIGN: Final = re.compile(r"#(?![\d#])")


def hear(raw: str, *, plan: bool = False, names: Sequence[str] = ()) -> Heard:
    """Everything at once; `plan` says that a payment plan is running, which makes "stop everything" unsure.

    `names` are the first names of the patients on this address.
    """
    plain = raw.isascii() and _DIGIT.search(raw) is None and "#" not in raw
    text = raw if plain else _NUMBER_SIGN.sub(" number ", _STUCK.sub(r"\1 ", raw))
    words = normalise(text)
    only_emoji = not words and emoji_only(raw)
    return Heard(
        raw=raw,
        words=words,
        reserved=reserved(words),
        yes_exact=is_yes_exact(words),
        opt_out=opt_out(words, plan=plan),
        grave=grave(words, names),
        amount=amount(text, words),
        code=None if plain else code(raw),
        reaction=is_reaction(raw),
        thanks=thanks(raw) if only_emoji else thanks_words(words),
        emoji_only=only_emoji,
        language=spoken(words),
        asked_language=asked_language(words),
    )
