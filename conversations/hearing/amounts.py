"""Money somebody names, as integer cents; anything not plainly one amount is for asking back, never for guessing."""

import re
from dataclasses import dataclass
from typing import Final

from conversations.hearing.number_words import spelled_amount
from conversations.hearing.text import fold_digits, normalise


@dataclass(frozen=True, slots=True)
class Amount:
    """Exactly one amount was named."""

    cents: int


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something like an amount was named, but not plainly one."""


_HAS_DIGIT: Final = re.compile(r"[0-9]")
_NUMBERS: Final = re.compile(r"[0-9]\S*")
_MONEY: Final = re.compile(
    r"(?:us|usd)?(\$?)(0|[1-9]\d{0,2}(?:,\d{3}){1,2}|[1-9]\d{0,6})(?:\.(\d\d))?(\$?)"
    r"(?:usd|dollars?|dolares|dlls?|dls|bucks?)?(?:/(?:mo|month|mes))?"
)
_CENTS: Final = re.compile(r"\W*\.\d")
_EDGES: Final = "([{<\"'“”‘’¡¿*_)]}>;:!?,.…"
_LOOSE_SIGN: Final = re.compile(r"(?<=\$) {1,3}(?=\d)|(?<=\d) {1,3}(?=\$(?:\s|$|[.,!?]))")
_MONTHS: Final = frozenset(
    "jan january feb february mar march apr april jun june jul july aug august sep sept september oct october nov"
    " november"
    " dec december enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
)
# A number next to one of these counts something else than money.
_COUNTED: Final = (
    frozenset(
        "day days week weeks month months year years min mins minute minutes hour hours hr hrs am pm times payments"
        " payment visits"
        " visit percent pct cents cent centavos euros euro pesos pounds thousand k grand million hundred dias dia"
        " semanas semana"
        " meses mes anos pagos veces horas hora minutos mil millones ciento cientos o or x oclock st nd"
        " rd th ish % ‰ ¢ € £ ¥ eur mxn".split()
    )
    | _MONTHS
)
_NAMED: Final = (
    frozenset(
        "option opcion number numero num no. nr code codigo clave ending visit visita ref reference referencia room"
        " suite apt unit"
        " zip age aged edad account cuenta minus menos negative negativo letter or o and y in en within x"
        " times over".split()
    )
    | _MONTHS
    | {"may"}
)
_NEGATIONS: Final = frozenset("cant cannot not dont never wont couldnt didnt without nunca sin".split())
_HOPES: Final = frozenset("but can could pero puedo podria instead if si only just solo sino".split())
_BEFORE_A_DATE: Final = frozenset({("on", "the"), ("by", "the"), ("until", "the")})


def amount(raw: str, words: str | None = None) -> Amount | Unreadable | None:
    """The one amount named; Unreadable when digits are there but not plainly one amount; None without any.

    `words` is the same text normalised, where that is known already.
    """
    text = fold_digits(raw)
    if _HAS_DIGIT.search(text) is None:
        cents = spelled_amount(normalise(text) if words is None else words)
        return None if cents is None else Amount(cents) if cents > 0 else Unreadable()
    text = _LOOSE_SIGN.sub("", text.casefold())
    if len(_NUMBERS.findall(text)) != 1:
        return Unreadable()
    chunks = [_bare(chunk) for chunk in text.split()]
    if spelled_amount(" ".join(chunks)) is not None:
        return Unreadable()
    return _read(chunks, next(at for at, chunk in enumerate(chunks) if _HAS_DIGIT.search(chunk)))


def _bare(chunk: str) -> str:
    """Without the signs around it; the point of ".50" makes cents of it and stays."""
    kept = chunk.strip(_EDGES)
    return f".{kept}" if "." in chunk and _CENTS.match(chunk) else kept


def _read(chunks: list[str], at: int) -> Amount | Unreadable:
    money = _MONEY.fullmatch(chunks[at])
    if money is None or (money[1] and money[4]) or _counts_something_else(chunks, at) or _denied(chunks, at):
        return Unreadable()
    cents = int(money[2].replace(",", "")) * 100 + int(money[3] or 0)
    return Amount(cents) if cents > 0 else Unreadable()


def _counts_something_else(chunks: list[str], at: int) -> bool:
    before, after = chunks[max(0, at - 2) : at], chunks[at + 1 : at + 3]
    if before and (before[-1] in _NAMED or (not before[-1][:1].isalnum() and before[-1] not in ("", "$", "&", "="))):
        return True
    if tuple(before) in _BEFORE_A_DATE or (before and before[-1] in ("el", "al", "dia")):
        return True
    if len(before) > 1 and before[1] in ("is", "es") and before[0] in _NAMED:
        return True
    return bool(after) and (after[0] in _COUNTED or (len(after) > 1 and after[0] == "de" and after[1] in _MONTHS))


def _denied(chunks: list[str], at: int) -> bool:
    for chunk in reversed(chunks[max(0, at - 4) : at]):
        word = normalise(chunk)
        if word in _HOPES:
            return "no puedo" in " ".join(chunks[:at])
        if word in _NEGATIONS:
            return True
        if word == "no" and chunks[at - 1] != chunk:
            return True
    return False
