"""Amounts written as words, the plain ones: "fifty dollars", "two hundred", "cien"."""

from typing import Final

_SMALL: Final = {
    word: value
    for value, words in enumerate(
        "zero/cero one/un/uno/una two/dos three/tres four/cuatro five/cinco six/seis seven/siete eight/ocho"
        " nine/nueve ten/diez"
        " eleven/once twelve/doce thirteen/trece fourteen/catorce fifteen/quince sixteen/dieciseis seventeen/diecisiete"
        " eighteen/dieciocho nineteen/diecinueve".split()
    )
    for word in words.split("/")
} | {"veinticinco": 25}
_TENS: Final = {
    word: (at + 2) * 10
    for at, words in enumerate(
        "twenty/veinte thirty/treinta forty/fourty/cuarenta fifty/cincuenta sixty/sesenta seventy/setenta"
        " eighty/ochenta"
        " ninety/noventa".split()
    )
    for word in words.split("/")
}
_HUNDREDS: Final = {
    "cien": 100, "ciento": 100, "doscientos": 200, "trescientos": 300, "cuatrocientos": 400, "quinientos": 500,
    "seiscientos": 600, "setecientos": 700, "ochocientos": 800, "novecientos": 900,
}  # fmt: skip
_SCALES: Final = frozenset({"hundred", "thousand", "mil"})
_NUMBERS: Final = frozenset(_SMALL) | frozenset(_TENS) | frozenset(_HUNDREDS) | _SCALES
_CURRENCY: Final = frozenset("dollar dollars bucks buck usd dolares dolar".split())
_MAY_FOLLOW: Final = frozenset(
    "today now please pls thanks right per monthly each a hoy ahora por al mensual mensuales gracias".split()
)
_MAY_LEAD: Final = frozenset(
    "pay pagar pague pago do afford send put give make only just about of dar abonar can is"
    " around like maybe roughly como unos".split()
)
_PAYING: Final = frozenset("pay pagar pague pago abonar".split())
_ARTICLES: Final = frozenset({"a", "an", "un", "una"})
_SMALLEST_BARE: Final = 10


def spelled_amount(words: str) -> int | None:
    """Cents of the one spelled-out amount in normalised words; 0 when there is one but unclear; None without any."""
    tokens = words.split()
    if _NUMBERS.isdisjoint(tokens):
        return None
    runs = [run for run in _runs(tokens) if _is_money(tokens, *run)]
    if not runs:
        return None
    if len(runs) > 1:
        return 0
    start, end = runs[0]
    return (_value([token for token in tokens[start:end] if token not in ("and", "y")]) or 0) * 100


def _runs(tokens: list[str]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    at = 0
    while at < len(tokens):
        start = at
        while at < len(tokens) and (tokens[at] in _NUMBERS or _links(tokens, start, at)):
            at += 1
        if at > start:
            runs.append((start, at))
        at = max(at, start + 1)
    return runs


def _links(tokens: list[str], start: int, at: int) -> bool:
    following = tokens[at + 1] if at + 1 < len(tokens) else ""
    if tokens[at] in ("and", "y"):
        return start < at and following in _NUMBERS
    return tokens[at] == "a" and at == start and following in ("hundred", "thousand")


def _is_money(tokens: list[str], start: int, end: int) -> bool:
    following = tokens[end] if end < len(tokens) else ""
    if following in _CURRENCY:
        return True
    if set(tokens[start:end]) <= _ARTICLES:
        return False
    if tokens[start:end] in (["hundred"], ["thousand"], ["mil"]):  # "pagar mil", but not "mil gracias"
        return start > 0 and tokens[start - 1] in _PAYING and (not following or following in _MAY_FOLLOW)
    value = _value(tokens[start:end])
    leads = start == 0 or tokens[start - 1] in _MAY_LEAD
    return (value is None or value >= _SMALLEST_BARE) and leads and (not following or following in _MAY_FOLLOW)


def _value(tokens: list[str]) -> int | None:
    """Strict reading: [n hundred] [tens] [unit]; "one fifty" and the like are nobody's to interpret."""
    for scale in ("thousand", "mil"):
        if scale in tokens:
            at = tokens.index(scale)
            thousands, rest = _below_thousand(tokens[:at]) if at else 1, _below_thousand(tokens[at + 1 :])
            return None if thousands is None or rest is None else thousands * 1000 + rest
    return _below_thousand(tokens)


def _below_thousand(tokens: list[str]) -> int | None:
    rest = [token for token in tokens if token not in ("and", "y")]
    total = 0
    if len(rest) > 1 and rest[1] == "hundred":
        lead = 1 if rest[0] == "a" else _SMALL.get(rest[0], 0)
        if not 1 <= lead <= 9:
            return None
        total, rest = lead * 100, rest[2:]
    elif rest and rest[0] in _HUNDREDS:
        total, rest = _HUNDREDS[rest[0]], rest[1:]
    match rest:
        case []:
            return total
        case [one] if one in _SMALL or one in _TENS:
            return total + _SMALL.get(one, _TENS.get(one, 0))
        case [tens, unit] if tens in _TENS and 0 < _SMALL.get(unit, 0) < 10:
            return total + _TENS[tens] + _SMALL[unit]
        case _:
            return None
