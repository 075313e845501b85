"""Opt-outs in other words than the reserved ones, told from "I'll stop by tomorrow"; unsure means held, never"
" ignored.
"""

import re
from enum import StrEnum
from itertools import pairwise
from typing import Final

from conversations.hearing import optout_revoked, optout_unsure
from conversations.hearing import optout_words as table
from conversations.hearing.reserved import Reserved, reserved
from conversations.hearing.unwelcome import asked_off, beside_texts, unwelcome
from conversations.hearing.wordings import Replaced, Wordings


class OptOut(StrEnum):
    """Plainly no more texts; perhaps (one question is asked); such a word, but plainly about something else."""

    REVOKED = "revoked"
    HELD = "held"
    NOT_TEXTS = "not_texts"


_GO_ON: Final = Replaced(optout_unsure.GO_ON)
_OTHER: Final = Replaced(optout_unsure.OTHER_THINGS)
_PARTLY: Final = Wordings(optout_unsure.PARTLY)
_REVOKED: Final = Wordings(optout_revoked.REVOKED)
_REVOCADO: Final = Wordings(optout_revoked.REVOCADO)
_PERHAPS: Final = Replaced(optout_unsure.PERHAPS_TEXTS)
_HELD: Final = Wordings(optout_unsure.HELD)
_WORD_LEFT: Final = Wordings(optout_unsure.STOP_WORD)
# However the rest of it is spelt, nothing else begins like this.
_UNSUBSCRIBE: Final = re.compile(r"\b(?:unsubs?cr?i?\w{0,6}|unscri\w{0,5}|un subscribe)(?<!ed)\b")
_DESUSCRIBIR: Final = re.compile(r"\bd[ei]s?(?:su[bps]?s?|ins?|us)cri[pbv]\w*")
_BARE_STOP: Final = table.STOPS | table.AROUND_STOP
_REPEATED: Final = re.compile(r"([a-z])\1{2,}")
_LETTERS: Final = re.compile(r"(?<!\S)[a-z](?: [a-z]){2,}(?!\S)")


def opt_out(words: str, *, plan: bool = False) -> OptOut | None:
    """What normalised words say about being texted; None without any word that could mean it.

    With a payment plan running, "stop everything" and the like may mean the plan, so they are held.
    """
    heard = _mended(words)
    tokens = heard.split()
    if table.TRIGGERS.isdisjoint(tokens) and table.TRIGGER_PAIRS.isdisjoint(pairwise(tokens)):
        return OptOut.HELD if asked_off(heard) else None
    if reserved(heard) is Reserved.STOP:
        return OptOut.REVOKED
    meant, others = _OTHER.subn(" ~ ", heard)
    meant, going_on = _GO_ON.subn(" ~ ", meant)
    everything = plan and not table.EVERYTHING.isdisjoint(tokens)
    if _only_stop(meant):
        return OptOut.HELD if everything else OptOut.REVOKED
    meant, perhaps = _PERHAPS.subn(" ~ ", meant)
    if _REVOKED.search(meant) or _REVOCADO.search(meant):
        return OptOut.HELD if everything or _PARTLY.search(meant) else OptOut.REVOKED
    if perhaps or _HELD.search(meant) or _WORD_LEFT.search(meant) or beside_texts(meant) or asked_off(meant):
        return OptOut.HELD
    return OptOut.NOT_TEXTS if others or going_on or not table.PLAIN.isdisjoint(tokens) else None


def against_texts(words: str) -> bool:
    """Is something about our texts in it, and something against them? To be asked where nothing else was understood."""
    return unwelcome(_mended(words))


def _only_stop(words: str) -> bool:
    tokens = words.split()
    return not table.STOPS.isdisjoint(tokens) and _BARE_STOP.issuperset(tokens)


def _mended(words: str) -> str:
    if len(words) < 60:
        words = _LETTERS.sub(lambda found: found.group().replace(" ", ""), words)
    words = _REPEATED.sub(r"\1", words)
    if "subs" in words or "unsc" in words:
        words = _UNSUBSCRIBE.sub("unsubscribe", words)
    if "cri" in words:
        words = _DESUSCRIBIR.sub("desuscribirme", words)
    tokens = words.split()
    if table.MISSPELT.keys().isdisjoint(tokens):
        return words
    return " ".join([table.MISSPELT.get(token, token) for token in tokens])
